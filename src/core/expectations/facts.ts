/** A count as far as it is known. `most` undefined: there may be any number more. */
export interface Range {
  readonly least: bigint
  readonly most: bigint | undefined
}

export const NONE: Range = { least: 0n, most: 0n }

export interface ColumnFact {
  readonly name: string
  readonly change: 'same' | 'added' | 'removed' | 'retyped' | 'renamed'
  /** Rows, on both sides, in which its value differs. */
  readonly changed: Range | undefined
}

/** What was found out about one model, as declarations need it. */
export interface ModelFacts {
  readonly model: string
  /** `unknown`: it does not build, so that nothing may be said of it. */
  readonly presence: 'both' | 'new' | 'removed' | 'unknown'
  /** Known to be as it was, rows and columns. */
  readonly unmoved: boolean
  /** Why rows are not known, or not to the last. */
  readonly gap: string
  /** Rows of base; undefined where nobody counted. */
  readonly base: bigint | undefined
  readonly rows: { readonly added: Range; readonly removed: Range; readonly changed: Range } | undefined
  readonly columns: readonly ColumnFact[] | undefined
  /** Something failed, of which no declaration may say that it is well. */
  readonly failing: boolean
}

/** What a clause comes to on one model. `told`: what was found, or why nothing can be said. */
export interface Finding {
  readonly status: 'holds' | 'broken' | 'not_checked'
  readonly told: string
}
