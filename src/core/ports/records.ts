/** What one run measured of one side of one model. What was not known is absent. */
export interface CostRecord {
  readonly run: string
  /** ISO, UTC, to the second, without a zone. */
  readonly at: string
  /** The preview's name, which stands for the pull request. */
  readonly preview: string
  /** The side's commit. */
  readonly commit: string
  /** Times are compared within one class of machine only. */
  readonly machine: string
  readonly model: string
  readonly side: 'base' | 'head'
  /** A digest of the model's code and of that of everything that it reads. */
  readonly code: string
  /** A digest of the data that it was built from. Absent: they differ from run to run. */
  readonly inputs?: string | undefined
  readonly durationMs: number
  readonly rows?: number | undefined
  readonly bytesWritten?: number | undefined
  readonly rowsScanned?: number | undefined
  readonly bytesScanned?: number | undefined
  readonly peakMemoryBytes?: number | undefined
}
