import type { Sql } from '../sql/sql.ts'
import { engineText, sql } from '../sql/sql.ts'
import { encoded, needsEncoding } from './encoded.ts'
import { hashable } from './hashable.ts'
import { holds, parseType, type EngineType } from './type.ts'

/** How a column is compared: one expression a side, equal (NULL-safe) exactly when the values are. */
export interface Comparable {
  /** Applied to either side's value; what joins and groups compare. */
  readonly value: (column: Sql, side: 'base' | 'head') => Sql
  /** What the checksum hashes. Equal values hash equal, or the checksum only differs where the join then finds equality. */
  readonly hashed: (column: Sql, side: 'base' | 'head') => Sql
  /** What cannot be seen. Differences that are found are there; that none is found proves nothing. */
  readonly blind?: string
}

const INTEGERS = new Set([
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
])
const FLOATS = new Set(['FLOAT', 'DOUBLE'])
const TIMESTAMPS = new Set(['DATE', 'TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS'])

/**
 * How two columns of these types (the engine's spelling) are compared. Types are cast only when they differ, and only
 * upwards without loss; numbers of unlike kinds meet as the shortest text of the number.
 */
export function comparable(typeBase: string, typeHead: string): Comparable {
  const how = comparableValues(typeBase, typeHead)
  const blind = blindness(typeBase, typeHead)
  return blind === undefined ? how : { ...how, blind }
}

/** The text of a variant loses the types inside it ([1] and ['1'] read the same), and so does that of a union that was retyped. */
function blindness(typeBase: string, typeHead: string): string | undefined {
  const either = (test: (type: EngineType) => boolean): boolean =>
    [typeBase, typeHead].some((type) => holds(parseType(type), test))
  if (either((type) => type.kind === 'scalar' && type.text === 'VARIANT')) {
    return 'VARIANT values of unlike inner types may read alike'
  }
  if (typeBase !== typeHead && either(({ kind }) => kind === 'union')) {
    return 'values of two UNION types can only be compared as text'
  }
  return undefined
}

function comparableValues(typeBase: string, typeHead: string): Comparable {
  if (typeBase === typeHead) return sameType(typeBase)
  const each = (cast: (column: Sql, type: string) => Sql, common = 'VARCHAR'): Comparable => {
    const value = (column: Sql, side: 'base' | 'head'): Sql => cast(column, side === 'base' ? typeBase : typeHead)
    return { value, hashed: (column, side) => hashable(common)(value(column, side)) }
  }
  const as = (common: string): Comparable => each((column) => sql`CAST(${column} AS ${engineText(common)})`, common)
  const both = (of: ReadonlySet<string>): boolean => of.has(typeBase) && of.has(typeHead)
  if (both(INTEGERS)) return as('HUGEINT')
  if (both(FLOATS)) return as('DOUBLE')
  const decimal = widerDecimal(typeBase, typeHead)
  if (decimal !== undefined) return as(decimal)
  if (isNumber(typeBase) && isNumber(typeHead)) return each(numberText)
  if (both(TIMESTAMPS)) return as('TIMESTAMP')
  if (bothTimestamps(typeBase, typeHead)) return as('TIMESTAMPTZ')
  return each((column, type) => text(column, type))
}

function sameType(type: string): Comparable {
  const parsed = parseType(type)
  if (needsEncoding(parsed)) {
    const value = (column: Sql): Sql => encoded(parsed, column)
    return { value, hashed: (column) => sql`CAST(${value(column)} AS VARCHAR)` }
  }
  if (type === 'VARCHAR') {
    // A NOCASE column would call 'a' and 'A' equal.
    const value = (column: Sql): Sql => sql`${column} COLLATE "C"`
    return { value, hashed: (column) => column }
  }
  const value = (column: Sql): Sql => column
  // Nested values collide by construction ([0] and [0, 0]); their text does not.
  return { value, hashed: parsed.kind !== 'scalar' ? (column) => sql`CAST(${column} AS VARCHAR)` : hashable(type) }
}

/** Of values whose types differ. NULL stays NULL. */
function text(column: Sql, type: string): Sql {
  return sql`CAST(${encoded(parseType(type), column)} AS VARCHAR) COLLATE "C"`
}

/** The shortest text of a number, the same for an integer, a decimal and a floating-point number of one value. */
function numberText(column: Sql, type: string): Sql {
  if (FLOATS.has(type)) {
    return sql`(CASE WHEN isfinite(${column}) AND ${column} = trunc(${column}) AND abs(${column}) < 1e38 THEN CAST(CAST(${column} AS HUGEINT) AS VARCHAR) ELSE CAST(CAST(${column} AS DOUBLE) AS VARCHAR) END)`
  }
  if (type.startsWith('DECIMAL')) {
    const digits = sql`CAST(${column} AS VARCHAR)`
    return sql`(CASE WHEN contains(${digits}, '.') THEN regexp_replace(${digits}, '[.]?0+$', '') ELSE ${digits} END)`
  }
  return sql`CAST(${column} AS VARCHAR)`
}

/** The decimal that holds every value of both types, where there is one: at most 38 digits. */
export function widerDecimal(typeBase: string, typeHead: string): string | undefined {
  const [base, head] = [digitsOf(typeBase), digitsOf(typeHead)]
  if (base === undefined || head === undefined) return undefined
  const scale = Math.max(base.scale, head.scale)
  const width = Math.max(base.whole, head.whole) + scale
  return width > 38 ? undefined : `DECIMAL(${String(width)},${String(scale)})`
}

function digitsOf(type: string): { readonly whole: number; readonly scale: number } | undefined {
  const [, width, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? []
  if (width !== undefined && scale !== undefined) return { whole: Number(width) - Number(scale), scale: Number(scale) }
  const whole = WHOLE_DIGITS[type]
  return whole === undefined ? undefined : { whole, scale: 0 }
}

/** Digits of the widest value. */
const WHOLE_DIGITS: Readonly<Record<string, number>> = {
  TINYINT: 3,
  UTINYINT: 3,
  SMALLINT: 5,
  USMALLINT: 5,
  INTEGER: 10,
  UINTEGER: 10,
  BIGINT: 19,
  UBIGINT: 20,
}

function isNumber(type: string): boolean {
  return INTEGERS.has(type) || FLOATS.has(type) || type === 'UHUGEINT' || /^DECIMAL\(\d+,\d+\)$/.test(type)
}

function bothTimestamps(a: string, b: string): boolean {
  const known = (type: string): boolean => TIMESTAMPS.has(type) || type === 'TIMESTAMP WITH TIME ZONE'
  return known(a) && known(b)
}
