import type { Row } from '../../ports/warehouse.ts'
import { join, sql, type Sql } from '../../sql/sql.ts'
import type { Ask } from '../exact.ts'
import { differIn, pairsOf, type Pairing } from '../rows.ts'
import type { Sides } from '../sides.ts'

/** Where the rows that differ are found. */
export interface Differing {
  /** Every row that differs is in it, and every column that may come first among its columns. */
  readonly inPlay: Sides
  readonly pairing: Pairing
  /** The first so many columns decide whether a row differs. */
  readonly deciding: number
}

/** What is asked of rows by kind: aggregates with names, and what is shown of them. */
export interface Grouped {
  readonly aggregates: readonly Sql[]
  readonly shown: readonly Sql[]
}

/**
 * One row a kind of differing row, with `n`, its number, and what is asked. The kinds are `removed`, `added`, `changed`,
 * and `within` of rows that differ within a tolerance alone.
 */
export async function askByKind(rows: Sql, asked: readonly Grouped[], ask: Ask): Promise<readonly Row[]> {
  const aggregates = asked.flatMap((each) => each.aggregates)
  const shown = asked.flatMap((each) => each.shown)
  return ask(
    sql`SELECT kind, ${join([sql`n`, ...shown])} FROM (SELECT kind, ${join([sql`count(*) AS n`, ...aggregates])} FROM ${rows} GROUP BY kind)`,
  )
}

/**
 * The rows that differ as a derived table: `kind`, `x<i>` of the columns `seen` (as it was; of added rows, as it is), and
 * `p<i>` and `q<i>` of the columns `compared`, before and after.
 */
export function differingRows(
  { inPlay, pairing, deciding }: Differing,
  seen: readonly number[],
  compared: readonly number[] = [],
): Sql {
  const isTolerant = inPlay.columns.slice(0, deciding).some(({ tolerance }) => tolerance !== undefined)
  const changed = isTolerant
    ? sql`WHEN ${differIn(inPlay, deciding)} THEN 'changed' ELSE 'within'`
    : sql`ELSE 'changed'`
  const kind = sql`CASE WHEN h.present IS NULL THEN 'removed' WHEN b.present IS NULL THEN 'added' ${changed} END AS kind`
  const values = seen.map((i) => sql`CASE WHEN b.present IS NULL THEN h.v${i} ELSE b.v${i} END AS x${i}`)
  const both = compared.map((i) => sql`b.v${i} AS p${i}, h.v${i} AS q${i}`)
  const exact = { ...inPlay, columns: inPlay.columns.map(({ tolerance: _, ...column }) => column) }
  return sql`(SELECT ${join([kind, ...values, ...both])} FROM ${pairsOf(inPlay, pairing)} WHERE ${differIn(exact, deciding)})`
}
