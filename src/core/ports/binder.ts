import type { Relation } from '../sql/relation.ts'
import type { Sql } from '../sql/sql.ts'
import type { Effort } from './effort.ts'
import type { Shape } from './shape.ts'
import type { Column, Session } from './warehouse.ts'

/** A name in a query's FROM that no CTE of its scope answers to. Offsets are UTF-16 units into the query's text. */
export interface TableReference extends Relation {
  readonly start: number
  readonly end: number
  /** The name that columns use, when the author gave one. */
  readonly alias?: string
  /** It is what a join adds, and equality of these columns is all that joins it. */
  readonly joinedBy?: readonly JoinedColumn[]
}

/** A column of what a join adds, and the column that it must equal, with the name or alias of the table that has it. */
export interface JoinedColumn {
  readonly column: string
  readonly equals: { readonly table: string; readonly column: string }
}

/** A column written with its schema or catalog (`main.t.col`): it must be cut down to `t.col` when `t` is re-pointed. */
export interface QualifiedColumn {
  /** Every part as written, unquoted. */
  readonly parts: readonly string[]
  /** Where each part starts; same length as `parts`. */
  readonly starts: readonly number[]
}

/** A call that reads files: `read_csv('data/x.csv', header = true)`. Offsets are UTF-16 units into the query's text. */
export interface FileRead {
  /** Lower-case. */
  readonly function: string
  /** As written; patterns included. */
  readonly paths: readonly string[]
  /** Of the whole call. */
  readonly start: number
  readonly end: number
  /** Of what names the files. */
  readonly argument: { readonly start: number; readonly end: number }
  /** The name that columns use, when the author gave one. */
  readonly alias?: string
}

/** What the parser alone knows of a query. */
export type ParsedQuery =
  | {
      readonly kind: 'query'
      readonly references: readonly TableReference[]
      readonly qualifiedColumns: readonly QualifiedColumn[]
      /** Names of every function called, lower-case, sorted, distinct; unqualified. */
      readonly functions: readonly string[]
      /** TABLESAMPLE or USING SAMPLE without a seed of its own. */
      readonly sampled: boolean
      /** Absent when it reads none by a function. */
      readonly files?: readonly FileRead[]
    }
  | { readonly kind: 'invalid'; readonly message: string; readonly position?: number; readonly hint?: string }

/** What the engine says of a query, bound to the catalogs as they are now. */
export type BoundQuery =
  | {
      readonly kind: 'bound'
      readonly columns: readonly Column[]
      /** Every stored table that would be scanned, through views and macros; sorted, distinct. */
      readonly scans: readonly Required<Relation>[]
      /** Of the plan, when it was asked for and DuckDB can write it down. */
      readonly shape?: Shape
      /** What it would have to do, when the shape was asked for. */
      readonly effort?: Effort
    }
  | { readonly kind: 'unbound'; readonly message: string; readonly position?: number; readonly hint?: string }

/** What a stored relation is called in a shape, so that base's twin and head's are one. */
export interface Identity {
  readonly relation: Required<Relation>
  readonly identity: string
  /** Columns that are called otherwise in the shape: as base calls them, where head's are the same under another name. */
  readonly renamed?: readonly { readonly from: string; readonly to: string }[] | undefined
}

/** DuckDB's parser and binder. Binding folds constants, so it executes: it runs where author SQL may run, under the same deadline. */
export interface Binder {
  /** One answer a query, in order. Parsing only: needs no catalog. */
  parse(queries: readonly string[]): Promise<readonly ParsedQuery[]>
  /** One digest a query that parses, in order: of its syntax tree, positions left out. Equal digests mean the same code. */
  syntax(queries: readonly string[]): Promise<readonly (string | undefined)[]>
  /** With `identify` the answer has a shape; relations that it does not list are called schema.table. */
  bind(query: Sql, session: Session, identify?: readonly Identity[]): Promise<BoundQuery>
  /** Binds, and leaves `target` as an empty table with the query's columns. Fails where a query binds and no table can be made of it. */
  define(target: Relation, query: Sql, session: Session, identify: readonly Identity[]): Promise<BoundQuery>
}
