import { sql, type Sql } from '../../sql/sql.ts'

/** How the values of a column are added up: exactly, as integers of the last decimal place, or as floating-point numbers. */
export type Summing =
  | { readonly kind: 'exact'; readonly scale: number; readonly width: 'fits' | 'wide-integer' | 'wide-decimal' }
  | { readonly kind: 'rounded' }

/** Half of the digits that the widest integer has: sums of halves stay within it. */
const HALF = 10n ** 19n

/** Undefined: values of the type are not added up. */
export function summing(type: string): Summing | undefined {
  if (/^(?:FLOAT|DOUBLE)$/.test(type)) return { kind: 'rounded' }
  if (/^U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/.test(type)) return { kind: 'exact', scale: 0, width: 'fits' }
  if (/^U?HUGEINT$/.test(type)) return { kind: 'exact', scale: 0, width: 'wide-integer' }
  const [, width, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? []
  if (width === undefined || scale === undefined) return undefined
  // The engine adds decimals in 38 digits and fails beyond: ten are left for as many rows as there may be.
  return { kind: 'exact', scale: Number(scale), width: Number(width) <= 28 ? 'fits' : 'wide-decimal' }
}

/** The sum as text, for `readSum`; `filter` is nothing, or a whole `FILTER (…)`. NULL: there is no value. */
export function sumOf(how: Summing, value: Sql, filter: Sql): Sql {
  if (how.kind === 'rounded') return sql`printf('%.12g', fsum(CAST(${value} AS DOUBLE)) ${filter})`
  if (how.width === 'fits') return sql`CAST(sum(${value}) ${filter} AS VARCHAR)`
  // Decimals are divided as floating point.
  const whole = how.width === 'wide-integer' ? value : sql`CAST(replace(CAST(${value} AS VARCHAR), '.', '') AS HUGEINT)`
  const part = (sign: Sql): Sql => sql`CAST(sum(CAST(${whole} ${sign} ${HALF} AS HUGEINT)) ${filter} AS VARCHAR)`
  return sql`(${part(sql`//`)} || ':' || ${part(sql`%`)})`
}

/** An exact sum in units of its last decimal place. */
export function readSum(how: Extract<Summing, { kind: 'exact' }>, text: string | undefined): bigint {
  if (text === undefined) return 0n
  if (how.width === 'fits') return BigInt(text.replace('.', ''))
  const [high = '0', low = '0'] = text.split(':')
  return BigInt(high) * HALF + BigInt(low)
}

/** `-1205` of scale 2 → `-12.05`. */
export function decimalText(units: bigint, scale: number): string {
  const sign = units < 0n ? '-' : ''
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** Twelve digits, as the engine writes the sums of one side. */
export function roundedText(value: number): string {
  return String(Number(value.toPrecision(12)))
}
