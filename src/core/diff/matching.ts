import { NO_TOLERANCE, type Tolerances } from '../base/tolerance.ts'
import type { Column } from '../ports/warehouse.ts'
import type { Relation } from '../sql/relation.ts'
import { comparable } from './comparable.ts'
import type { Key } from './key.ts'
import type { ColumnDiff, KeyFacts, UncheckedColumn } from './result.ts'
import type { ComparedColumn, Sides } from './sides.ts'
import { toleranceOf } from './tolerance.ts'

/** Two relations with their columns paired, and the key that both have. */
export interface Matched {
  readonly sides: Sides
  readonly key: Key
  /** A declared key that one side has not all columns of. */
  readonly unusable: KeyFacts['unusable']
  readonly unchecked: readonly UncheckedColumn[]
}

/** What of a comparison's request decides which columns are compared, and how. */
interface Asked {
  readonly base: Relation
  readonly head: Relation
  readonly key: Key
  readonly tolerances?: Tolerances | undefined
  readonly leftOut?: readonly UncheckedColumn[] | undefined
}

/** Pairs the columns that both sides have, by name without case. Undefined: there is none in common to compare. */
export function matchColumns(
  { base, head, key: declared, tolerances = NO_TOLERANCE, leftOut = [] }: Asked,
  columns: readonly ColumnDiff[],
  described: { readonly base: readonly Column[]; readonly head: readonly Column[] },
): Matched | undefined {
  const spelling = (side: readonly Column[]) => new Map(side.map(({ name }) => [name.toLowerCase(), name]))
  const [inBase, inHead] = [spelling(described.base), spelling(described.head)]
  const unchecked: UncheckedColumn[] = []
  const compared = columns.flatMap((column): readonly ComparedColumn[] => {
    const { name, renamedFrom = name, typeBase, typeHead } = column
    if (typeBase === undefined || typeHead === undefined) return []
    const left = leftOut.find((one) => sameName(one.name, name) || sameName(one.name, renamedFrom))
    if (left !== undefined) {
      unchecked.push({ name, because: left.because })
      return []
    }
    const tolerance = toleranceOf(tolerances, name, typeBase, typeHead)
    return [
      {
        column,
        nameBase: inBase.get(renamedFrom.toLowerCase()) ?? renamedFrom,
        nameHead: inHead.get(name.toLowerCase()) ?? name,
        comparable: comparable(typeBase, typeHead),
        ...(tolerance !== undefined && { tolerance }),
      },
    ]
  })
  if (compared.length === 0) return undefined
  const missing = declared.columns.filter((name) => !compared.some(({ column }) => sameName(column.name, name)))
  const key = missing.length > 0 || declared.columns.length === 0 ? primaryKey(described, compared) : declared
  const sides = { base, head, columns: compared, keys: [] }
  return {
    sides: withKey(sides, key),
    key,
    unusable: missing.length === 0 ? undefined : { columns: declared.columns, missing },
    unchecked: [
      ...unchecked,
      ...compared.flatMap(({ column, comparable: { blind } }) =>
        blind === undefined ? [] : [{ name: column.name, because: blind }],
      ),
    ],
  }
}

/** The sides with another key; its columns are compared, so both sides have them. */
export function withKey(sides: Sides, { columns }: Key): Sides {
  const keys = columns.flatMap((name) => sides.columns.filter(({ column }) => sameName(column.name, name)))
  return { ...sides, keys }
}

/** The primary key that either relation declares, when both have its columns. */
function primaryKey(
  { base, head }: { readonly base: readonly Column[]; readonly head: readonly Column[] },
  compared: readonly ComparedColumn[],
): Key {
  for (const side of [head, base]) {
    const columns = side.filter(({ isPrimaryKey }) => isPrimaryKey === true).map(({ name }) => name)
    const known = columns.every((name) => compared.some(({ column }) => sameName(column.name, name)))
    if (columns.length > 0 && known) return { columns, source: 'constraint' }
  }
  return { columns: [], source: 'none' }
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
