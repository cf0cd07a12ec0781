import type { UnitRow, UnitValue } from '../project/model.ts'
import type { Column } from '../ports/warehouse.ts'
import type { Relation } from '../sql/relation.ts'
import { engineText, identifier, join, literal, sql, type Sql } from '../sql/sql.ts'

/**
 * The table that stands in for an input: its rows, with the columns and types of `like` where the warehouse knows that
 * input, else those of the values. Undefined: nothing tells what columns an empty input has.
 */
export function fixtureTable(
  table: Relation,
  rows: readonly UnitRow[],
  like: readonly Column[] | undefined,
): Sql | undefined {
  const columns = columnsOf(rows, like)
  if (columns.length === 0) return undefined
  const names = join(columns.map((_, index) => identifier(`c${String(index)}`)))
  const shown = columns.map(({ name, type }, index) => {
    const cell = identifier(`c${String(index)}`)
    return type === undefined
      ? sql`${cell} AS ${identifier(name)}`
      : sql`CAST(${cell} AS ${engineText(type)}) AS ${identifier(name)}`
  })
  const written = rows.length === 0 ? [{}] : rows
  const values = written.map((row) => sql`(${join(columns.map((column) => cellSql(row, column)))})`)
  const none = rows.length === 0 ? sql` WHERE false` : sql``
  return sql`CREATE TABLE ${table} AS SELECT ${join(shown)} FROM (VALUES ${join(values)}) AS given(${names})${none}`
}

interface FixtureColumn {
  readonly name: string
  readonly type: string | undefined
}

/** Those of `like`, then those that the rows have besides; by name, without regard to case. */
function columnsOf(rows: readonly UnitRow[], like: readonly Column[] | undefined): readonly FixtureColumn[] {
  const columns = new Map<string, FixtureColumn>((like ?? []).map((column) => [column.name.toLowerCase(), column]))
  for (const name of rows.flatMap((row) => Object.keys(row))) {
    const key = name.toLowerCase()
    if (!columns.has(key)) columns.set(key, { name, type: undefined })
  }
  return [...columns.values()]
}

/** Cast one by one where the type is known: the rows of VALUES must agree on a type beforehand. */
function cellSql(row: UnitRow, { name, type }: FixtureColumn): Sql {
  const value = cellOf(row, name)
  const written = value === undefined ? sql`NULL` : valueSql(value)
  return type === undefined ? written : sql`CAST(${written} AS ${engineText(type)})`
}

export function cellOf(row: UnitRow, column: string): UnitValue | undefined {
  if (Object.hasOwn(row, column)) return row[column]
  const key = Object.keys(row).find((name) => name.toLowerCase() === column.toLowerCase())
  return key === undefined ? undefined : row[key]
}

function valueSql(value: UnitValue): Sql {
  if (typeof value === 'string') return literal(value)
  if (typeof value === 'boolean' || typeof value === 'bigint') return sql`${value}`
  if (typeof value === 'number')
    return Number.isFinite(value) ? engineText(String(value)) : sql`CAST(${literal(String(value))} AS DOUBLE)`
  if ('type' in value) return sql`CAST(${literal(value.text)} AS ${engineText(value.type)})`
  return sql`[${join(value.map(valueSql))}]`
}

/** A cell as text, the way that DuckDB writes it. */
export function valueText(value: UnitValue): string {
  if (typeof value === 'object') return 'type' in value ? value.text : `[${value.map(valueText).join(', ')}]`
  return String(value)
}

/**
 * The model's rows and the expected ones as text, in one answer: `side` is `m` or `e`, `place` counts its like.
 * What is expected is read as the column's type first, so that `2026-01-01` is the timestamp that it means. Numbers stay
 * as they are written: a cast would round them.
 */
export function comparedRows(
  result: Relation,
  columns: readonly Column[],
  expected: readonly UnitRow[],
  limit: number,
): Sql {
  const made = columns.map(
    ({ name }, index) => sql`CAST(${identifier(name)} AS VARCHAR) AS ${identifier(`v${String(index)}`)}`,
  )
  const actual = sql`SELECT 'm' AS side, row_number() OVER () AS place, ${join(made)} FROM (SELECT * FROM ${result} LIMIT ${limit})`
  if (expected.length === 0) return actual
  const rows = expected.map((row, at) => {
    const cells = columns.map((column) => expectedCell(cellOf(row, column.name), column))
    return sql`SELECT 'e' AS side, ${at} AS place, ${join(cells)}`
  })
  return sql`${actual} UNION ALL ${join(rows, ' UNION ALL ')}`
}

function expectedCell(value: UnitValue | undefined, { type }: Column): Sql {
  if (value === undefined) return sql`CAST(NULL AS VARCHAR)`
  const text = literal(valueText(value))
  if (isNumeric(type) || type === 'VARCHAR') return text
  return sql`coalesce(CAST(TRY_CAST(${text} AS ${engineText(type)}) AS VARCHAR), ${text})`
}

export function isNumeric(type: string): boolean {
  return /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(.*\)|BIGNUM)$/.test(type)
}
