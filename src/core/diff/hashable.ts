import { sql, type Sql } from '../sql/sql.ts'

/**
 * A value of a scalar type as it is given to the engine's hash. That hash of 128 bits is the hash of one half XOR that of the
 * other: 0 and -1 have the same (HUGEINT, and so every sum of integers; DECIMAL of more than 18 digits, and so every sum of
 * decimals), and so have all values whose halves are alike, or have changed places. A half, or the nearest floating-point
 * number, beside it tells them apart.
 */
export function hashable(type: string): (value: Sql) => Sql {
  if (type === 'HUGEINT') return (value) => sql`hash(${value}, CAST(${value} >> 64 AS BIGINT))`
  if (type === 'UHUGEINT') return (value) => sql`hash(${value}, CAST(${value} >> 64 AS UBIGINT))`
  if (type === 'UUID') return (value) => sql`CAST(${value} AS BLOB)`
  const [, digits] = /^DECIMAL\((\d+),\d+\)$/.exec(type) ?? []
  if (Number(digits) > 18) return (value) => sql`hash(${value}, CAST(${value} AS DOUBLE))`
  return (value) => value
}
