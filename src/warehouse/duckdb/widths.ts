import type { Row } from '../../core/ports/warehouse.ts'
import { duckdbDialect } from './dialect.ts'

/** Bytes that a value of each column takes, uncompressed, by the column's name. */
export type Widths = ReadonlyMap<string, number>

/** Rows that text is measured on: one vector, so that a table of any size costs the same. */
const MEASURED_ROWS = 2_048
/** Lists and structs are written out to be measured, so fewer of them. */
const MEASURED_NESTED_ROWS = 100

/**
 * The widths of a table's columns: by type, and for text by its first rows. DuckDB reports no honest bytes: what it read
 * from disk is 0 when warm, and its vectors count 16 bytes for any text. `table` is a rendered name.
 */
export async function measureWidths(
  ask: (statement: string) => Promise<readonly Row[]>,
  table: string,
): Promise<Widths> {
  const columns = (await ask(`DESCRIBE ${table}`)).map((row) => ({
    name: String(row['column_name']),
    type: String(row['column_type']),
  }))
  const varying = columns.filter(({ type }) => fixedWidth(type) === undefined)
  const measured = new Map<string, number>()
  for (const isText of [true, false]) {
    const some = varying.filter(({ type }) => TEXT.test(type) === isText)
    if (some.length === 0) continue
    const rows = isText ? MEASURED_ROWS : MEASURED_NESTED_ROWS
    const means = some.map(({ name, type }, index) => `${meanOf(name, type)} AS w${String(index)}`)
    const names = some.map(({ name }) => duckdbDialect.quoteIdentifier(name))
    const [answer] = await ask(
      `SELECT ${means.join(', ')} FROM (SELECT ${names.join(', ')} FROM ${table} LIMIT ${String(rows)})`,
    )
    for (const [index, { name }] of some.entries()) measured.set(name, Number(answer?.[`w${String(index)}`] ?? 0))
  }
  return new Map(columns.map(({ name, type }) => [name, fixedWidth(type) ?? measured.get(name) ?? 0]))
}

/** Undefined when a column is none of the table's. */
export function bytesOfRow(widths: Widths, columns: readonly string[]): number | undefined {
  const found = columns.map((column) => widths.get(column))
  return found.includes(undefined) ? undefined : found.reduce<number>((sum, width) => sum + (width ?? 0), 0)
}

const TEXT = /^(?:VARCHAR|JSON|BLOB|BIT)$/

function meanOf(name: string, type: string): string {
  const column = duckdbDialect.quoteIdentifier(name)
  const length = type === 'BLOB' ? `octet_length(${column})` : `strlen(CAST(${column} AS VARCHAR))`
  return `coalesce(avg(coalesce(${length}, 0)), 0)`
}

const FIXED: Readonly<Record<string, number>> = {
  BOOLEAN: 1,
  TINYINT: 1,
  UTINYINT: 1,
  SMALLINT: 2,
  USMALLINT: 2,
  INTEGER: 4,
  UINTEGER: 4,
  FLOAT: 4,
  DATE: 4,
  BIGINT: 8,
  UBIGINT: 8,
  DOUBLE: 8,
  TIME: 8,
  TIMESTAMP: 8,
  TIMESTAMP_S: 8,
  TIMESTAMP_MS: 8,
  TIMESTAMP_NS: 8,
  'TIMESTAMP WITH TIME ZONE': 8,
  'TIME WITH TIME ZONE': 8,
  HUGEINT: 16,
  UHUGEINT: 16,
  UUID: 16,
  INTERVAL: 16,
}

function fixedWidth(type: string): number | undefined {
  const decimal = /^DECIMAL\((\d+),\d+\)$/.exec(type)
  if (decimal !== null) {
    const digits = Number(decimal[1])
    return digits <= 4 ? 2 : digits <= 9 ? 4 : digits <= 18 ? 8 : 16
  }
  // Values are a dictionary's numbers.
  if (/^ENUM\([^)]*\)$/s.test(type)) return 4
  return FIXED[type]
}
