import type { Row } from '../ports/warehouse.ts'
import type { Ask } from './ask.ts'
import type { Key } from './key.ts'
import { integer } from './read.ts'
import type { DuplicateCounts, KeyFacts } from './result.ts'
import { duplicatesStatement } from './rows.ts'
import type { Sides } from './sides.ts'

/** What was counted of the keys on both sides. */
export interface KeyCounts {
  readonly duplicatesBase: DuplicateCounts
  readonly duplicatesHead: DuplicateCounts
  readonly nullsBase: bigint
  readonly nullsHead: bigint
  /** Distinct keys of the side that has more; 0 where they were not counted. */
  readonly distinct: bigint
  /** No key that was looked at repeats or holds a NULL. */
  readonly areUnique: boolean
  /** Every row was looked at, not only those in play. */
  readonly isWhole: boolean
}

const NO_DUPLICATES: DuplicateCounts = { keys: 0n, rows: 0n }
export const NO_KEYS: KeyCounts = {
  duplicatesBase: NO_DUPLICATES,
  duplicatesHead: NO_DUPLICATES,
  nullsBase: 0n,
  nullsHead: 0n,
  distinct: 0n,
  areUnique: false,
  isWhole: true,
}

/** Counts each key of the selected rows. Where the sides are equal, base tells for both. */
export async function countKeys(sides: Sides, side: 'base' | 'both', ask: Ask): Promise<KeyCounts> {
  const base = readDuplicates(await ask(duplicatesStatement(sides, 'base')))
  const head = side === 'base' ? base : readDuplicates(await ask(duplicatesStatement(sides, 'head')))
  return {
    duplicatesBase: base.duplicates,
    duplicatesHead: head.duplicates,
    nullsBase: base.nulls,
    nullsHead: head.nulls,
    distinct: base.distinct > head.distinct ? base.distinct : head.distinct,
    areUnique: [base, head].every(({ duplicates, nulls }) => duplicates.keys === 0n && nulls === 0n),
    isWhole: true,
  }
}

/** The same of rows in play; NULLs are known of all rows. */
export async function keysInPlay(
  sides: Sides,
  nulls: Pick<KeyCounts, 'nullsBase' | 'nullsHead'>,
  isWhole: boolean,
  ask: Ask,
): Promise<KeyCounts> {
  return { ...(await countKeys(sides, 'both', ask)), ...nulls, isWhole }
}

export function keyFacts(key: Key, counts: KeyCounts, unusable: KeyFacts['unusable']): KeyFacts {
  const { duplicatesBase, duplicatesHead, nullsBase, nullsHead } = counts
  const isUnique = ({ keys }: DuplicateCounts, nulls: bigint): boolean | undefined => {
    if (key.columns.length === 0 || keys > 0n || nulls > 0n) return false
    // Whoever looked for the key has counted every row.
    return counts.isWhole || key.source === 'measured' ? true : undefined
  }
  return {
    columns: key.columns,
    source: key.source,
    uniqueBase: isUnique(duplicatesBase, nullsBase),
    uniqueHead: isUnique(duplicatesHead, nullsHead),
    duplicatesBase,
    duplicatesHead,
    nullsBase,
    nullsHead,
    ...(unusable !== undefined && { unusable }),
  }
}

function readDuplicates(rows: readonly Row[]): {
  readonly distinct: bigint
  readonly duplicates: DuplicateCounts
  readonly nulls: bigint
} {
  const row = rows[0] ?? {}
  return {
    distinct: integer(row, 'distinct_keys'),
    duplicates: { keys: integer(row, 'keys'), rows: integer(row, 'held') },
    nulls: integer(row, 'nulls'),
  }
}
