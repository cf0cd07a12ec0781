import { join, sql, type Sql } from '../sql/sql.ts'
import { keyNames, projected, value, type Sides } from './sides.ts'

/**
 * Rows side by side: what stands after FROM, and how it is spoken of there. The sides are `b` and `h`. Joined by key they
 * are derived tables with `present`, `k<i>` and `v<i>`; in step they are the relations themselves, because only plain
 * scans are read in step without being kept.
 */

/** One full outer join; in step, row by row. */
export function paired(sides: Sides): Sql {
  if (sides.inStep === true) return sql`${sides.base} AS b POSITIONAL JOIN ${sides.head} AS h`
  const on = join(
    keyNames(sides).map((key) => sql`b.${key} = h.${key}`),
    ' AND ',
  )
  return sql`${projected(sides, 'base')} AS b FULL JOIN ${projected(sides, 'head')} AS h ON ${on}`
}

/** What stands after that, for the pairs that meet a condition. */
export function meeting({ only, inStep }: Sides, condition: Sql): Sql {
  // Equal keys are chosen alike, so base's choose for both.
  if (inStep !== true || only === undefined) return sql`WHERE ${condition}`
  return sql`WHERE ${only('base', sql`b`)} AND (${condition})`
}

/** The pair has both rows. */
export function isPair({ inStep }: Sides): Sql {
  return inStep === true ? sql`true` : sql`b.present AND h.present`
}

/** The pair lacks the row of that side. */
export function lacks({ inStep }: Sides, side: 'b' | 'h'): Sql {
  if (inStep === true) return sql`false`
  return side === 'b' ? sql`b.present IS NULL` : sql`h.present IS NULL`
}

/** One side's value of compared column i. */
export function cell(sides: Sides, side: 'b' | 'h', index: number): Sql {
  const column = sides.columns[index]
  const alias = side === 'b' ? sql`b` : sql`h`
  if (sides.inStep !== true || column === undefined) return sql`${alias}.v${index}`
  return value(column, side === 'b' ? 'base' : 'head', alias)
}

/** One side's key. */
export function keyCells(sides: Sides, side: 'b' | 'h'): readonly Sql[] {
  const alias = side === 'b' ? sql`b` : sql`h`
  if (sides.inStep !== true) return keyNames(sides).map((key) => sql`${alias}.${key}`)
  return sides.keys.map((key) => value(key, side === 'b' ? 'base' : 'head', alias))
}
