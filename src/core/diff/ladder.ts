import { grouped } from '../base/grouped.ts'
import type { ExhaustiveMethod, Totals } from './result.ts'

/** What is asked of a comparison: what fits the data, or one way of it. */
export type Algorithm = 'fitting' | 'bisection' | 'sampled' | 'counts' | Exclude<ExhaustiveMethod, 'gate'>

/** What one comparison may take. Undefined: as much as it needs. */
export interface Budget {
  readonly timeMs?: number
  /** Of both sides' compared columns, uncompressed. */
  readonly bytes?: number
  /** The highest step that is left, where one above it took too much; it counts for `fitting` alone. */
  readonly highest?: Rung & { readonly kind: 'sampled' | 'counts' }
}

/** A step of the ladder, and why this one. */
export interface Rung {
  readonly kind: 'direct' | 'buckets' | 'sampled' | 'counts'
  readonly because: string
}

/** Below this one full outer join of all columns is quicker than 65,536 buckets, which cost some 30 ms to set up. */
export const SMALL = 300_000n
/** More rows than this share of all in differing buckets, and a scan by column pays. */
export const DRILL_SHARE = 0.35
/** Rows that a sample aims at. */
export const SAMPLE_SIZE = 100_000

/** Cells (rows × columns, both sides) that a second can do at the least: a drill, of two slow cores. */
export const CELLS_A_SECOND = 40_000_000
/** A guess at the width of a value, uncompressed. */
export const BYTES_A_CELL = 12

/** The first rung that the request and the budget allow. */
export function chooseRung(algorithm: Algorithm, totals: Totals, columns: number, budget: Budget): Rung {
  const rows = totals.base + totals.head
  switch (algorithm) {
    case 'sampled':
      return { kind: 'sampled', because: 'a sample was asked for' }
    case 'counts':
      return { kind: 'counts', because: 'only counts were asked for' }
    case 'bisection':
      return { kind: 'buckets', because: 'bisection was asked for' }
    case 'in_step':
    case 'bucket_drill':
    case 'keyed_columns':
      return { kind: 'buckets', because: 'asked for' }
    case 'keyed_join':
    case 'keyed_multiset':
    case 'multiset':
      return { kind: 'direct', because: 'asked for' }
    case 'fitting':
      return affordable(rows, columns, budget) ?? exhaustive(totals)
  }
}

function exhaustive({ base, head }: Totals): Rung {
  if (base < SMALL && head < SMALL) return { kind: 'direct', because: `fewer than ${grouped(SMALL)} rows` }
  return {
    kind: 'buckets',
    because: `${grouped(SMALL)} rows or more: row by row where both sides are in step, else checksums by bucket first`,
  }
}

/** Undefined where the budget lets every row be compared. */
function affordable(rows: bigint, columns: number, { timeMs, bytes, highest }: Budget): Rung | undefined {
  const cells = Number(rows) * columns
  const [needMs, needBytes] = [(cells / CELLS_A_SECOND) * 1000, cells * BYTES_A_CELL]
  const over = (limit: number | undefined, need: number): number =>
    limit === undefined ? 0 : need / Math.max(limit, 1)
  const [time, size] = [over(timeMs, needMs), over(bytes, needBytes)]
  if (highest?.kind === 'counts' || (time <= 1 && size <= 1)) return highest
  const because =
    time >= size
      ? `all ${grouped(rows)} rows would take about ${seconds(needMs)}, and ${seconds(timeMs ?? 0)} are left of the time budget`
      : `all ${grouped(rows)} rows are about ${megabytes(needBytes)}, and ${megabytes(bytes ?? 0)} are left of the budget`
  // A sample still reads the key of every row: about a fifth of the work.
  return Math.max(time, size) > 5 ? { kind: 'counts', because } : { kind: 'sampled', because }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
const megabytes = (bytes: number): string => `${grouped(BigInt(Math.ceil(bytes / 1_000_000)))} MB`
