import type { PreviewError } from '../core/base/errors.ts'
import type { Notice } from '../core/base/notice.ts'
import type { DataOrigin, PlanOnly } from '../core/contract/result.ts'
import type { Layout, SideName } from '../core/environment/layout.ts'
import type { FileRules } from '../core/lineage/repository-files.ts'
import type { Names } from '../core/lineage/names.ts'
import type { Side } from '../core/lineage/side.ts'
import type { Explanation } from '../core/plan/explain.ts'
import type { BoundPair } from '../core/plan/own.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { Warehouse, WarehouseDefinitions, WarehouseRelation } from '../core/ports/warehouse.ts'
import type { FileTables } from './plan/file-tables.ts'
import type { LoadedSides } from './load.ts'
import type { PreviewRequest } from './request.ts'
import type { BaseSeed } from './warehouse.ts'

/** A warehouse that is attached, with what it holds and how it looked before anything ran. */
export interface Attached {
  readonly warehouse: Warehouse
  readonly definitions: WarehouseDefinitions
  /** Its relations, by `keyOf`. */
  readonly stored: ReadonlyMap<string, WarehouseRelation>
  /** The tables that files of the repository are read into. */
  readonly files: FileTables
  readonly path: string
  readonly origin: DataOrigin
  readonly fingerprint: string
  /** Where head's seed filled it, and base's is another: what that made. */
  readonly baseSeed?: BaseSeed
}

/** Everything that is known before anything is built. */
export interface Prepared {
  readonly sides: LoadedSides
  readonly request: PreviewRequest
  readonly plan: Plan
  readonly layout: Layout
  /** Of the model that was asked about. */
  readonly explanation: Explanation | undefined
  /** What binding showed of each model that a change reaches; empty where nothing could be bound. */
  readonly bound: ReadonlyMap<string, BoundPair>
  /** What each side's SQL may read of the repository. */
  readonly files: Readonly<Record<SideName, FileRules>>
  readonly base: Linked
  readonly head: Linked
  readonly attached: Attached | undefined
  readonly planOnly: PlanOnly | undefined
  readonly notices: readonly Notice[]
  /** What kept the warehouse from being used. */
  readonly failures: readonly PreviewError[]
}

export interface Linked {
  readonly side: Side
  readonly names: Names
}
