/** One pass over a stored relation, as it ran. */
export interface ScanProfile {
  /** `schema.table`; the catalog is left out, so that base's twin and head's are one. */
  readonly relation: string
  /** Every column that is read: those that leave the scan, and those that its filters look at. Sorted. */
  readonly columns: readonly string[]
  /** Of the whole relation. Absent: not known. */
  readonly width?: number
  /** Columns that filters inside the scan look at, sorted. */
  readonly filtered: readonly string[]
  readonly rowsScanned: number
  /** Rows that left the scan. */
  readonly rows: number
  /** Of the read columns, uncompressed. Absent: not known. */
  readonly bytes?: number
}

/** One join, as it ran. */
export interface JoinProfile {
  /** `cross`: no condition at all. `loop`: a condition, and none that could be looked up. */
  readonly kind: 'cross' | 'loop' | 'keyed'
  /** As the engine writes them; empty for a cross join. */
  readonly conditions: readonly string[]
  readonly leftRows: number
  readonly rightRows: number
  readonly rows: number
  /** `schema.table` of what is scanned below it, sorted, distinct. */
  readonly relations: readonly string[]
}

/** What the optimised plan of a statement did, operator by operator: the same for every run of the same code on the same data. */
export interface PlanProfile {
  readonly scans: readonly ScanProfile[]
  readonly joins: readonly JoinProfile[]
  /** Columns that filters above the scans name, sorted: those are read in full first. */
  readonly filteredLate: readonly string[]
}
