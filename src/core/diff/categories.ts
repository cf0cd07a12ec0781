import type { SideName } from '../environment/layout.ts'
import { join, sql, type Sql } from '../sql/sql.ts'
import type { Ask } from './ask.ts'
import { shortText, told } from './explain/condition.ts'
import { integer } from './read.ts'
import { hashedColumn, rowsOf, value, type ComparedColumn, type Sides } from './sides.ts'

/** A column of few values. */
export interface Category {
  readonly distinct: bigint
  /** Its most frequent value as text; undefined where values of the type are not told, or all are NULL or long. */
  readonly usual: string | undefined
}

/**
 * Counts the values of each of these columns exactly, by a grouping a column: of few values it is cheaper than any
 * estimate (a million rows: 10 ms; the engine's approximate count: 36 ms, and of many values 100).
 */
export async function categoriesOf(
  columns: readonly ComparedColumn[],
  sides: Sides,
  side: SideName,
  ask: Ask,
): Promise<ReadonlyMap<ComparedColumn, Category>> {
  if (columns.length === 0) return new Map()
  const each = columns.map((column, index) => countStatement(column, index, sides, side))
  const rows = await ask(join(each, ' UNION ALL '))
  return new Map(
    rows.flatMap((row) => {
      const [column, usual] = [columns[Number(row['place'])], row['usual']]
      return column === undefined
        ? []
        : [[column, { distinct: integer(row, 'n'), usual: typeof usual === 'string' ? usual : undefined }]]
    }),
  )
}

function countStatement(column: ComparedColumn, place: number, sides: Sides, side: SideName): Sql {
  const type = (side === 'base' ? column.column.typeBase : column.column.typeHead) ?? ''
  const cell = value(column, side)
  const usual = told(type).values
    ? sql`CAST(first(x ORDER BY n DESC, x) FILTER (x IS NOT NULL) AS VARCHAR)`
    : sql`CAST(NULL AS VARCHAR)`
  // Long texts and what is nested would be kept whole, once a value.
  const isShort = told(type).values && type !== 'VARCHAR'
  const x = isShort ? cell : told(type).values ? sql`any_value(${shortText(type, cell)})` : sql`NULL`
  const by = isShort ? cell : sql`hash(${hashedColumn(column, side)})`
  return sql`SELECT ${place} AS place, count_if(filled > 0) AS n, ${usual} AS usual FROM (SELECT ${x} AS x, count(*) AS n, count(${cell}) AS filled FROM ${rowsOf(sides, side)} GROUP BY ${by})`
}
