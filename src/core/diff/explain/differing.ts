import type { Row } from '../../ports/warehouse.ts'
import { join, sql, type Sql } from '../../sql/sql.ts'
import type { Ask } from '../ask.ts'
import { differIn, pairsOf, type Pairing } from '../rows.ts'
import { cell, lacks, meeting } from '../pairing.ts'
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
  const [noBase, noHead] = [lacks(inPlay, 'b'), lacks(inPlay, 'h')]
  const kind = sql`CASE WHEN ${noHead} THEN 'removed' WHEN ${noBase} THEN 'added' ${changed} END AS kind`
  const [before, after] = [(i: number) => cell(inPlay, 'b', i), (i: number) => cell(inPlay, 'h', i)]
  const values = seen.map((i) => sql`CASE WHEN ${noBase} THEN ${after(i)} ELSE ${before(i)} END AS x${i}`)
  const both = compared.map((i) => sql`${before(i)} AS p${i}, ${after(i)} AS q${i}`)
  const exact = { ...inPlay, columns: inPlay.columns.map(({ tolerance: _, ...column }) => column) }
  return sql`(SELECT ${join([kind, ...values, ...both])} FROM ${pairsOf(inPlay, pairing)} ${meeting(inPlay, differIn(exact, deciding))})`
}
