/** What one build of a model is expected to take. */
export interface Estimate {
  readonly durationMs: number
  readonly bytesScanned: number
  readonly bytesWritten: number
  /** `records`: measured in an earlier run of the same code on this kind of machine. `sizes`: guessed from tables' sizes. */
  readonly from: 'records' | 'sizes'
}

/** A guess at the width of a value, uncompressed. */
const BYTES_A_CELL = 12
/** One thread of a slow machine, reading, computing and writing. Records of the machine replace it. */
const BYTES_A_SECOND = 150_000_000
/** What a statement takes that has nothing to do. */
const SMALLEST_MS = 4

/** From cells (rows × columns) of what a model reads, and of what it fills now. */
export function estimateFromSizes(
  cellsRead: number,
  cellsWritten: number,
  bytesASecond: number = BYTES_A_SECOND,
): Estimate {
  const [bytesScanned, bytesWritten] = [cellsRead * BYTES_A_CELL, cellsWritten * BYTES_A_CELL]
  return {
    durationMs: SMALLEST_MS + ((bytesScanned + bytesWritten) / bytesASecond) * 1000,
    bytesScanned,
    bytesWritten,
    from: 'sizes',
  }
}
