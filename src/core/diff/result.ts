/** A column on one side or both, in head's order with removed columns last. Types are the engine's spelling. */
export interface ColumnDiff {
  readonly name: string
  readonly change: 'same' | 'added' | 'removed' | 'retyped'
  readonly typeBase?: string
  readonly typeHead?: string
  /** Rows, present on both sides, in which this column differs. Undefined where it was not compared by key. */
  readonly rowsChanged?: bigint
}

export interface KeyFacts {
  readonly columns: readonly string[]
  readonly source: 'declared' | 'test' | 'none'
  readonly uniqueBase: boolean
  readonly uniqueHead: boolean
  /** Where it is not unique: keys that occur more than once, and the rows that hold them. */
  readonly duplicatesBase: DuplicateCounts
  readonly duplicatesHead: DuplicateCounts
}

export interface DuplicateCounts {
  readonly keys: bigint
  readonly rows: bigint
}

/** Reconciled: base − removed + added = head; identical + changed + removed = base. Without a key `changed` is 0. */
export interface RowCounts {
  readonly base: bigint
  readonly head: bigint
  readonly added: bigint
  readonly removed: bigint
  readonly changed: bigint
  readonly identical: bigint
}

/** One changed row: its key as text, and the columns that differ. `null` is SQL's NULL. */
export interface RowSample {
  readonly kind: 'added' | 'removed' | 'changed'
  readonly key: Readonly<Record<string, string | null>>
  readonly changes: readonly { readonly column: string; readonly base: string | null; readonly head: string | null }[]
}

export type Comparison =
  | {
      readonly kind: 'measured'
      readonly method: 'gate' | 'keyed_join' | 'keyed_multiset' | 'multiset'
      readonly columns: readonly ColumnDiff[]
      readonly key: KeyFacts
      readonly rows: RowCounts
      readonly samples: readonly RowSample[]
      /** What the counts are of, when not the whole relation: rows that either twin's next run touches; or what a full refresh would make. */
      readonly scope: 'whole' | 'delta' | 'full_refresh'
    }
  | {
      readonly kind: 'not-compared'
      readonly because: string
      /** Known without data, where both sides could be described. */
      readonly columns?: readonly ColumnDiff[]
    }

/** The comparison of one model of the prune set, or of an added or removed one. */
export interface ModelDiff {
  readonly model: string
  readonly comparison: Comparison
  readonly durationMs: number
}
