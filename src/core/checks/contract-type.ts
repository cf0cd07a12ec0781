import { CONTRACT_TYPES } from '../project/contract.ts'

/** Rocky's names for DuckDB's types. A type that Rocky has no name for matches its own spelling alone. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  BOOLEAN: ['Boolean'],
  TINYINT: ['Int32'],
  SMALLINT: ['Int32'],
  INTEGER: ['Int32'],
  BIGINT: ['Int64'],
  FLOAT: ['Float32'],
  DOUBLE: ['Float64'],
  VARCHAR: ['String'],
  BLOB: ['Binary'],
  DATE: ['Date'],
  TIMESTAMP: ['Timestamp', 'TimestampNtz'],
  TIMESTAMP_S: ['Timestamp', 'TimestampNtz'],
  TIMESTAMP_MS: ['Timestamp', 'TimestampNtz'],
  TIMESTAMP_NS: ['Timestamp', 'TimestampNtz'],
  'TIMESTAMP WITH TIME ZONE': ['Timestamp'],
  JSON: ['Variant', 'String'],
  VARIANT: ['Variant'],
}

/** DuckDB's other words for a type, as authors write them. */
const SPELLINGS: Readonly<Record<string, string>> = {
  BOOL: 'BOOLEAN',
  INT: 'INTEGER',
  INT4: 'INTEGER',
  INT8: 'BIGINT',
  LONG: 'BIGINT',
  REAL: 'FLOAT',
  FLOAT4: 'FLOAT',
  FLOAT8: 'DOUBLE',
  TEXT: 'VARCHAR',
  STRING: 'VARCHAR',
  BYTEA: 'BLOB',
  BINARY: 'BLOB',
  DATETIME: 'TIMESTAMP',
  TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE',
}

/**
 * Whether a column of DuckDB's `actual` type is what a contract calls `declared`. Unknown: Rocky has no name for the type
 * (`HUGEINT`, which a sum of integers has, `UUID`, `TIME`), so a name of Rocky's says nothing about it.
 */
export function compareType(actual: string, declared: string): 'same' | 'other' | 'unknown' {
  if (matchesType(actual, declared)) return 'same'
  const named = NAMES[actual] !== undefined || /^(?:DECIMAL|MAP|STRUCT|ENUM)\(|\]$/.test(actual)
  return named || !CONTRACT_TYPES.includes(declared.trim()) ? 'other' : 'unknown'
}

function matchesType(actual: string, declared: string): boolean {
  const wanted = declared.trim()
  const upper = wanted.toUpperCase().replace(/\s*([(),])\s*/g, '$1')
  if ((SPELLINGS[upper] ?? upper) === actual.toUpperCase()) return true
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(actual)
  if (decimal !== null) return matchesDecimal(upper, decimal[1] ?? '', decimal[2] ?? '')
  if (actual.endsWith(']')) return /^Array(?:<.*>)?$/s.test(wanted)
  if (actual.startsWith('MAP(')) return /^Map(?:<.*>)?$/s.test(wanted)
  if (actual.startsWith('STRUCT(')) return /^Struct(?:<.*>)?$/s.test(wanted)
  if (actual.startsWith('ENUM(')) return wanted === 'String'
  return (NAMES[actual] ?? []).includes(wanted)
}

/** `Decimal` has any digits; `Decimal(p)` has none behind the point. */
function matchesDecimal(declared: string, precision: string, scale: string): boolean {
  const [, name, p, s = '0'] = /^(DECIMAL|NUMERIC)(?:\((\d+)(?:,(\d+))?\))?$/.exec(declared) ?? []
  if (name === undefined) return false
  return p === undefined || (p === precision && s === scale)
}
