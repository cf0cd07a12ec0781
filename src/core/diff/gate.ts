import type { SideName } from '../environment/layout.ts'
import type { Column, Row } from '../ports/warehouse.ts'
import type { Relation } from '../sql/relation.ts'
import { identifier, join, sql, type Sql } from '../sql/sql.ts'
import { hashedColumn, rowsOf, type ComparedColumn, type Sides } from './sides.ts'

/** Never zero: hash(0) is 0, and leading zeros would vanish. */
const SALT = 7_919

/** What one pass over a relation says of one set of its columns. */
export interface Gate {
  readonly rows: bigint
  /** Equal where the rows are equal as a multiset. */
  readonly checksum: string
  /** Equal where they are equal as a sequence; undefined where it was not asked for. */
  readonly ordered?: string
}

/** The checksum of a relation's compared columns, without order. */
export function gateStatement(sides: Sides, side: SideName): Sql {
  return gates(rowsOf(sides, side), [sides.columns], side, 'unordered')
}

/**
 * One pass over one relation for any number of projections, each a set of its columns: what one reader reads, values and
 * row-deciding columns together. Sums of single columns are never combined: values swapped between rows leave each of
 * them unchanged. A checksum is a sum in 128 bits, because XOR cancels equal pairs; a second hash stands over the first,
 * because DuckDB combines hashes by XOR, which is blind to a permutation of the last column (kernel.md, A10: 99,898 of
 * 100,000 changed rows went unseen).
 *
 * `ordered` adds the position of each row to a second sum. It needs `isOrdered` to hold for the relation, and means
 * something for a table that one thread filled.
 */
export function gatesStatement(
  relation: Relation,
  projections: readonly (readonly ComparedColumn[])[],
  side: SideName,
  order: 'ordered' | 'unordered',
): Sql {
  return gates(sql`${relation}`, projections, side, order)
}

function gates(
  from: Sql,
  projections: readonly (readonly ComparedColumn[])[],
  side: SideName,
  order: 'ordered' | 'unordered',
): Sql {
  const sums = projections.flatMap((columns, index) => {
    const row = rowHash(columns, side)
    const plain = sql`${checksum(sql`hash(${row})`)} AS ${identifier(`g${String(index)}`)}`
    if (order === 'unordered') return [plain]
    return [plain, sql`${checksum(sql`hash(hash(${row}, rowid))`)} AS ${identifier(`o${String(index)}`)}`]
  })
  return sql`SELECT ${join([sql`count(*) AS n`, ...sums])} FROM ${from}`
}

/** One gate a projection, in the order asked. */
export function readGates(rows: readonly Row[], projections: number): readonly Gate[] {
  const row = rows[0] ?? {}
  return Array.from({ length: projections }, (_, index) => {
    const ordered = row[`o${String(index)}`]
    return {
      rows: row['n'] as bigint,
      checksum: String(row[`g${String(index)}`]),
      ...(ordered !== undefined && { ordered: String(ordered) }),
    }
  })
}

export function readGate(rows: readonly Row[]): Gate {
  return readGates(rows, 1)[0] as Gate
}

/** Equal gates mean equal multisets of rows. */
export function gatesAgree(base: Gate, head: Gate): boolean {
  return base.rows === head.rows && base.checksum === head.checksum
}

/** Equal rows in an equal order. False where the order was not asked for. */
export function orderedGatesAgree(base: Gate, head: Gate): boolean {
  return gatesAgree(base, head) && base.ordered !== undefined && base.ordered === head.ordered
}

/** Whether an ordered gate may be asked of a table: a column of its own that is called `rowid` hides the position. */
export function isOrdered(columns: readonly Column[]): boolean {
  return columns.every(({ name }) => name.toLowerCase() !== 'rowid')
}

/** One row's hash, to be hashed once more. Free of names: the columns' order alone decides. */
export function rowHash(columns: readonly ComparedColumn[], side: SideName): Sql {
  return sql`hash(${join([sql`${SALT}`, ...columns.map((column) => hashedColumn(column, side))])})`
}

function checksum(hash: Sql): Sql {
  return sql`CAST(coalesce(sum(${hash}), 0) AS VARCHAR)`
}
