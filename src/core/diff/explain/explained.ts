/** What is told beside the counts, so that a reader need not look for it. */
export interface Explained {
  /** At most one a kind of row, and none that is not strong. */
  readonly where: readonly Where[]
  readonly bridges: readonly Bridge[]
  readonly topValues: readonly TopValues[]
  readonly fanOut?: readonly FanOut[]
  /** Why some or all of it was not looked at. */
  readonly leftOut?: string
}

/** A value as the engine's text, `null` for SQL's NULL; undefined where it may not be shown. */
export type Shown = string | null | undefined

/** What rows of one column have in common. */
export type Condition =
  | { readonly kind: 'value' | 'other-than'; readonly value?: string }
  | { readonly kind: 'null' | 'not-null' }
  /** Ends are within; an open end is told by `from` or `to` of `open`, and none beyond it has a row. */
  | { readonly kind: 'range'; readonly from?: string; readonly to?: string; readonly open?: 'from' | 'to' }

/** Rows of one kind live where a condition on one column holds: of changed and removed rows in base, of added ones in head. */
export interface Where {
  readonly kind: 'added' | 'removed' | 'changed'
  readonly column: string
  readonly condition: Condition
  /** Rows of the kind, and those of them that meet the condition: their share is the recall. */
  readonly rows: bigint
  readonly rowsMeeting: bigint
  /** All rows of that side that meet it; the share of `rowsMeeting` in them is the precision. */
  readonly meeting: bigint
}

/** The total of a column on its way from base to head: before − removed + added + changed = after. */
export interface Bridge {
  readonly column: string
  /** False: of floating-point numbers, twelve digits of which are shown. */
  readonly isExact: boolean
  /** Absent where they may not be shown. */
  readonly amounts?: {
    readonly before: string
    readonly removed: string
    readonly added: string
    readonly changed: string
    readonly after: string
  }
  /** Of the total before; undefined when that is 0. */
  readonly shares?: { readonly removed: number; readonly added: number; readonly changed: number }
}

/** The most frequent values of a column that changed, by the greater of both counts. */
export interface TopValues {
  readonly column: string
  readonly values: readonly { readonly value: Shown; readonly base: bigint; readonly head: bigint }[]
}

/** A join of head's query whose right side repeats its key, which base's did not. */
export interface FanOut {
  /** What is joined, as its author calls it, and the columns of it that it is joined by. */
  readonly relation: string
  readonly columns: readonly string[]
  /** Keys that occur more than once there, and the rows that have them. */
  readonly keys: bigint
  readonly rows: bigint
  /** A few of the keys, most frequent first. */
  readonly examples: readonly { readonly key: readonly Shown[]; readonly rows: bigint }[]
}
