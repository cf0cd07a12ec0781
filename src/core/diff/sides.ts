import type { Tolerance } from '../base/tolerance.ts'
import type { SideName } from '../environment/layout.ts'
import type { Relation } from '../sql/relation.ts'
import { identifier, join, sql, type Sql } from '../sql/sql.ts'
import type { Comparable } from './comparable.ts'
import type { ColumnDiff } from './result.ts'

/** A column that is compared: present on both sides. */
export interface ComparedColumn {
  readonly column: ColumnDiff
  /** Each side's own spelling. */
  readonly nameBase: string
  readonly nameHead: string
  readonly comparable: Comparable
  readonly tolerance?: Tolerance
}

/** Two relations whose columns were matched; `keys` are among `columns`, in key order. */
export interface Sides {
  readonly base: Relation
  readonly head: Relation
  readonly columns: readonly ComparedColumn[]
  readonly keys: readonly ComparedColumn[]
  /** The rows that are looked at, where not all are: equal keys are in on both sides, or on neither. */
  readonly only?: (side: SideName, alias?: Sql) => Sql
  /** The relation joined with the buckets of keys that are looked at, where not all are. */
  readonly inBuckets?: (side: SideName) => Sql
  /** The keys were seen to be the same in the same order: a row's counterpart is the row in its place. */
  readonly inStep?: true
}

/** A side as a derived table with positional names (`k0`, `v0`, …), so that no author's name can clash with one of ours. */
export function projected(sides: Sides, side: SideName): Sql {
  const keys = sides.keys.map((key, index) => sql`${value(key, side)} AS ${identifier(`k${String(index)}`)}`)
  const values = sides.columns.map((column, index) => sql`${value(column, side)} AS ${identifier(`v${String(index)}`)}`)
  return sql`(SELECT ${join([sql`true AS present`, ...keys, ...values])} FROM ${rowsOf(sides, side)})`
}

/** The relation, and which of its rows. */
export function rowsOf(sides: Sides, side: SideName): Sql {
  const from = sides.inBuckets === undefined ? sql`${sides[side]}` : sides.inBuckets(side)
  return sides.only === undefined ? from : sql`${from} WHERE ${sides.only(side)}`
}

/** `k0, k1, …`. */
export function keyNames(sides: Sides): readonly Sql[] {
  return names('k', sides.keys.length)
}

export function valueNames(sides: Sides): readonly Sql[] {
  return names('v', sides.columns.length)
}

export function hashedColumn({ comparable, nameBase, nameHead }: ComparedColumn, side: SideName): Sql {
  return comparable.hashed(identifier(side === 'base' ? nameBase : nameHead), side)
}

/** What joins and groups compare; of the relation that `alias` stands for, where there are several. */
export function value({ comparable, nameBase, nameHead }: ComparedColumn, side: SideName, alias?: Sql): Sql {
  const name = identifier(side === 'base' ? nameBase : nameHead)
  return comparable.value(alias === undefined ? name : sql`${alias}.${name}`, side)
}

function names(letter: string, count: number): readonly Sql[] {
  return Array.from({ length: count }, (_, index) => identifier(`${letter}${String(index)}`))
}
