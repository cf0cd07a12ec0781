import { grouped } from '../base/grouped.ts'
import type { Tolerances } from '../base/tolerance.ts'
import { COMPARE_SESSION, type Row, type Warehouse } from '../ports/warehouse.ts'
import type { Relation } from '../sql/relation.ts'
import { join, sql, type Sql } from '../sql/sql.ts'
import type { Ask } from './ask.ts'
import { sampledKeys } from './buckets.ts'
import { compareByBuckets, compareDirectly, joinOrCancel, type Found } from './exact.ts'
import { explain, type Explaining } from './explain/explain.ts'
import { findKey } from './find-key.ts'
import type { Key } from './key.ts'
import { keyFacts } from './key-counts.ts'
import { chooseRung, SAMPLE_SIZE, type Algorithm, type Budget, type Rung } from './ladder.ts'
import { withLosses } from './losses.ts'
import { matchColumns, withKey, type Matched } from './matching.ts'
import { countedColumns, integer, readSample, reconciled } from './read.ts'
import {
  NO_ROWS,
  type ColumnDiff,
  type Comparison,
  type RowSample,
  type Totals,
  type UncheckedColumn,
} from './result.ts'
import { samplesStatement } from './rows.ts'
import { rowsOf, value, type Sides } from './sides.ts'
import type { RenamedColumn } from '../plan/plan.ts'
import { columnDiffs } from './structure.ts'
import { stillUnchecked } from './variants.ts'

/** What is asked of one comparison. */
export interface CompareRequest {
  readonly base: Relation
  readonly head: Relation
  readonly key: Key
  readonly scope: 'whole' | 'delta' | 'full_refresh'
  /** Columns that are known to be one and the same under two names. */
  readonly renamedColumns?: readonly RenamedColumn[] | undefined
  /** Columns of either side that differ from run to run, by lower-case name: they are not compared. */
  readonly leftOut?: readonly UncheckedColumn[] | undefined
  /** Differing rows of each kind to bring along; 0 where data values may not be shown. */
  readonly samples: number
  readonly algorithm?: Algorithm | undefined
  readonly sampleSize?: number | undefined
  readonly budget?: Budget | undefined
  readonly tolerances?: Tolerances | undefined
  /** Whether to look at the columns of both sides once more and tell what differs beyond the counts. */
  readonly explaining?: Explaining | undefined
  /** Without a usable key: look for one in the data, or compare rows as a whole. */
  readonly keyless?: 'search' | 'whole-rows' | undefined
}

/** Compares two relations: exactly, unless a budget or the request says otherwise. Rows stay in the engine. */
export async function compareRelations(warehouse: Warehouse, request: CompareRequest): Promise<Comparison> {
  const base = await warehouse.describe(request.base)
  const head = await warehouse.describe(request.head)
  if (base === undefined || head === undefined) return { kind: 'not-compared', because: 'one side is not there' }
  const columns = columnDiffs(base, head, request.renamedColumns)
  const matched = matchColumns(request, columns, { base, head })
  if (matched === undefined) {
    const because =
      request.leftOut === undefined || request.leftOut.length === 0
        ? 'the two sides have no column in common'
        : 'every column that both sides have is non-deterministic'
    return { kind: 'not-compared', because, columns }
  }
  const ask: Ask = (statement) => warehouse.query(statement, COMPARE_SESSION)
  const [sizeBase, sizeHead] = [await sizeOf(matched.sides, 'base', ask), await sizeOf(matched.sides, 'head', ask)]
  const totals = { base: sizeBase.rows, head: sizeHead.rows }
  if (totals.base === 0n && totals.head === 0n) {
    return { kind: 'not-compared', because: NO_ROWS, columns }
  }
  const { algorithm = 'fitting', budget = {} } = request
  const rung = chooseRung(algorithm, totals, matched.sides.columns.length, budget)
  const comparing = { request, matched, columns, totals, rung, algorithm, ask }
  switch (rung.kind) {
    case 'counts':
      return { kind: 'not-compared', because: countsOnly(totals, rung), columns, totals }
    case 'sampled':
      return compareSample(comparing)
    case 'direct':
    case 'buckets':
      return compareExactly(comparing, { nullsBase: sizeBase.nulls, nullsHead: sizeHead.nulls })
  }
}

interface Comparing {
  readonly request: CompareRequest
  readonly matched: Matched
  readonly columns: readonly ColumnDiff[]
  readonly totals: Totals
  readonly rung: Rung
  readonly algorithm: Algorithm
  readonly ask: Ask
}

async function compareExactly(
  { request, matched, columns, totals, rung, algorithm, ask }: Comparing,
  nulls: { readonly nullsBase: bigint; readonly nullsHead: bigint },
): Promise<Comparison> {
  const compareWith = (sides: Sides, counted: typeof nulls): Promise<Found> =>
    rung.kind === 'direct'
      ? compareDirectly(sides, counted, algorithm, ask)
      : compareByBuckets(sides, totals, counted, algorithm, ask)
  let { sides, key } = matched
  // A key that was found has no NULLs; without one there are none to count.
  let found: Found | undefined
  if (key.columns.length === 0 && request.keyless !== 'whole-rows') {
    const unkeyed = await compareWith(sides, nulls)
    const measured = unkeyed.method === 'gate' ? undefined : await findKey(sides, totals, request.head.table, ask)
    if (measured === undefined) found = unkeyed
    else [key, sides] = [measured, withKey(sides, measured)]
  }
  found ??= await compareWith(sides, nulls)
  const rows = reconciled(totals, found.counts)
  const isEqual = rows.added === 0n && rows.removed === 0n && rows.changed === 0n
  const counted = await withLosses(countedColumns(columns, sides, found.counts), sides, found.counts, ask)
  const { explaining, budget = {} } = request
  const told =
    explaining === undefined || (isEqual && explaining === 'fitting')
      ? { columns: counted }
      : await explain({ sides, columns: counted, totals, found, explaining, budget }, ask)
  return {
    kind: 'measured',
    method: found.method,
    because: [rung.because, ...(found.because === undefined ? [] : [found.because])].join('; '),
    ...told,
    unchecked: isEqual ? await stillUnchecked(sides, matched.unchecked, ask) : matched.unchecked,
    key: keyFacts(key, found.keys, matched.unusable),
    rows,
    within: found.counts.within,
    samples: isEqual ? [] : await samplesOf(found, request.samples, ask),
    scope: request.scope,
  }
}

/** By key hash, so that equal keys are in the sample on both sides or on neither. */
async function compareSample({ request, matched, columns, totals, rung, ask }: Comparing): Promise<Comparison> {
  const { sides, key, unusable, unchecked } = matched
  const size = request.sampleSize ?? SAMPLE_SIZE
  const sample = sampledKeys(sides, Math.min(1, size / Number(greater(totals))))
  const [base, head] = [await sizeOf(sample, 'base', ask), await sizeOf(sample, 'head', ask)]
  const sampled = { base: base.rows, head: head.rows }
  // No checksums first: a scan that picks few rows costs nearly what all rows do, and joining those few next to nothing.
  const found = await joinOrCancel(sample, sampled, { nullsBase: base.nulls, nullsHead: head.nulls }, 'sampled', ask)
  const rows = reconciled(sampled, found.counts)
  const keys = found.keys.distinct > 0n ? found.keys.distinct : greater(sampled)
  return {
    kind: 'sampled',
    because: rung.because,
    columns: countedColumns(columns, sides, found.counts),
    unchecked,
    key: keyFacts(key, { ...found.keys, isWhole: false }, unusable),
    totals,
    rows,
    within: found.counts.within,
    keys,
    atMost: upperBound(Number(rows.added + rows.removed + rows.changed), Number(keys)),
    samples: await samplesOf(found, request.samples, ask),
    scope: request.scope,
  }
}

/**
 * At 95 %, the greatest share of all keys that may differ when `differing` of `keys` sampled ones do: 3/n for none (the
 * rule of three), and never less than the exact Poisson bound for more.
 */
export function upperBound(differing: number, keys: number): number {
  return keys === 0 ? 1 : Math.min(1, (differing + 1.645 * Math.sqrt(differing) + 3) / keys)
}

const greater = ({ base, head }: Totals): bigint => (base > head ? base : head)

async function samplesOf({ method, keys, inPlay }: Found, limit: number, ask: Ask): Promise<readonly RowSample[]> {
  if (limit === 0 || method === 'gate' || inPlay.keys.length === 0) return []
  const rows = await ask(samplesStatement(inPlay, keys.areUnique && method !== 'keyed_multiset', limit))
  return rows.map((row) => readSample(row, inPlay))
}

function countsOnly({ base, head }: Totals, { because }: Rung): string {
  const difference =
    base === head ? `${grouped(base)} on both sides` : `${grouped(base)} on base, ${grouped(head)} on head`
  return `rows were only counted (${difference}): ${because}`
}

/** Rows of one side, and those with a NULL in the key. Of a table both are known without reading it, unless there are NULLs. */
async function sizeOf(
  sides: Sides,
  side: 'base' | 'head',
  ask: Ask,
): Promise<{ readonly rows: bigint; readonly nulls: bigint }> {
  const isNull = sides.keys.map((key) => sql`${value(key, side)} IS NULL`)
  const nulls: Sql = isNull.length === 0 ? sql`0` : sql`count_if(${join(isNull, ' OR ')})`
  const row: Row = (await ask(sql`SELECT count(*) AS n, ${nulls} AS nulls FROM ${rowsOf(sides, side)}`))[0] ?? {}
  return { rows: integer(row, 'n'), nulls: integer(row, 'nulls') }
}
