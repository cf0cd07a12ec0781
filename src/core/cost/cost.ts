import type { Location } from '../base/location.ts'
import type { Usage } from '../ports/warehouse.ts'
import type { RunsPerMonth } from '../project/schedule.ts'
import type { Moved } from './movement.ts'
import type { Preflight } from './preflight.ts'
import type { Price } from './price.ts'
import type { Reason } from './reasons.ts'
import type { Savings } from './savings.ts'
import type { TimeChange } from './timing.ts'

/** What a model's run uses on each side. Absent is absent: a model that is not run on a side has no usage there. */
export interface ModelCost {
  readonly model: string
  /** In the copy set, and read where it is. */
  readonly skippedViaCopy: boolean
  readonly base?: Usage
  readonly head?: Usage
  /** Base was not built: its figures are those that an earlier run left of the same code on the same inputs. */
  readonly baseFrom?: 'records'
  /** Base was not built, because its rows are proven to be head's without some columns: so many, and nothing else is known of its run. */
  readonly baseDerived?: { readonly rows?: number }
  /** Absent unless both sides were timed on one kind of machine. */
  readonly time?: TimeChange
  /** Rows and bytes first; nothing that noise explains. */
  readonly moved: readonly Moved[]
  readonly reasons: readonly PlacedReason[]
  readonly baseUsd?: number
  readonly headUsd?: number
  readonly deltaUsd?: number
  readonly month?: MonthCost
  /** This pull request and those before it, in a row, that make the model larger. */
  readonly growingFor?: number
  /** What one build was expected to take. */
  readonly expectedMs?: number
}

export interface PlacedReason extends Reason {
  /** In head's SQL. */
  readonly location?: Location
}

/** On the data as they are: growth is not billed to the pull request. */
export interface MonthCost extends RunsPerMonth {
  readonly deltaUsd?: number
  /** Of what is stored; part of `deltaUsd`. */
  readonly storageUsd?: number
}

export type LimitType = 'max_usd' | 'max_duration_ms' | 'max_bytes_scanned'

export interface BudgetBreach {
  /** Undefined: the project's budget. */
  readonly model?: string
  readonly limitType: LimitType
  readonly limit: number
  readonly actual: number
  readonly onBreach: 'warn' | 'error'
}

/** Models sorted by name. Totals leave out what is absent; a total of nothing is absent. */
export interface CostReport {
  readonly models: readonly ModelCost[]
  /** Absent: nothing has a price. */
  readonly price?: Pick<Price, 'kind' | 'formula'>
  readonly totals: {
    readonly baseUsd?: number
    readonly headUsd?: number
    readonly deltaUsd?: number
    readonly savingsFromCopyUsd?: number
    readonly baseDurationMs: number
    readonly headDurationMs: number
    readonly headBytesScanned?: number
    readonly modelsSkippedViaCopy: number
    /** Of the models whose schedule is known. */
    readonly monthDeltaUsd?: number
    /** What this preview itself took of a machine with a price. */
    readonly previewUsd?: number
    /** What reading these figures has added to the run. */
    readonly accountingMs?: number
  }
  readonly breaches: readonly BudgetBreach[]
  /** Limits that are at least 80 % used, and kept. */
  readonly close: readonly Omit<BudgetBreach, 'onBreach'>[]
  readonly savings?: Savings
  /** Before anything was built. */
  readonly expected?: Preflight
}
