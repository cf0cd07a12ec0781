import { PreviewError } from '../base/errors.ts'
import type { Row } from '../ports/warehouse.ts'
import type { ColumnDiff, RowCounts, RowSample, Totals } from './result.ts'
import type { Sides } from './sides.ts'

/** What a counting statement said. */
export interface Counts {
  readonly removed: bigint
  readonly added: bigint
  readonly changed: bigint
  readonly matched: bigint
  readonly within: bigint
  /** By the compared column: rows that differ in it, by more than its tolerance and within it. Without a key: undefined. */
  readonly columns: ReadonlyMap<ColumnDiff, { readonly changed: bigint; readonly within: bigint }> | undefined
  /** Columns of which one side alone holds NULLs that the other has no equal of: one side alone may have any at all. */
  readonly nulls: ReadonlySet<ColumnDiff>
}

export function readCounts(rows: readonly Row[], { columns, keys }: Sides): Counts {
  const row = rows[0] ?? {}
  const counted = columns.map(({ column }, index) => {
    const i = String(index)
    return [column, { changed: integer(row, `c${i}`), within: integer(row, `w${i}`) }] as const
  })
  return {
    removed: integer(row, 'removed'),
    added: integer(row, 'added'),
    changed: integer(row, 'changed'),
    matched: integer(row, 'matched'),
    within: integer(row, 'within'),
    columns: keys.length === 0 ? undefined : new Map(counted),
    nulls: new Set(columns.flatMap(({ column }, index) => (isOneSided(row[`z${String(index)}`]) ? [column] : []))),
  }
}

export const NO_DIFFERENCE: Counts = {
  removed: 0n,
  added: 0n,
  changed: 0n,
  matched: 0n,
  within: 0n,
  columns: undefined,
  nulls: new Set(),
}

function isOneSided(sides: Row[string] | undefined): boolean {
  return Number(sides ?? 0) === 1 || Number(sides ?? 0) === 2
}

/** The counts as a sum: base − removed + added = head, or it is a bug and is told as one. */
export function reconciled({ base, head }: Totals, { removed, added, changed }: Counts): RowCounts {
  if (base - removed + added !== head || base - removed - changed < 0n) {
    const [was, went, came, is] = [base, removed, added, head].map(String) as [string, string, string, string]
    throw new PreviewError('bug', `The counts do not add up: ${was} − ${went} + ${came} ≠ ${is}.`)
  }
  return { base, head, added, removed, changed, identical: base - removed - changed }
}

/** The columns with their counts, where they were compared by key. One that was left out of the statement did not differ. */
export function countedColumns(columns: readonly ColumnDiff[], compared: Sides, counts: Counts): readonly ColumnDiff[] {
  const inCommon = new Set(compared.columns.map(({ column }) => column))
  if (compared.keys.length === 0) return columns
  return columns.map((column) => {
    if (!inCommon.has(column)) return column
    const { changed, within } = counts.columns?.get(column) ?? { changed: 0n, within: 0n }
    return { ...column, rowsChanged: changed, ...(within > 0n && { rowsWithin: within }) }
  })
}

/** Values that one row of a kind shows at most where it has no counterpart. */
const WIDEST_ROW = 12

export function readSample(row: Row, { keys, columns }: Sides): RowSample {
  const kind = String(row['kind']) as RowSample['kind']
  const keyed = keys.map(({ column }, index): [string, string | null] => [column.name, text(row[`k${String(index)}`])])
  const keyNames = new Set(keyed.map(([name]) => name))
  const changes = columns.flatMap(({ column }, index) => {
    const i = String(index)
    if (kind === 'changed' ? row[`c${i}`] !== true : keyNames.has(column.name)) return []
    return [{ column: column.name, base: text(row[`b${i}`]), head: text(row[`h${i}`]) }]
  })
  return { kind, key: Object.fromEntries(keyed), changes: kind === 'changed' ? changes : changes.slice(0, WIDEST_ROW) }
}

export function integer(row: Row, name: string): bigint {
  const value = row[name]
  return typeof value === 'bigint' ? value : BigInt(Number(value ?? 0))
}

function text(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}
