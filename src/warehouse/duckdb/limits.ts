/** What one instance may take of the machine. */
export interface EngineLimits {
  readonly threads: number
  readonly memoryBytes: number | undefined
  readonly maxDiskBytes: number | undefined
  /** A private folder: spill files, and the empty homes that DuckDB asks for. */
  readonly temporaryFolder: string
}
