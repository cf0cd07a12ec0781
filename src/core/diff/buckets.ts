import type { SideName } from '../environment/layout.ts'
import type { Row } from '../ports/warehouse.ts'
import { engineText, identifier, join, sql, type Sql } from '../sql/sql.ts'
import { rowHash } from './gate.ts'
import type { Totals } from './result.ts'
import { hashedColumn, rowsOf, value, type ComparedColumn, type Sides } from './sides.ts'

/** Other than the gate's: what picks a row must not be part of what sums it up. */
const BUCKET_SALT = 104_729
const SAMPLE_SALT = 15_485_863
/** Of fewer rows 32,768 buckets of keys will do, whose sums stay twice as near to the processor: a fifth of the pass. */
const MANY = 20_000_000n
/** The lower 31 bits. */
const HALF = 2_147_483_647

/** The buckets in which the sides differ, and the rows of each side that are in them. */
export interface Differing {
  readonly buckets: readonly number[]
  readonly rows: Totals
}

/** How many buckets, a power of two: as many as there can be for whole rows, which take more of each to look at again. */
export function bucketsFor({ keys }: Sides, { base, head }: Totals): number {
  return keys.length > 0 && base < MANY && head < MANY ? 32_768 : 65_536
}

/**
 * One pass a side over buckets of keys (of whole rows without a key), each with its row count and checksum. A bucket number
 * of 16 bits lets the engine address its aggregates directly: 1.25 × a scan that hashes every column, where an ordinary
 * aggregate of as many groups costs 2.1 × (kernel.md, A4).
 *
 * The checksum is 62 bits of each row's hash in two sums: the engine adds up INTEGER in 64 bits, and everything wider in
 * 128, which costs a third of the pass.
 */
export function bucketsStatement(sides: Sides, buckets: number): Sql {
  const part = (side: SideName): Sql => {
    const hashes = sql`SELECT ${rowHash(sides.columns, side)} AS r, ${pickingHash(sides, side)} AS p FROM ${rowsOf(sides, side)}`
    const rows = sql`SELECT ${bucketOf(sides.keys.length === 0 ? sql`r` : sql`p`, buckets)} AS bucket, hash(r) AS h FROM (${hashes})`
    return sql`(SELECT bucket, count(*) AS n, sum(CAST(h & ${HALF} AS INTEGER)) AS s, sum(CAST(h >> 33 AS INTEGER)) AS t FROM (${rows}) GROUP BY bucket)`
  }
  const differing = sql`${part('base')} AS b FULL JOIN ${part('head')} AS h ON b.bucket = h.bucket WHERE b.n IS DISTINCT FROM h.n OR b.s IS DISTINCT FROM h.s OR b.t IS DISTINCT FROM h.t`
  return sql`SELECT CAST(coalesce(sum(b.n), 0) AS BIGINT) AS base, CAST(coalesce(sum(h.n), 0) AS BIGINT) AS head, string_agg(CAST(coalesce(b.bucket, h.bucket) AS VARCHAR), ',') AS buckets FROM ${differing}`
}

export function readBuckets(rows: readonly Row[]): Differing {
  const row = rows[0] ?? {}
  const list = row['buckets']
  return {
    buckets: typeof list === 'string' ? list.split(',').map(Number) : [],
    rows: { base: BigInt(String(row['base'])), head: BigInt(String(row['head'])) },
  }
}

/**
 * The rows of those buckets alone, of so many in all: by a join with a list of their numbers, which the engine looks up
 * directly. A test of bits takes a third more of the scan, a condition with a list half as much again.
 */
export function inBuckets(sides: Sides, chosen: readonly number[], buckets: number): Sides {
  const name = identifier(unusedName(sides))
  const list = sql`(SELECT unnest(CAST([${engineText(chosen.join())}] AS USMALLINT[])) AS ${name}) AS "__in_play"`
  return {
    ...sides,
    inBuckets: (side) => {
      const hash = sides.keys.length === 0 ? rowHash(sides.columns, side) : pickingHash(sides, side)
      return sql`${sides[side]} AS "__rows" JOIN ${list} ON ${bucketOf(hash, buckets)} = "__in_play".${name}`
    },
  }
}

/** No compared column is called so, or its name alone would mean two. */
function unusedName({ columns }: Sides): string {
  const taken = new Set(columns.flatMap(({ nameBase, nameHead }) => [nameBase.toLowerCase(), nameHead.toLowerCase()]))
  let name = '__bucket'
  while (taken.has(name)) name += '_'
  return name
}

/** The rows of about `share` (of 1) of all keys, the same on both sides: of all rows without a key. */
export function sampledKeys(sides: Sides, share: number): Sides {
  const limit = BigInt(Math.max(1, Math.floor(share * 2 ** 32)))
  return {
    ...sides,
    only: (side, alias) =>
      sql`hash(hash(${join([sql`${SAMPLE_SALT}`, ...pickedBy(sides, side, alias)])})) >> 32 < ${limit}`,
  }
}

/** The upper bits of a hash: 16 at most. */
function bucketOf(hash: Sql, buckets: number): Sql {
  return sql`CAST(${hash} >> ${64 - Math.log2(buckets)} AS USMALLINT)`
}

/** What a key's bucket is taken of. Without a key it is the row's hash: equal rows whose texts differ are then in play. */
function pickingHash(sides: Sides, side: SideName): Sql {
  return sides.keys.length === 0 ? sql`0` : sql`hash(${join([sql`${BUCKET_SALT}`, ...pickedBy(sides, side)])})`
}

/** Equal values are picked alike, even where the texts that stand for them in a checksum are not. */
function pickedBy({ keys, columns }: Sides, side: SideName, alias?: Sql): readonly Sql[] {
  return (keys.length === 0 ? columns : keys).map((column: ComparedColumn) => value(column, side, alias))
}

/**
 * One pass over one side: `k`, a checksum of its keys, and `c<i>` of each compared column beside its key. XOR is enough:
 * the join that follows proves the keys unique, and of unique pairs none cancels another.
 */
export function columnSumsStatement(sides: Sides, side: SideName): Sql {
  const key = rowHash(sides.keys, side)
  const sums = sides.columns.map(
    (column, index) => sql`bit_xor(hash(hash(${key}, ${hashedColumn(column, side)}))) AS c${index}`,
  )
  return sql`SELECT ${join([sql`bit_xor(hash(${key})) AS k`, ...sums])} FROM ${rowsOf(sides, side)}`
}
