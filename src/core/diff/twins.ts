import type { Column, Row } from '../ports/warehouse.ts'
import type { Relation } from '../sql/relation.ts'
import { sql, type Sql } from '../sql/sql.ts'
import { comparable, type Comparable } from './comparable.ts'
import { gatesAgree, gatesStatement, isOrdered, orderedGatesAgree, readGates, type Gate } from './gate.ts'
import type { ComparedColumn } from './sides.ts'
import { columnDiffs, sameColumns } from './structure.ts'

/** Two built relations as their readers see them. */
export interface Twin {
  readonly relation: Relation
  readonly columns: readonly Column[]
}

/** A set of columns that must be equal for somebody: lower-case names, or undefined for all of them, in one order and type. */
export interface Projection {
  readonly columns: readonly string[] | undefined
  readonly ordered: boolean
}

/** Asks one side's gates. */
export type AskGates = (statement: Sql) => Promise<readonly Row[]>

/**
 * Of some projections, those that are equal on both sides for whatever may read them: as multisets of rows, or as
 * sequences where order matters. Stricter than a comparison of values: 0.0 and −0.0 are told apart, since their texts are.
 */
export async function equalProjections(
  base: Twin,
  head: Twin,
  projections: readonly Projection[],
  ask: AskGates,
): Promise<readonly boolean[]> {
  const compared = projections.map(({ columns }) => comparedColumns(base.columns, head.columns, columns))
  const distinct = new Map<string, readonly ComparedColumn[]>()
  for (const columns of compared) if (columns !== undefined) distinct.set(keyOf(columns), columns)
  if (distinct.size === 0) return projections.map(() => false)
  const order = projections.some(({ ordered }) => ordered) && isOrdered(base.columns) && isOrdered(head.columns)
  const sets = [...distinct.values()]
  const gatesOf = async (side: 'base' | 'head', { relation }: Twin): Promise<ReadonlyMap<string, Gate>> => {
    const rows = await ask(gatesStatement(relation, sets, side, order ? 'ordered' : 'unordered'))
    const gates = readGates(rows, sets.length)
    return new Map([...distinct.keys()].map((key, index) => [key, gates[index] as Gate]))
  }
  const [baseGates, headGates] = [await gatesOf('base', base), await gatesOf('head', head)]
  return projections.map(({ ordered }, index) => {
    const columns = compared[index]
    const [b, h] = columns === undefined ? [] : [baseGates.get(keyOf(columns)), headGates.get(keyOf(columns))]
    if (b === undefined || h === undefined) return false
    return ordered ? orderedGatesAgree(b, h) : gatesAgree(b, h)
  })
}

/** Undefined where the two sides cannot be equal for a reader of these columns: one is missing, of another type, or of no exact text. */
function comparedColumns(
  base: readonly Column[],
  head: readonly Column[],
  wanted: readonly string[] | undefined,
): readonly ComparedColumn[] | undefined {
  if (wanted === undefined && !sameColumns(base, head)) return undefined
  const diffs = columnDiffs(base, head)
  const found: ComparedColumn[] = []
  for (const name of wanted ?? diffs.map((diff) => diff.name)) {
    const column = diffs.find((diff) => diff.name.toLowerCase() === name.toLowerCase())
    const how = column?.change === 'same' ? strictly(column.typeHead ?? '') : undefined
    if (column === undefined || how === undefined) return undefined
    const nameBase = base.find((known) => known.name.toLowerCase() === name.toLowerCase())?.name ?? column.name
    found.push({ column, nameBase, nameHead: column.name, comparable: how })
  }
  return found
}

/** How values of one type are told apart by anything that may read them. */
function strictly(type: string): Comparable | undefined {
  if (/\bVARIANT\b|\bUNION\(/.test(type)) return undefined
  const how = comparable(type, type)
  if (how.blind !== undefined) return undefined
  // Equal to the engine, and not one text: 0.0 and −0.0, one instant in two zones.
  if (type === 'FLOAT' || type === 'DOUBLE')
    return { ...how, hashed: (column) => sql`hash(${column}, signbit(${column}))` }
  if (type === 'TIME WITH TIME ZONE') return { ...how, hashed: (column) => sql`CAST(${column} AS VARCHAR)` }
  return how
}

function keyOf(columns: readonly ComparedColumn[]): string {
  return JSON.stringify(columns.map(({ nameHead }) => nameHead))
}
