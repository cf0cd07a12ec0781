import type { PlanProfile } from './profile.ts'
import type { Relation } from '../sql/relation.ts'
import type { Quoting } from '../sql/render.ts'
import type { Sql } from '../sql/sql.ts'

/** A column as the engine describes it; `type` is the engine's own spelling. */
export interface Column {
  readonly name: string
  readonly type: string
  /** It is part of the relation's primary key. */
  readonly isPrimaryKey?: true | undefined
}

/** A value of a small answer. Whatever has no counterpart here (dates, decimals, nested values) comes as the engine's text. */
export type Value = null | boolean | number | bigint | string
export type Row = Readonly<Record<string, Value>>

/** What one statement used. A figure that the engine does not report honestly is absent, never zero. */
export interface Usage {
  readonly durationMs: number
  readonly cpuMs?: number
  /** Rows that the statement wrote. */
  readonly rows?: number
  /** Bytes of those rows, uncompressed. */
  readonly bytesWritten?: number
  readonly rowsScanned?: number
  /** Bytes of the columns that were scanned, those of filters among them; uncompressed: by type, and for text by its first rows. */
  readonly bytesScanned?: number
  readonly peakMemoryBytes?: number
  readonly spilledBytes?: number
  readonly plan?: PlanProfile
  /** What it took, afterwards, to tell these figures. */
  readonly accountingMs?: number
  /** How long the same statement took when it was run again, in order. */
  readonly repeatsMs?: readonly number[]
}

/** What warehouses write differently. Pure. */
export interface Dialect extends Quoting {
  readonly name: string
  readonly maxIdentifierLength: number
}

/** What the engine keeps of a column's values without counting them: approximate. Times are milliseconds since 1970, UTC. */
export interface ColumnStatistics {
  readonly column: string
  readonly distinct?: number | undefined
  readonly least?: number | undefined
  readonly most?: number | undefined
}

/** A schema of one catalog, as a search path lists it. */
export type SchemaName = Required<Omit<Relation, 'table'>>

/**
 * How a statement runs. `build`: one thread and a fixed random seed, so that twins run under the same conditions.
 * `compare`: every thread, for statements whose answer does not depend on order. The two kinds never overlap.
 */
export type Mode = 'build' | 'compare'

/** The conditions of one statement; every statement has a connection of its own. */
export interface Session {
  readonly mode: Mode
  /** Where names of types, macros and functions are looked up, in order. */
  readonly searchPath: readonly SchemaName[]
  /** A build under another seed than all others: what then comes out otherwise was drawn. */
  readonly seed?: 'another' | undefined
}

/** For statements of our own, which name every relation in full. */
export const COMPARE_SESSION: Session = { mode: 'compare', searchPath: [] }

/** A live connection to one warehouse and the environment beside it. Failures are PreviewErrors with the engine's words. */
export interface Warehouse {
  readonly dialect: Dialect
  execute(statement: Sql): Promise<void>
  /** Creates `target` and fills it with the query's rows. */
  materialize(target: Relation, query: Sql, session: Session): Promise<Usage>
  /** Small answers only: counts, digests, samples. */
  query(statement: Sql, session: Session): Promise<readonly Row[]>
  /** Columns in order, or undefined when there is no such relation. */
  describe(relation: Relation): Promise<readonly Column[] | undefined>
  /** Of a table's columns, as far as the engine knows them. Cheap: no data are read. */
  statistics(table: Relation): Promise<readonly ColumnStatistics[]>
  /** Everything that the warehouse itself holds, without its data; or another catalog that is attached beside it. */
  definitions(catalog?: string): Promise<WarehouseDefinitions>
  /** The same, where every statement is ended at that moment, in milliseconds on the clock of the run, with `kernel.timeout`. */
  until(moment: number): Warehouse
}

/** The warehouse's own catalog, sorted by name. */
export interface WarehouseDefinitions {
  /** The name that the warehouse is attached under. */
  readonly catalog: string
  readonly schemas: readonly string[]
  readonly relations: readonly WarehouseRelation[]
  /** The query of each macro, as far as it reads anything: a table macro's SELECT, or a scalar macro's expression. */
  readonly macros: readonly { readonly schema: string; readonly name: string; readonly query: string }[]
}

export interface WarehouseRelation {
  readonly schema: string
  readonly table: string
  /** Of a table, as its catalog tells them: rows that were deleted may be among them. */
  readonly size?: { readonly rows: number; readonly columns: number }
  /** Undefined for a table. */
  readonly view?: { readonly query: string; readonly columns: readonly string[] }
}
