import { join, sql, type Sql } from '../sql/sql.ts'
import { cell, isPair, keyCells, lacks, meeting, paired } from './pairing.ts'
import { keyNames, projected, valueNames, type Sides } from './sides.ts'
import { within } from './tolerance.ts'

/**
 * Columns of every counting statement: `removed`, `added`, `changed`, `matched` (pairs), `within` (pairs that differ, but
 * in no column by more than its tolerance); `c<i>` pairs in which compared column i differs, and `w<i>` those in which it
 * does within its tolerance; `z<i>` has bit 1 where a row of base that has no equal holds a NULL in column i and its
 * counterpart does not, and bit 2 the other way. Of no rows at all a count may be NULL. A key equals that of its
 * counterpart, so columns of the key are not looked at.
 *
 * They are `count_if`: `count(*) FILTER` takes half as long again over a join of ten columns, and seven times as long over
 * the small vectors that a sample leaves.
 */

/**
 * One full outer join, exact where keys are unique and non-null on both sides. `matched + removed` = base's rows and
 * `matched + added` = head's prove that no key which both sides have repeats; `added_keys` and `removed_keys` count the
 * distinct keys of the others.
 */
export function joinStatement(sides: Sides): Sql {
  if (sides.inStep === true) return countStatement(sides, paired(sides), [])
  return countStatement(sides, paired(sides), [
    sql`count(DISTINCT ${keyOf(sides, 'h')}) FILTER (b.present IS NULL) AS added_keys`,
    sql`count(DISTINCT ${keyOf(sides, 'b')}) FILTER (h.present IS NULL) AS removed_keys`,
  ])
}

/**
 * Any key, duplicates and NULLs included: the rows of one key are a multiset. Equal rows cancel, what is left is paired
 * in a stable order.
 */
export function multisetByKeyStatement(sides: Sides): Sql {
  return countStatement(sides, pairedByOrdinal(sides), [])
}

/** Without a key: the signed difference of two multisets of rows. */
export function multisetStatement(sides: Sides): Sql {
  const nulls = sides.columns.map(
    (_, index) => sql`bit_or(CASE WHEN v${index} IS NOT NULL THEN 0 WHEN n < 0 THEN 1 ELSE 2 END) AS z${index}`,
  )
  return sql`SELECT CAST(coalesce(sum(greatest(-n, 0)), 0) AS BIGINT) AS removed, CAST(coalesce(sum(greatest(n, 0)), 0) AS BIGINT) AS added, ${join([sql`CAST(0 AS BIGINT) AS changed`, ...nulls])} FROM (${signedRows(sides)}) WHERE n <> 0`
}

/** One side's keys: `distinct_keys`, those of them that occur more than once (`keys`), the `held` rows that have them, and `nulls`, rows with a NULL in the key. */
export function duplicatesStatement(sides: Sides, side: 'base' | 'head'): Sql {
  const keys = keyNames(sides)
  const hasNull = join(
    keys.map((key) => sql`${key} IS NULL`),
    ' OR ',
  )
  return sql`SELECT count(*) AS distinct_keys, count_if(n > 1) AS keys, CAST(coalesce(sum(n) FILTER (n > 1), 0) AS BIGINT) AS held, CAST(coalesce(sum(n) FILTER (${hasNull}), 0) AS BIGINT) AS nulls FROM (SELECT ${join(keys)}, count(*) AS n FROM ${projected({ ...sides, columns: [] }, side)} GROUP BY ${join(keys)})`
}

/** Longest text of one sampled value, in characters. */
const WIDEST_SAMPLE = 500

/**
 * Rows that differ, of each kind at most `limit`: those that differ in most columns first, then in key order. Columns:
 * `kind`, `k<i>`, `b<i>` and `h<i>` as text, and `c<i>`, whether column i differs.
 */
export function samplesStatement(sides: Sides, unique: boolean, limit: number): Sql {
  const keys = keyNames(sides)
  const each = <T>(of: (i: Sql, index: number) => T): readonly T[] =>
    sides.columns.map((_, index) => of(sql`${index}`, index))
  const kind = sql`CASE WHEN ${lacks(sides, 'h')} THEN 'removed' WHEN ${lacks(sides, 'b')} THEN 'added' ELSE 'changed' END AS kind`
  const [keysBase, keysHead] = [keyCells(sides, 'b'), keyCells(sides, 'h')]
  const rows = join([
    kind,
    // Never as one value of both: the engine has no CASE of a fixed-size array.
    ...keysBase.map((key, index) => sql`${key} AS p${index}, ${keysHead[index] ?? key} AS q${index}`),
    ...(unique ? [] : [sql`coalesce(b.ordinal, h.ordinal) AS ordinal`]),
    ...each(
      (i, index) =>
        sql`${cell(sides, 'b', index)} AS b${i}, ${cell(sides, 'h', index)} AS h${i}, ${differsIn(sides, index)} AS c${i}`,
    ),
  ])
  const differing = sql`list_sum([${join(each((i) => sql`CAST(c${i} AS INTEGER)`))}])`
  const worst = sql`CASE kind WHEN 'changed' THEN -${differing} ELSE 0 END`
  const byKey = keys.map((_, index) => sql`p${index}, q${index}`)
  const order = join([worst, ...byKey, ...(unique ? [] : [sql`ordinal`])])
  const shownColumns = join([
    ...keys.map((key, index) => sql`coalesce(${shown(sql`p${index}`)}, ${shown(sql`q${index}`)}) AS ${key}`),
    ...each((i) => sql`${shown(sql`b${i}`)} AS b${i}, ${shown(sql`h${i}`)} AS h${i}, c${i}`),
  ])
  const from = unique ? paired(sides) : pairedByOrdinal(sides)
  return sql`SELECT kind, ${shownColumns} FROM (SELECT * FROM (SELECT ${rows} FROM ${from} ${meeting(sides, differs(sides))}) QUALIFY row_number() OVER (PARTITION BY kind ORDER BY ${order}) <= ${limit} ORDER BY kind, ${order})`
}

/** How differing rows find their counterparts: by a key that is unique, by key and place among its rows, or not at all. */
export type Pairing = 'unique' | 'ordinal' | 'none'

/**
 * What stands after FROM for rows that may differ: `b` and `h` with `present`, `k<i>` and `v<i>` each, NULL on the side
 * that lacks the row.
 */
export function pairsOf(sides: Sides, pairing: Pairing): Sql {
  switch (pairing) {
    case 'unique':
      return paired(sides)
    case 'ordinal':
      return pairedByOrdinal(sides)
    case 'none': {
      const left = leftovers(sides)
      return sql`(SELECT * FROM ${left} WHERE side = 'base') AS b FULL JOIN (SELECT * FROM ${left} WHERE side = 'head') AS h ON b.side = h.side`
    }
  }
}

/** Of those pairs, the ones that differ in the first `columns` compared columns, by more than a tolerance. */
export function differIn(sides: Sides, columns: number): Sql {
  return differs({ ...sides, columns: sides.columns.slice(0, columns) })
}

/** `changed` and `within` alone, as `joinStatement` counts them. */
export function changedStatement(sides: Sides): Sql {
  return sql`SELECT ${join(changedCounts(sides))} FROM ${paired(sides)}`
}

function countStatement(sides: Sides, from: Sql, more: readonly Sql[]): Sql {
  const both = isPair(sides)
  const columns = sides.columns.flatMap((column, index) => {
    if (sides.keys.includes(column)) return [nullsOf(sides, index)]
    const i = sql`${index}`
    const counted = sql`count_if(${both} AND ${differsIn(sides, index)}) AS c${i}`
    if (column.tolerance === undefined) return [counted, nullsOf(sides, index)]
    const near = sql`count_if(${both} AND ${isDistinct(sides, index)} AND NOT ${differsIn(sides, index)}) AS w${i}`
    return [counted, near, nullsOf(sides, index)]
  })
  const counts = [
    sql`count_if(${lacks(sides, 'h')}) AS removed`,
    sql`count_if(${lacks(sides, 'b')}) AS added`,
    sql`count_if(${both}) AS matched`,
    ...changedCounts(sides),
  ]
  return sql`SELECT ${join([...counts, ...columns, ...more])} FROM ${from}`
}

function nullsOf(sides: Sides, index: number): Sql {
  const isNull = (side: 'b' | 'h'): Sql => sql`(${cell(sides, side, index)} IS NULL)`
  const [inBase, inHead] = [isNull('b'), isNull('h')]
  return sql`bit_or(CASE WHEN ${lacks(sides, 'b')} THEN CASE WHEN ${inHead} THEN 2 ELSE 0 END WHEN ${lacks(sides, 'h')} THEN CASE WHEN ${inBase} THEN 1 ELSE 0 END WHEN ${inBase} = ${inHead} THEN 0 WHEN ${inBase} THEN 1 ELSE 2 END) AS z${index}`
}

function changedCounts(sides: Sides): readonly Sql[] {
  const both = isPair(sides)
  const tolerant = sides.columns.flatMap((column, index) =>
    column.tolerance === undefined || sides.keys.includes(column) ? [] : [isDistinct(sides, index)],
  )
  const near = tolerant.length === 0 ? sql`false` : sql`(${anyOf(tolerant)}) AND NOT (${anyDiffers(sides)})`
  return [sql`count_if(${both} AND (${anyDiffers(sides)})) AS changed`, sql`count_if(${both} AND ${near}) AS within`]
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
  const order = values.length === 0 ? sql`` : sql`ORDER BY ${join(values)}`
  const ordinal = sql`row_number() OVER (PARTITION BY ${join([sql`side`, ...keys])} ${order}) AS ordinal`
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
  return sql`${lacks(sides, 'b')} OR ${lacks(sides, 'h')} OR ${anyDiffers(sides)}`
}

function anyDiffers(sides: Sides): Sql {
  const conditions = sides.columns.flatMap((column, index) =>
    sides.keys.includes(column) ? [] : [differsIn(sides, index)],
  )
  return conditions.length === 0 ? sql`false` : anyOf(conditions)
}

/** In column i, by more than its tolerance. */
function differsIn(sides: Sides, index: number): Sql {
  const column = sides.columns[index]
  if (column === undefined || sides.keys.includes(column)) return sql`false`
  if (column.tolerance === undefined) return isDistinct(sides, index)
  return sql`(${isDistinct(sides, index)} AND NOT ${within(column, cell(sides, 'b', index), cell(sides, 'h', index))})`
}

/** In column i, by however little. */
function isDistinct(sides: Sides, index: number): Sql {
  return sql`${cell(sides, 'b', index)} IS DISTINCT FROM ${cell(sides, 'h', index)}`
}

/** In groups: the engine takes a long chain for a deep one. */
function anyOf(conditions: readonly Sql[]): Sql {
  if (conditions.length <= 50) return join(conditions, ' OR ')
  const groups = Array.from(
    { length: Math.ceil(conditions.length / 50) },
    (_, group) => sql`(${join(conditions.slice(group * 50, group * 50 + 50), ' OR ')})`,
  )
  return anyOf(groups)
}

function keyOf(sides: Sides, alias: 'b' | 'h'): Sql {
  const of = alias === 'b' ? sql`b` : sql`h`
  const keys = keyNames(sides).map((key) => sql`${of}.${key}`)
  return keys.length === 1 ? join(keys) : sql`(${join(keys)})`
}

/** A value's text, cut where it is long: one cell may hold a hundred megabytes. */
function shown(value: Sql): Sql {
  return sql`left(CAST(${value} AS VARCHAR), ${WIDEST_SAMPLE})`
}
