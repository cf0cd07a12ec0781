import { join, sql, type Sql } from '../sql/sql.ts'
import { keyNames, projected, valueNames, type Sides } from './sides.ts'

/** Columns of every counting statement: `removed`, `added`, `changed`, and `c<i>` for rows in which compared column i differs. */

/** Keys that are unique and non-null on both sides: one full outer join. */
export function joinStatement(sides: Sides): Sql {
  return countStatement(sides, paired(sides))
}

/**
 * Any key, duplicates and NULLs included: the rows of one key are a multiset. Equal rows cancel, what is left is paired
 * in a stable order.
 */
export function multisetByKeyStatement(sides: Sides): Sql {
  return countStatement(sides, pairedByOrdinal(sides))
}

/** Without a key: the signed difference of two multisets of rows. */
export function multisetStatement(sides: Sides): Sql {
  return sql`SELECT CAST(coalesce(sum(greatest(-n, 0)), 0) AS BIGINT) AS removed, CAST(coalesce(sum(greatest(n, 0)), 0) AS BIGINT) AS added, CAST(0 AS BIGINT) AS changed FROM (${signedRows(sides)})`
}

/** One side's duplicate keys: `keys` that occur more than once, the `held` rows that have them, and `nulls`, rows with a NULL in the key. */
export function duplicatesStatement(sides: Sides, side: 'base' | 'head'): Sql {
  const keys = keyNames(sides)
  const hasNull = join(
    keys.map((key) => sql`${key} IS NULL`),
    ' OR ',
  )
  return sql`SELECT count(*) FILTER (n > 1) AS keys, CAST(coalesce(sum(n) FILTER (n > 1), 0) AS BIGINT) AS held, CAST(coalesce(sum(n) FILTER (${hasNull}), 0) AS BIGINT) AS nulls FROM (SELECT ${join(keys)}, count(*) AS n FROM ${projected(sides, side)} GROUP BY ${join(keys)})`
}

/**
 * The first rows that differ, in key order: `kind`, `k<i>` as text, and for changed rows `b<i>`, `h<i>` as text and
 * `c<i>`, whether that column differs.
 */
export function samplesStatement(sides: Sides, unique: boolean, limit: number): Sql {
  const kind = sql`CASE WHEN h.present IS NULL THEN 'removed' WHEN b.present IS NULL THEN 'added' ELSE 'changed' END AS kind`
  const keys = sides.keys.map((_, index) => {
    const name = keyNames(sides)[index] as Sql
    return sql`CAST(coalesce(b.${name}, h.${name}) AS VARCHAR) AS ${name}`
  })
  const values = sides.columns.flatMap((_, index) => {
    const name = valueNames(sides)[index] as Sql
    const i = sql`${index}`
    return [
      sql`CAST(b.${name} AS VARCHAR) AS b${i}`,
      sql`CAST(h.${name} AS VARCHAR) AS h${i}`,
      sql`b.${name} IS DISTINCT FROM h.${name} AS c${i}`,
    ]
  })
  const order = join([sql`kind`, ...sides.keys.map((_, index) => sql`coalesce(b.k${index}, h.k${index})`)])
  const from = unique ? paired(sides) : pairedByOrdinal(sides)
  return sql`SELECT ${kind}, ${join([...keys, ...values])} FROM ${from} WHERE ${differs(sides)} ORDER BY ${order} LIMIT ${limit}`
}

function countStatement(sides: Sides, from: Sql): Sql {
  const both = sql`b.present AND h.present`
  const columns = sides.columns.map((_, index) => {
    const i = sql`${index}`
    return sql`, count(*) FILTER (${both} AND b.v${i} IS DISTINCT FROM h.v${i}) AS c${i}`
  })
  return sql`SELECT count(*) FILTER (h.present IS NULL) AS removed, count(*) FILTER (b.present IS NULL) AS added, count(*) FILTER (${both} AND (${anyDiffers(sides)})) AS changed${join(columns, '')} FROM ${from}`
}

function paired(sides: Sides): Sql {
  const on = join(
    keyNames(sides).map((key) => sql`b.${key} = h.${key}`),
    ' AND ',
  )
  return sql`${projected(sides, 'base')} AS b FULL JOIN ${projected(sides, 'head')} AS h ON ${on}`
}

function pairedByOrdinal(sides: Sides): Sql {
  const left = leftovers(sides)
  const on = join(
    [...keyNames(sides), sql`ordinal`].map((key) => sql`b.${key} IS NOT DISTINCT FROM h.${key}`),
    ' AND ',
  )
  return sql`(SELECT * FROM ${left} WHERE side = 'base') AS b FULL JOIN (SELECT * FROM ${left} WHERE side = 'head') AS h ON ${on}`
}

/** Rows that did not cancel, each as often as it is left over, numbered within its key and side by value. */
function leftovers(sides: Sides): Sql {
  const values = valueNames(sides)
  const keys = keyNames(sides)
  const ordinal = sql`row_number() OVER (PARTITION BY side, ${join(keys)} ORDER BY ${join(values)}) AS ordinal`
  const copies = sql`SELECT true AS present, CASE WHEN n < 0 THEN 'base' ELSE 'head' END AS side, ${join([...keys, ...values])}, unnest(range(abs(n))) AS copy FROM (${signedRows(sides)}) WHERE n <> 0`
  return sql`(SELECT *, ${ordinal} FROM (${copies}))`
}

/** Every distinct row with the number of times head has it less the times base has it. */
function signedRows(sides: Sides): Sql {
  const columns = join([...keyNames(sides), ...valueNames(sides)])
  const part = (side: 'base' | 'head', sign: number): Sql =>
    sql`SELECT ${columns}, ${sign} AS sign FROM ${projected(sides, side)}`
  return sql`SELECT ${columns}, CAST(sum(sign) AS BIGINT) AS n FROM (${part('base', -1)} UNION ALL ${part('head', 1)}) GROUP BY ${columns}`
}

function differs(sides: Sides): Sql {
  return sql`b.present IS NULL OR h.present IS NULL OR ${anyDiffers(sides)}`
}

function anyDiffers(sides: Sides): Sql {
  return join(
    valueNames(sides).map((name) => sql`b.${name} IS DISTINCT FROM h.${name}`),
    ' OR ',
  )
}
