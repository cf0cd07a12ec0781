import type { Relation } from '../sql/relation.ts'
import type { Quoting } from '../sql/render.ts'
import type { Sql } from '../sql/sql.ts'

/** A column as the engine describes it; `type` is the engine's own spelling. */
export interface Column {
  readonly name: string
  readonly type: string
}

/** A value of a small answer: what the engine returned, nested values and the like as text. */
export type Value = null | boolean | number | bigint | string
export type Row = Readonly<Record<string, Value>>

/** What one statement used. A figure that the engine does not report honestly is absent, never zero. */
export interface Usage {
  readonly durationMs: number
  readonly cpuMs?: number
  /** Rows that the statement wrote. */
  readonly rows?: number
  readonly rowsScanned?: number
  /** Bytes of the scanned columns as the engine holds them in memory, uncompressed. */
  readonly bytesScanned?: number
  readonly peakMemoryBytes?: number
  readonly spilledBytes?: number
}

/** What warehouses write differently. Pure. */
export interface Dialect extends Quoting {
  readonly name: string
  readonly maxIdentifierLength: number
}

/**
 * How a statement runs. `build`: one thread and a fixed random seed, so that twins run under the same conditions.
 * `compare`: every thread, for statements whose answer does not depend on order. The two kinds never overlap.
 */
export type Mode = 'build' | 'compare'

/** Where unqualified names (types, macros, functions) of a statement are looked up, in order. */
export interface Session {
  readonly mode: Mode
  readonly searchPath: readonly Required<Omit<Relation, 'table'>>[]
}

/** A live connection to one warehouse and the environment beside it. Failures are PreviewErrors with the engine's first line. */
export interface Warehouse {
  readonly dialect: Dialect
  execute(statement: Sql, session: Session): Promise<Usage>
  /** Small answers only: counts, digests, samples. */
  query(statement: Sql, session: Session): Promise<readonly Row[]>
  /** Columns in order, or undefined when there is no such relation. */
  describe(relation: Relation): Promise<readonly Column[] | undefined>
  close(): Promise<void>
}
