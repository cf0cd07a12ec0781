import { grouped } from '../base/grouped.ts'
import type { Ask } from './ask.ts'
import { bucketsFor, bucketsStatement, columnSumsStatement, inBuckets, readBuckets } from './buckets.ts'
import { gatesAgree, gateStatement, readGate } from './gate.ts'
import { countKeys, keysInPlay, NO_KEYS, type KeyCounts } from './key-counts.ts'
import { DRILL_SHARE, type Algorithm } from './ladder.ts'
import { NO_DIFFERENCE, readCounts, type Counts } from './read.ts'
import type { ExhaustiveMethod, Totals } from './result.ts'
import { readInStep, unrepeated } from './in-step.ts'
import { joinByKey } from './joined.ts'
import { multisetByKeyStatement, multisetStatement } from './rows.ts'
import type { Sides } from './sides.ts'

/** What an exact comparison found, of the rows that `sides` selects. */
export interface Found {
  readonly method: ExhaustiveMethod
  readonly counts: Counts
  readonly keys: KeyCounts
  /** Rows of both sides that differ are among these, and columns that differ among its columns: what samples are taken of. */
  readonly inPlay: Sides
  /** More to say of why. */
  readonly because?: string
}

/** Rows with a NULL in the key. */
type Nulls = Pick<KeyCounts, 'nullsBase' | 'nullsHead'>

/** Few rows: equal checksums, or one join of everything. `totals` are those of the selected rows. */
export async function compareDirectly(
  sides: Sides,
  nulls: Nulls,
  algorithm: Algorithm,
  ask: Ask,
): Promise<Found & { readonly totals: Totals }> {
  const base = readGate(await ask(gateStatement(sides, 'base')))
  const head = readGate(await ask(gateStatement(sides, 'head')))
  const totals = { base: base.rows, head: head.rows }
  if (gatesAgree(base, head) && algorithm === 'fitting') {
    const keys = sides.keys.length === 0 ? NO_KEYS : await countKeys(sides, 'base', ask)
    return { method: 'gate', counts: NO_DIFFERENCE, keys, inPlay: sides, totals }
  }
  return { ...(await joinOrCancel(sides, totals, nulls, algorithm, ask)), totals }
}

/** A join, unless keys are NULL or turn out to repeat: then multisets. */
export async function joinOrCancel(
  sides: Sides,
  totals: Totals,
  nulls: Nulls,
  algorithm: Algorithm,
  ask: Ask,
): Promise<Found> {
  if (sides.keys.length === 0) return cancel(sides, NO_KEYS, ask)
  const isMultiset = algorithm === 'multiset' || algorithm === 'keyed_multiset'
  if (isMultiset || nulls.nullsBase > 0n || nulls.nullsHead > 0n) {
    return cancel(sides, await countKeys(sides, 'both', ask), ask)
  }
  return joinProven(sides, totals, nulls, 'keyed_join', ask)
}

/** Any rows at all: equal ones cancel, the rest is paired within its key. */
async function cancel(sides: Sides, keys: KeyCounts, ask: Ask): Promise<Found> {
  const isKeyed = sides.keys.length > 0
  const counts = readCounts(await ask(isKeyed ? multisetByKeyStatement(sides) : multisetStatement(sides)), sides)
  return { method: isKeyed ? 'keyed_multiset' : 'multiset', counts, keys, inPlay: sides }
}

/** Many rows: checksums by bucket, then only what differs. `keys` holds what `totals` cost nothing to tell: NULLs. */
export async function compareByBuckets(
  sides: Sides,
  totals: Totals,
  nulls: Nulls,
  algorithm: Algorithm,
  ask: Ask,
): Promise<Found> {
  const untold: KeyCounts = { ...NO_KEYS, ...nulls, areUnique: false, isWhole: false }
  const inStep = ['fitting', 'in_step'].includes(algorithm)
    ? await compareInStep(sides, totals, nulls, untold, ask)
    : undefined
  if (inStep !== undefined) return inStep
  const all = bucketsFor(sides, totals)
  const { buckets, rows } = readBuckets(await ask(bucketsStatement(sides, all)))
  if (buckets.length === 0) return { method: 'gate', counts: NO_DIFFERENCE, keys: untold, inPlay: sides }
  const share = Number(rows.base + rows.head) / Number(totals.base + totals.head)
  const inPlay = inBuckets(sides, buckets, all)
  const because = `${grouped(rows.base + rows.head)} rows in ${grouped(BigInt(buckets.length))} of ${grouped(BigInt(all))} buckets were in play`
  const isDrill = algorithm === 'keyed_columns' ? false : algorithm === 'bucket_drill' || share <= DRILL_SHARE
  const few = isDrill ? inPlay : sides
  if (sides.keys.length === 0) return { ...(await cancel(few, NO_KEYS, ask)), because }
  if (nulls.nullsBase > 0n || nulls.nullsHead > 0n) {
    return { ...(await cancel(few, await keysInPlay(few, nulls, !isDrill, ask), ask)), because }
  }
  const found = isDrill
    ? await joinProven(inPlay, rows, nulls, 'bucket_drill', ask)
    : await compareByColumns(sides, totals, nulls, ask)
  return { ...found, because }
}

/** Equal keys in equal order: rows are compared with those in their places. Undefined: they are not, or keys may repeat. */
async function compareInStep(
  sides: Sides,
  totals: Totals,
  nulls: Nulls,
  untold: KeyCounts,
  ask: Ask,
): Promise<Found | undefined> {
  const columns = await readInStep(sides, totals, ask)
  if (columns === undefined) return undefined
  const because = 'both sides have equal keys in equal order'
  if (columns.length === 0) return { method: 'in_step', counts: NO_DIFFERENCE, keys: untold, inPlay: sides, because }
  if (nulls.nullsBase > 0n || nulls.nullsHead > 0n) return undefined
  const inPlay: Sides = { ...sides, columns, inStep: true }
  const { counts } = await joinByKey(inPlay, ask)
  const proven = await unrepeated(inPlay, counts, totals, ask)
  if (proven !== undefined) {
    return {
      method: 'in_step',
      counts,
      keys: { ...untold, areUnique: true, isWhole: proven === 'all' },
      inPlay,
      because,
    }
  }
  const found = await joinProven({ ...sides, columns }, totals, nulls, 'keyed_columns', ask)
  // Only of unique keys are rows in one place counterparts, and only then are the other columns equal.
  return found.method === 'keyed_columns' ? { ...found, because } : undefined
}

/**
 * Most rows are in play: checksums say which columns differ, and those alone are joined, as long as no key came or went.
 */
async function compareByColumns(sides: Sides, totals: Totals, nulls: Nulls, ask: Ask): Promise<Found> {
  const base = (await ask(columnSumsStatement(sides, 'base')))[0] ?? {}
  const head = (await ask(columnSumsStatement(sides, 'head')))[0] ?? {}
  if (base['k'] !== head['k'] || totals.base !== totals.head)
    return joinProven(sides, totals, nulls, 'keyed_columns', ask)
  const columns = sides.columns.filter((_, index) => base[`c${String(index)}`] !== head[`c${String(index)}`])
  const narrow = { ...sides, columns }
  const found = await joinProven(narrow, totals, nulls, 'keyed_columns', ask)
  const { added, removed } = found.counts
  // Without the proof that the keys are the same, once each, equal checksums of columns show nothing.
  return added === 0n && removed === 0n && found.method === 'keyed_columns'
    ? found
    : joinProven(sides, totals, nulls, 'keyed_columns', ask)
}

/** A join, and the proof in its counts that no key repeats; without the proof, multisets. */
async function joinProven(
  sides: Sides,
  { base, head }: Totals,
  nulls: Nulls,
  method: 'keyed_join' | 'bucket_drill' | 'keyed_columns',
  ask: Ask,
): Promise<Found> {
  const { counts, repeats, narrowed } = await joinByKey(sides, ask)
  const isWhole = sides.only === undefined && sides.inBuckets === undefined
  if (counts.matched + counts.removed !== base || counts.matched + counts.added !== head) {
    return cancel(sides, await keysInPlay(sides, nulls, isWhole, ask), ask)
  }
  const keys = repeats
    ? await keysInPlay(sides, nulls, isWhole, ask)
    : { ...NO_KEYS, ...nulls, areUnique: true, isWhole }
  return { method, counts, keys, inPlay: narrowed }
}
