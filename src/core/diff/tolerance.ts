import type { Tolerance, Tolerances } from '../base/tolerance.ts'
import { engineText, join, sql, type Sql } from '../sql/sql.ts'
import type { ComparedColumn } from './sides.ts'

type Family = keyof Tolerances['types']

/** What a column of these two types may differ by; undefined: nothing. */
export function toleranceOf(
  { columns, types }: Tolerances,
  name: string,
  typeBase: string,
  typeHead: string,
): Tolerance | undefined {
  const [base, head] = [familyOf(typeBase), familyOf(typeHead)]
  if (base === undefined || head === undefined) return undefined
  // Between two families the laxer arithmetic decides, so its tolerance does too.
  const family = (['float', 'decimal', 'integer'] as const).find((each) => base === each || head === each)
  return columns[name.toLowerCase()] ?? (family === undefined ? undefined : types[family])
}

/**
 * Whether two numbers, each side's own, are equal within the column's tolerance. Infinity and NaN are near nothing but
 * themselves: `inf - inf <= inf` would call infinity and its negative equal. Integers and decimals of one type are
 * subtracted as they are, so that 0.11 - 0.10 is within 0.01. False, never NULL.
 */
export function within({ tolerance, column }: ComparedColumn, base: Sql, head: Sql): Sql {
  if (tolerance === undefined) return sql`false`
  const apart = distance(column, base, head)
  const [double, other] = [sql`CAST(${base} AS DOUBLE)`, sql`CAST(${head} AS DOUBLE)`]
  const tests = [
    ...(tolerance.absolute === undefined ? [] : [sql`${apart} <= ${engineText(tolerance.absolute)}`]),
    ...(tolerance.relative === undefined
      ? []
      : [
          sql`CAST(${apart} AS DOUBLE) <= CAST(${engineText(tolerance.relative)} AS DOUBLE) * greatest(abs(${double}), abs(${other}))`,
        ]),
  ]
  if (tests.length === 0) return sql`false`
  return sql`coalesce(isfinite(${double}) AND isfinite(${other}) AND (${join(tests, ' OR ')}), false)`
}

/** Numbers of unlike types meet as text, so what they are apart is only known as floating point. */
function distance({ typeBase = '', typeHead = '' }: ComparedColumn['column'], base: Sql, head: Sql): Sql {
  const families = [familyOf(typeBase), familyOf(typeHead)]
  if (families.every((family) => family === 'integer'))
    return sql`abs(CAST(${base} AS HUGEINT) - CAST(${head} AS HUGEINT))`
  if (typeBase === typeHead && families[0] === 'decimal') return sql`abs(${base} - ${head})`
  return sql`abs(CAST(${base} AS DOUBLE) - CAST(${head} AS DOUBLE))`
}

function familyOf(type: string): Family | undefined {
  if (/^(?:FLOAT|DOUBLE)$/.test(type)) return 'float'
  if (/^DECIMAL\(\d+,\d+\)$/.test(type)) return 'decimal'
  // A difference of two of the widest could pass what any type holds.
  return /^U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/.test(type) ? 'integer' : undefined
}
