import type { Row } from '../ports/warehouse.ts'
import { join, sql, type Sql } from '../sql/sql.ts'
import type { SideName } from '../environment/layout.ts'
import { hashedColumn, type Sides } from './sides.ts'

/** Never zero: hash(0) is 0, and leading zeros would vanish. */
const SALT = 7_919

/**
 * One pass over one side: its row count and a checksum that is free of order. A sum in 128 bits, because XOR cancels
 * equal pairs; a second hash over the first, because DuckDB combines hashes by XOR, which is blind to a permutation of
 * the last column (kernel.md, A10: 99,898 of 100,000 changed rows went unseen).
 */
export function gateStatement(sides: Sides, side: SideName): Sql {
  const hashes = sides.columns.map((column) => hashedColumn(column, side))
  const row = sql`hash(hash(${join([sql`${SALT}`, ...hashes])}))`
  return sql`SELECT count(*) AS n, CAST(coalesce(sum(CAST(${row} AS HUGEINT)), 0) AS VARCHAR) AS checksum FROM ${side === 'base' ? sides.base : sides.head}`
}

export interface Gate {
  readonly rows: bigint
  readonly checksum: string
}

export function readGate(rows: readonly Row[]): Gate {
  const row = rows[0] ?? {}
  return { rows: row['n'] as bigint, checksum: String(row['checksum']) }
}

/** Equal gates mean equal multisets of rows. */
export function gatesAgree(base: Gate, head: Gate): boolean {
  return base.rows === head.rows && base.checksum === head.checksum
}
