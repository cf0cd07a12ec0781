/** What one build of a model is expected to take. */
export interface Estimate {
  readonly durationMs: number
  readonly bytesScanned: number
  readonly bytesWritten: number
  /** `records`: measured in an earlier run of the same code on this kind of machine. `sizes`: guessed from tables' sizes. */
  readonly from: 'records' | 'sizes'
}

/** Rows and columns of a table, as its catalog tells them. */
export interface TableSize {
  readonly rows: number
  readonly columns: number
}

/** A guess at the width of a value, uncompressed. */
const BYTES_A_CELL = 12
/** One thread of a slow machine, reading, computing and writing. Records of the machine replace it. */
export const BYTES_A_SECOND = 150_000_000
/** What a statement takes that has nothing to do. */
const SMALLEST_MS = 4

/** From the sizes of what a model reads and of what it fills now; a table that is not known counts nothing. */
export function estimateFromSizes(
  inputs: readonly (TableSize | undefined)[],
  output: TableSize | undefined,
  bytesASecond: number = BYTES_A_SECOND,
): Estimate {
  const bytesScanned = inputs.reduce((sum, size) => sum + bytesOf(size), 0)
  const bytesWritten = bytesOf(output)
  return {
    durationMs: SMALLEST_MS + ((bytesScanned + bytesWritten) / bytesASecond) * 1000,
    bytesScanned,
    bytesWritten,
    from: 'sizes',
  }
}

function bytesOf(size: TableSize | undefined): number {
  return size === undefined ? 0 : size.rows * size.columns * BYTES_A_CELL
}
