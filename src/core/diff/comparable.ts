import type { Sql } from '../sql/sql.ts'
import { sql } from '../sql/sql.ts'

/** How a column is compared: one expression a side, equal (NULL-safe) exactly when the values are. */
export interface Comparable {
  /** Applied to either side's value; what joins and groups compare. */
  readonly value: (column: Sql, side: 'base' | 'head') => Sql
  /** What the checksum hashes. Equal values hash equal, or the checksum only differs where the join then finds equality. */
  readonly hashed: (column: Sql, side: 'base' | 'head') => Sql
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
 * How two columns of these types (the engine's spelling) are compared, or why they cannot be. Types are cast only when
 * they differ, and only upwards without loss; numbers of unlike kinds meet as the shortest text of the number.
 */
export function comparable(typeBase: string, typeHead: string): Comparable | { readonly because: string } {
  for (const type of [typeBase, typeHead]) {
    if (containsNested(type, /\bVARIANT\b/) || containsNested(type, /\bUNION\(/)) {
      return { because: `values of type ${type} cannot be compared exactly` }
    }
  }
  if (typeBase === typeHead) return sameType(typeBase)
  const each = (cast: (column: Sql, type: string) => Sql): Comparable => {
    const value = (column: Sql, side: 'base' | 'head'): Sql => cast(column, side === 'base' ? typeBase : typeHead)
    return { value, hashed: value }
  }
  const both = (of: ReadonlySet<string>): boolean => of.has(typeBase) && of.has(typeHead)
  if (both(INTEGERS)) return each((column) => sql`CAST(${column} AS HUGEINT)`)
  if (both(FLOATS)) return each((column) => sql`CAST(${column} AS DOUBLE)`)
  if (isNumber(typeBase) && isNumber(typeHead)) return each(numberText)
  if (both(TIMESTAMPS)) return each((column) => sql`CAST(${column} AS TIMESTAMP)`)
  if (bothTimestamps(typeBase, typeHead)) return each((column) => sql`CAST(${column} AS TIMESTAMPTZ)`)
  return each((column, type) => text(column, type))
}

function sameType(type: string): Comparable {
  if (needsText(type)) {
    const value = (column: Sql): Sql => text(column, type)
    return { value, hashed: value }
  }
  if (type === 'VARCHAR') {
    // A NOCASE column would call 'a' and 'A' equal.
    const value = (column: Sql): Sql => sql`${column} COLLATE "C"`
    return { value, hashed: (column) => column }
  }
  const value = (column: Sql): Sql => column
  // Nested values collide by construction ([0] and [0, 0]); their text does not.
  return { value, hashed: isNested(type) ? (column) => sql`CAST(${column} AS VARCHAR)` : value }
}

/** INTERVAL '1 month' equals '30 days', unions of unlike tags may be equal, variants of unlike types throw: all are told apart as text. */
function needsText(type: string): boolean {
  return /\b(?:INTERVAL|VARIANT)\b|\bUNION\(/.test(type)
}

function text(column: Sql, type: string): Sql {
  if (type.startsWith('UNION('))
    return sql`(CAST(union_tag(${column}) AS VARCHAR) || ':' || CAST(${column} AS VARCHAR))`
  if (type === 'VARIANT') return sql`(variant_typeof(${column}) || ':' || CAST(${column} AS VARCHAR))`
  return sql`CAST(${column} AS VARCHAR) COLLATE "C"`
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

function isNumber(type: string): boolean {
  return INTEGERS.has(type) || FLOATS.has(type) || type === 'UHUGEINT' || type.startsWith('DECIMAL')
}

function bothTimestamps(a: string, b: string): boolean {
  const known = (type: string): boolean => TIMESTAMPS.has(type) || type === 'TIMESTAMP WITH TIME ZONE'
  return known(a) && known(b)
}

function isNested(type: string): boolean {
  return /[[(]/.test(type.replace(/^DECIMAL\(\d+,\d+\)$/, '').replace(/^ENUM\(.*\)$/s, ''))
}

/** Whether the pattern occurs inside another type: there its tag is lost in text. */
function containsNested(type: string, pattern: RegExp): boolean {
  return isNested(type) && pattern.test(type.replace(/^UNION\(/, ''))
}
