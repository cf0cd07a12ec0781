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
}

/** Two relations whose columns were matched; `keys` are among `columns`, in key order. */
export interface Sides {
  readonly base: Relation
  readonly head: Relation
  readonly columns: readonly ComparedColumn[]
  readonly keys: readonly ComparedColumn[]
}

/** A side as a derived table with positional names (`k0`, `v0`, …), so that no author's name can clash with one of ours. */
export function projected(sides: Sides, side: SideName): Sql {
  const keys = sides.keys.map((key, index) => sql`${value(key, side)} AS ${identifier(`k${String(index)}`)}`)
  const values = sides.columns.map((column, index) => sql`${value(column, side)} AS ${identifier(`v${String(index)}`)}`)
  return sql`(SELECT true AS present, ${join([...keys, ...values])} FROM ${side === 'base' ? sides.base : sides.head})`
}

/** `k0, k1, …`, with an optional alias before each. */
export function keyNames(sides: Sides, alias?: string): readonly Sql[] {
  return names('k', sides.keys.length, alias)
}

export function valueNames(sides: Sides, alias?: string): readonly Sql[] {
  return names('v', sides.columns.length, alias)
}

export function hashedColumn({ comparable, nameBase, nameHead }: ComparedColumn, side: SideName): Sql {
  return comparable.hashed(identifier(side === 'base' ? nameBase : nameHead), side)
}

function value({ comparable, nameBase, nameHead }: ComparedColumn, side: SideName): Sql {
  return comparable.value(identifier(side === 'base' ? nameBase : nameHead), side)
}

function names(letter: string, count: number, alias: string | undefined): readonly Sql[] {
  return Array.from({ length: count }, (_, index) => {
    const name = identifier(`${letter}${String(index)}`)
    return alias === undefined ? name : sql`${identifier(alias)}.${name}`
  })
}
