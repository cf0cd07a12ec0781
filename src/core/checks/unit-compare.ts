import type { Column, Row, Value } from '../ports/warehouse.ts'
import type { ShownRow } from './result.ts'
import { isNumeric } from './unit-sql.ts'

export interface RowsCompared {
  readonly missing: readonly ShownRow[]
  readonly unexpected: readonly ShownRow[]
}

/** Compares the answer of `comparedRows`: as multisets, or place by place. NULL equals NULL, and numbers are equal when their values are. */
export function compareRows(columns: readonly Column[], answer: readonly Row[], ordered: boolean): RowsCompared {
  const of = (side: string): readonly Entry[] =>
    answer
      .filter((row) => row['side'] === side)
      .sort((a, b) => Number(a['place']) - Number(b['place']))
      .map((row) => entryOf(columns, row))
  const [expected, actual] = [of('e'), of('m')]
  return ordered ? byPlace(expected, actual) : asMultisets(expected, actual)
}

interface Entry {
  readonly key: string
  readonly shown: ShownRow
}

function entryOf(columns: readonly Column[], row: Row): Entry {
  const shown = columns.map(({ name }, index) => ({ column: name, value: textOf(row[`v${String(index)}`]) }))
  const compared = shown.map(({ value }, index) => {
    const numeric = isNumeric(columns[index]?.type ?? '')
    return value !== null && numeric ? canonicalNumber(value) : value
  })
  return { key: JSON.stringify(compared), shown }
}

function textOf(value: Value | undefined): string | null {
  return value === undefined || value === null ? null : String(value)
}

function byPlace(expected: readonly Entry[], actual: readonly Entry[]): RowsCompared {
  const differs = (rows: readonly Entry[], others: readonly Entry[]): readonly ShownRow[] =>
    rows.filter(({ key }, index) => key !== others[index]?.key).map(({ shown }) => shown)
  return { missing: differs(expected, actual), unexpected: differs(actual, expected) }
}

function asMultisets(expected: readonly Entry[], actual: readonly Entry[]): RowsCompared {
  return { missing: without(expected, actual), unexpected: without(actual, expected) }
}

/** The rows that have no partner among the others, each of which is one row's partner. */
function without(rows: readonly Entry[], others: readonly Entry[]): readonly ShownRow[] {
  const left = new Map<string, number>()
  for (const { key } of others) left.set(key, (left.get(key) ?? 0) + 1)
  return rows.flatMap(({ key, shown }) => {
    const partners = left.get(key) ?? 0
    if (partners === 0) return [shown]
    left.set(key, partners - 1)
    return []
  })
}

/** `1.50`, `15e-1` and `+1.5` are `1.5`; what is no number stays as it is. */
export function canonicalNumber(text: string): string {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/.exec(text.trim())
  if (match === null || !/\d/.test(text)) return text.trim().toLowerCase()
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  const padded = point <= 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0')
  const at = Math.max(0, point)
  const before = padded.slice(0, at).replace(/^0+/, '')
  const after = padded.slice(at).replace(/0+$/, '')
  if (before === '' && after === '') return '0'
  return `${sign === '-' ? '-' : ''}${before === '' ? '0' : before}${after === '' ? '' : `.${after}`}`
}
