import type { SideName } from '../environment/layout.ts'
import { join, sql, type Sql } from '../sql/sql.ts'
import { rowHash, secondHash } from './gate.ts'
import { signedRows } from './rows.ts'
import { rowsOf, value, type Sides } from './sides.ts'

/** Columns whose NULLs one number tells. */
const AT_ONCE = 60

/**
 * Without a key: the signed difference of two multisets of rows, told as every counting statement tells it. Where values
 * are equal exactly when their hashes are, rows are counted by two hashes of 64 bits, and no value is kept.
 */
export function multisetStatement(sides: Sides): Sql {
  return sides.columns.every(({ comparable }) => comparable.isHashExact === true) ? byHash(sides) : byValue(sides)
}

function byValue(sides: Sides): Sql {
  const nulls = sides.columns.map(
    (_, index) => sql`bit_or(CASE WHEN v${index} IS NOT NULL THEN 0 WHEN n < 0 THEN 1 ELSE 2 END) AS z${index}`,
  )
  return sql`SELECT ${join([...COUNTS, ...nulls])} FROM (${signedRows(sides)}) WHERE n <> 0`
}

/** `m<i>` has a bit for each of sixty columns: it is NULL. `removed` and `added` rows that have it set are `l<i>` and `c<i>`. */
function byHash(sides: Sides): Sql {
  const parts = Array.from({ length: Math.ceil(sides.columns.length / AT_ONCE) }, (_, part) => sql`${part}`)
  const keys = [sql`r`, sql`s`, ...parts.map((part) => sql`m${part}`)]
  const side = (name: SideName, sign: number): Sql => {
    const masks = parts.map((part, index) => sql`${nullsOf(sides, name, index * AT_ONCE)} AS m${part}`)
    const hashes = [sql`${rowHash(sides.columns, name)} AS r`, sql`${secondHash(sides.columns, name)} AS s`]
    return sql`SELECT ${join([...hashes, ...masks])}, ${sign} AS sign FROM ${rowsOf(sides, name)}`
  }
  const signed = sql`SELECT ${join(keys)}, CAST(sum(sign) AS BIGINT) AS n FROM (${side('base', -1)} UNION ALL ${side('head', 1)}) GROUP BY ${join(keys)}`
  const seen = parts.flatMap((part) => [
    sql`bit_or(CASE WHEN n < 0 THEN m${part} ELSE 0 END) AS l${part}`,
    sql`bit_or(CASE WHEN n > 0 THEN m${part} ELSE 0 END) AS c${part}`,
  ])
  const nulls = sides.columns.map((_, index) => {
    const [part, bit] = [Math.floor(index / AT_ONCE), index % AT_ONCE]
    return sql`((l${part} >> ${bit}) & 1) + 2 * ((c${part} >> ${bit}) & 1) AS z${index}`
  })
  return sql`SELECT ${join([sql`removed, added, changed`, ...nulls])} FROM (SELECT ${join([...COUNTS, ...seen])} FROM (${signed}) WHERE n <> 0)`
}

/** A bit for each of the columns from there on. */
function nullsOf({ columns }: Sides, side: SideName, from: number): Sql {
  const bits = columns
    .slice(from, from + AT_ONCE)
    .map((column, bit) => sql`CASE WHEN ${value(column, side)} IS NULL THEN ${1n << BigInt(bit)} ELSE 0 END`)
  return sql`CAST(${join(bits, ' + ')} AS BIGINT)`
}

const COUNTS = [
  sql`CAST(coalesce(sum(greatest(-n, 0)), 0) AS BIGINT) AS removed`,
  sql`CAST(coalesce(sum(greatest(n, 0)), 0) AS BIGINT) AS added`,
  sql`CAST(0 AS BIGINT) AS changed`,
]
