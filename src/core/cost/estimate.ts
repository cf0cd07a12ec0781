/** What one build of a model is expected to take. */
export interface Estimate {
  readonly durationMs: number
  readonly bytesScanned: number
  readonly bytesWritten: number
  /** Held at once, beside what every statement takes. */
  readonly memoryBytes: number
  /** `records`: measured in an earlier run of the same code on this kind of machine. `sizes`: guessed from tables' sizes. */
  readonly from: 'records' | 'sizes'
}

/** A guess at the width of a value, uncompressed. */
export const BYTES_A_CELL = 9
/** Nanoseconds, as `work.ts` has them: some of the values are text, some rows are joined or grouped. */
const NS_A_CELL = { read: 15, written: 120 }
/** What a statement takes that has nothing to do. */
export const SMALLEST_MS = 1.5

/**
 * From cells (rows × columns) of what a model reads, and of what it fills now: all that is known of a model that no change
 * reaches. `pace`: times as long as the machine of `work.ts`.
 */
export function estimateFromSizes(cellsRead: number, cellsWritten: number, pace: number): Estimate {
  const ns = cellsRead * NS_A_CELL.read + cellsWritten * NS_A_CELL.written
  return {
    durationMs: pace * (SMALLEST_MS + ns / 1e6),
    bytesScanned: cellsRead * BYTES_A_CELL,
    bytesWritten: cellsWritten * BYTES_A_CELL,
    memoryBytes: cellsRead * BYTES_A_CELL,
    from: 'sizes',
  }
}

/** Pairs from which on a difference says something of the others. */
const ENOUGH = 3

/** How many times longer builds took than was expected of them: the middle one. Undefined where too few are known. */
export function correctionOf(
  found: readonly { readonly expectedMs: number; readonly actualMs: number }[],
): number | undefined {
  const times = found
    .filter(({ expectedMs, actualMs }) => expectedMs > 0 && actualMs > 0)
    .map(({ expectedMs, actualMs }) => actualMs / expectedMs)
    .sort((a, b) => a - b)
  return times.length < ENOUGH ? undefined : times[Math.floor(times.length / 2)]
}

/** A guess, put right by what was found; what was measured stays. */
export function corrected(estimate: Estimate, correction: number | undefined): Estimate {
  if (estimate.from === 'records' || correction === undefined) return estimate
  return { ...estimate, durationMs: estimate.durationMs * correction }
}
