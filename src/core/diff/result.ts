import type { Explained } from './explain/explained.ts'

/** A column on one side or both, in head's order with removed columns last. Types are the engine's spelling. */
export interface ColumnDiff {
  readonly name: string
  readonly change: 'same' | 'added' | 'removed' | 'retyped' | 'renamed'
  /** Base's name of a renamed column; its type may differ too. */
  readonly renamedFrom?: string
  readonly typeBase?: string
  readonly typeHead?: string
  /** Rows, present on both sides, in which this column differs. Undefined where it was not compared by key. */
  readonly rowsChanged?: bigint
  /** Rows in which it differs, but by no more than its tolerance; they are not in `rowsChanged`. */
  readonly rowsWithin?: bigint
  /** Both sides have it, and it stands in another place among the columns that both have. */
  readonly moved?: true
  /** Rows with a NULL in it, where one side alone has any. */
  readonly nulls?: { readonly base: bigint; readonly head: bigint }
  /** Of a narrower type: values of base, by row, that it does not hold. */
  readonly misfits?: bigint
  /** What each side holds, where that was asked for. */
  readonly facts?: { readonly base: ColumnFacts; readonly head: ColumnFacts }
}

/** What one side's column holds. `nulls` and `sum` are exact (a sum of floats as far as floats are), Values are the engine's text. */
export interface ColumnFacts {
  readonly nulls: bigint
  readonly distinct: bigint
  /** `distinct` was counted of a share of the values: many of them, in a large relation. */
  readonly isDistinctAbout?: true
  /** Of numbers and times. */
  readonly min?: string
  readonly max?: string
  /** Of numbers. */
  readonly mean?: string
  readonly sum?: string
}

export interface KeyFacts {
  readonly columns: readonly string[]
  readonly source: KeySource
  /** No two rows have one key and no key holds a NULL. Undefined: not every row was looked at. */
  readonly uniqueBase: boolean | undefined
  readonly uniqueHead: boolean | undefined
  /** Keys that occur more than once, and the rows that hold them: of all rows, or of those in play where uniqueness is undefined. */
  readonly duplicatesBase: DuplicateCounts
  readonly duplicatesHead: DuplicateCounts
  /** Rows with a NULL in the key. */
  readonly nullsBase: bigint
  readonly nullsHead: bigint
  /** What was declared and cannot be used, with the columns that one side lacks. */
  readonly unusable?: { readonly columns: readonly string[]; readonly missing: readonly string[] }
}

/** `constraint`: the relations' primary key. `measured`: columns that were seen to be unique and non-null on both sides. */
export type KeySource = 'declared' | 'test' | 'constraint' | 'measured' | 'none'

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
  /** Rows equal within a tolerance are among these. */
  readonly identical: bigint
}

/** One row that differs: its key as text, and the columns that differ; of an added or removed row all its columns. `null` is SQL's NULL. */
export interface RowSample {
  readonly kind: 'added' | 'removed' | 'changed'
  readonly key: Readonly<Record<string, string | null>>
  readonly changes: readonly { readonly column: string; readonly base: string | null; readonly head: string | null }[]
}

/**
 * How rows were compared, each exactly: `gate` by equal checksums; `in_step` row by row, where both sides hold equal keys
 * in equal order; `keyed_join` by one full outer join; `bucket_drill` by
 * checksums of buckets of keys and a join of the buckets that differ; `keyed_columns` by checksums of each column
 * and a join of those that differ; `keyed_multiset` where keys repeat or are NULL; `multiset` without a key.
 */
export const exhaustiveMethods = [
  'gate',
  'in_step',
  'keyed_join',
  'bucket_drill',
  'keyed_columns',
  'keyed_multiset',
  'multiset',
] as const
export type ExhaustiveMethod = (typeof exhaustiveMethods)[number]

/** `proven`: not at all, because the plans say that what both sides have is equal; the rows of one table are counted. */
export const measuredMethods = [...exhaustiveMethods, 'proven'] as const
export type MeasuredMethod = (typeof measuredMethods)[number]

/** A column whose equality cannot be shown. Differences found in it are real. */
export interface UncheckedColumn {
  readonly name: string
  readonly because: string
}

interface Compared {
  /** Why this rung of the ladder. */
  readonly because: string
  readonly columns: readonly ColumnDiff[]
  readonly unchecked: readonly UncheckedColumn[]
  readonly key: KeyFacts
  readonly samples: readonly RowSample[]
  /** What the counts are of: `delta`, the rows that either twin's next run touches; `full_refresh`, what both would make from nothing. */
  readonly scope: 'whole' | 'delta' | 'full_refresh'
  /** Rows whose only differences are within the tolerance. */
  readonly within: bigint
  /** What more there is to say of the differences, where it was asked for and there are any. */
  readonly explained?: Explained
}

export type Comparison =
  | (Compared & { readonly kind: 'measured'; readonly method: MeasuredMethod; readonly rows: RowCounts })
  | (Compared & {
      readonly kind: 'sampled'
      /** Rows of each whole relation. */
      readonly totals: Totals
      /** Counts of the sample alone. */
      readonly rows: RowCounts
      /** Distinct keys in the sample; without a key, rows. */
      readonly keys: bigint
      /** At 95 % no greater share of all keys differs, of 1. */
      readonly atMost: number
    })
  | {
      readonly kind: 'not-compared'
      readonly because: string
      /** Known without data, where both sides could be described. */
      readonly columns?: readonly ColumnDiff[]
      /** Where the rows were counted and no more. */
      readonly totals?: Totals
    }

/** Why equal relations show nothing: both are empty. */
export const NO_ROWS = 'no rows reached the changed code'

export interface Totals {
  readonly base: bigint
  readonly head: bigint
}

/** The comparison of one model of the prune set, or of an added or removed one. */
export interface ModelDiff {
  readonly model: string
  readonly comparison: Comparison
  /** Where `comparison` is of the next run: full refreshes of both sides, as far as they were made. */
  readonly history?: Comparison
  readonly durationMs: number
}
