import { sql, type Sql } from '../../sql/sql.ts'
import type { SideName } from '../../environment/layout.ts'
import type { Ask } from '../ask.ts'
import { integer } from '../read.ts'
import type { ColumnDiff, Totals } from '../result.ts'
import { rowsOf, value, type ComparedColumn, type Sides } from '../sides.ts'
import type { TopValues } from './explained.ts'

/** Columns that are told, values of each, and the most distinct values that a category may have. */
const COLUMNS = 5
const VALUES = 5
const CATEGORIES = 50n
/** Rows of one value, on average and at the least. */
const OFTEN = 5n
/** Longest text of a value, in characters. */
const WIDEST = 200

/** The most frequent values of the categories that changed, by their facts: text, flags and whole numbers of few values. */
export async function topValuesOf(
  columns: readonly ColumnDiff[],
  sides: Sides,
  totals: Totals,
  ask: Ask,
): Promise<readonly TopValues[]> {
  const categories = sides.columns.filter(({ column }) => {
    const known = columns.find(({ name }) => name === column.name)
    return known?.rowsChanged !== undefined && known.rowsChanged > 0n && isCategory(known, totals)
  })
  const told: TopValues[] = []
  for (const category of categories.slice(0, COLUMNS)) {
    const rows = await ask(topStatement(category, sides))
    told.push({
      column: category.column.name,
      values: rows.map((row) => ({
        value: row['value'] === null || row['value'] === undefined ? null : String(row['value']),
        base: integer(row, 'base'),
        head: integer(row, 'head'),
      })),
    })
  }
  return told
}

/** Few values, each of them in many rows. */
function isCategory({ typeBase = '', typeHead = '', facts }: ColumnDiff, { base, head }: Totals): boolean {
  if (facts === undefined || facts.base.distinct > CATEGORIES || facts.head.distinct > CATEGORIES) return false
  if (facts.base.distinct * OFTEN > base || facts.head.distinct * OFTEN > head) return false
  return [typeBase, typeHead].every((type) =>
    /^(?:VARCHAR|BOOLEAN|U?(?:TINY|SMALL|BIG)INT|U?INTEGER|ENUM\(.*\))$/s.test(type),
  )
}

function topStatement(column: ComparedColumn, sides: Sides): Sql {
  const counted = (side: SideName): Sql =>
    sql`(SELECT CAST(${value(column, side)} AS VARCHAR) AS x, count(*) AS n FROM ${rowsOf(sides, side)} GROUP BY x)`
  return sql`SELECT left(coalesce(b.x, h.x), ${WIDEST}) AS value, coalesce(b.n, 0) AS base, coalesce(h.n, 0) AS head FROM ${counted('base')} AS b FULL JOIN ${counted('head')} AS h ON b.x IS NOT DISTINCT FROM h.x ORDER BY greatest(coalesce(b.n, 0), coalesce(h.n, 0)) DESC, coalesce(b.x, h.x) NULLS LAST LIMIT ${VALUES}`
}
