import type { ColumnStatistics, Row } from '../../core/ports/warehouse.ts'
import { duckdbDialect } from './dialect.ts'

/** What the catalog keeps of a table's columns: no data are read but for one row. `table` is a rendered name. Empty where the table is. */
export async function readStatistics(
  ask: (statement: string) => Promise<readonly Row[]>,
  table: string,
): Promise<readonly ColumnStatistics[]> {
  const columns = (await ask(`DESCRIBE ${table}`)).map((row) => String(row['column_name']))
  const asked = columns.map((column, index) => `stats(${duckdbDialect.quoteIdentifier(column)}) AS s${String(index)}`)
  const [row] = await ask(`SELECT ${asked.join(', ')} FROM ${table} LIMIT 1`)
  return row === undefined
    ? []
    : columns.map((column, index) => ({ column, ...parseStatistics(String(row[`s${String(index)}`] ?? '')) }))
}

/** `[Min: 0, Max: 9][Has Null: false, Has No Null: true][Approx Unique: 10]` */
export function parseStatistics(text: string): Omit<ColumnStatistics, 'column'> {
  const distinct = /\[Approx Unique: (\d+)\]/.exec(text)?.[1]
  const bounds = /^\[Min: (.+?), Max: ([^\]]+?)\]/.exec(text)
  const [least, most] = [bounds?.[1], bounds?.[2]].map((bound) => (bound === undefined ? undefined : placeOf(bound)))
  return {
    ...(distinct !== undefined && { distinct: Number(distinct) }),
    ...(least !== undefined && most !== undefined && { least, most }),
  }
}

/** Numbers as they are, times as milliseconds since 1970, UTC. */
function placeOf(text: string): number | undefined {
  if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return Number(text)
  const time = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2})(?:\.\d+)?)?(?:\+00)?$/.exec(text)
  if (time === null) return undefined
  const ms = Date.parse(`${time[1] ?? ''}T${time[2] ?? '00:00:00'}Z`)
  return Number.isNaN(ms) ? undefined : ms
}
