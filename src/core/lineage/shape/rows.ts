import { setOf, term, type Term } from './term.ts'

/** Columns of stored relations, as `columnKey` writes them. */
export type Reads = ReadonlySet<string>

export const NOTHING: Reads = new Set()

export function union(sets: readonly Reads[]): Reads {
  const filled = [...new Set(sets)].filter((set) => set.size > 0)
  if (filled.length <= 1) return filled[0] ?? NOTHING
  return new Set(filled.flatMap((set) => [...set]))
}

export type Side = 'left' | 'right'

/** A value, as a function of the rows of the operator that it belongs to. */
export interface Value {
  readonly term: Term
  /** DuckDB's type, as canonical JSON. */
  readonly type: string
  readonly reads: Reads
  /** The same for every row, and the same wherever it stands. */
  readonly closed?: boolean
  /** The value of one side of an inner join, taken through it. */
  readonly from?: { readonly side: Side; readonly value: Value }
  /** A row's place in its table. It is scanned where nothing else is, so only a use of it matters. */
  readonly place?: boolean
}

export interface Filter {
  readonly term: Term
  readonly closed: boolean
}

/** Which rows there are: those of `base` that pass every filter. */
export interface Rows {
  readonly base: Term
  readonly filters: readonly Filter[]
  readonly reads: Reads
}

/** What one operator of a plan gives. */
export interface Output {
  readonly columns: readonly Value[]
  readonly rows: Rows
  /** The number by which columns that DuckDB left unresolved name this operator. */
  readonly tableIndex?: string
  /** The terms that the rows are ordered by, directly below. */
  readonly orderedBy?: ReadonlySet<Term>
}

/** Exactly one row: neutral in a cross product. */
export const ONE_ROW: Rows = { base: '(one)', filters: [], reads: NOTHING }

export function isOneRow({ base, filters }: Rows): boolean {
  return base === ONE_ROW.base && filters.length === 0
}

export function rowsTerm({ base, filters }: Rows): Term {
  return filters.length === 0 ? base : term('filter', setOf(filters.map((filter) => filter.term)), base)
}

/** Rows of another kind than those below: what was filtered before stays inside. */
export function rowsOf(base: Term, reads: readonly Reads[]): Rows {
  return { base, filters: [], reads: union(reads) }
}

/** A value of one side, seen through a join. `inner`: no row is made up, so a value of it may be computed before or after. */
export function through(side: Side, value: Value, inner: boolean): Value {
  if (inner && value.closed === true) return value
  const seen = { term: term(side, value.term), type: value.type, reads: value.reads, place: value.place === true }
  return inner ? { ...seen, from: { side, value } } : seen
}
