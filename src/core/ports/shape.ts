/** A column of a stored relation that a query scans. */
export interface ColumnRead {
  /** As `identify` names it. */
  readonly relation: string
  /** Lower-case. */
  readonly column: string
}

export interface OutputShape {
  readonly name: string
  readonly type: string
  /** Sorted, distinct. */
  readonly reads: readonly ColumnRead[]
  /** Equal: the same value, as a function of the rows. */
  readonly fingerprint: string
}

/** What a query's bound plan says of its meaning. */
export interface Shape {
  /** In order. */
  readonly outputs: readonly OutputShape[]
  /** Which rows there are, and in which order. `relations`: everything scanned, sorted; `reads`: the columns that decide it, or whether there are any. */
  readonly rows: {
    readonly relations: readonly string[]
    readonly reads: readonly ColumnRead[]
    readonly fingerprint: string
  }
  /** One digest over all literals of the plan, as a multiset: belt and braces beside the fingerprints. */
  readonly literals: string
  /**
   * One digest over the whole plan without names and numbering: equal, and the same operators do the same in the same
   * order. Empty when nothing hangs on that: the query is understood and does not depend on order.
   */
  readonly plan: string
  /** One digest over what may fail and the rows that it is evaluated over; empty when nothing can. */
  readonly evaluations: string
  /**
   * The parts of `evaluations`, sorted, of a plan that is so simple that it evaluates them over these rows whatever else is
   * selected beside: scans, filters, projections, groups and sorting. Undefined for any other plan.
   */
  readonly sites: readonly string[] | undefined
  /** Why rows or values may depend on the order in which rows arrive. */
  readonly orderSensitive: string | undefined
  /** Clock, chance, sampling, reading outside of tables: never provable by fingerprint. */
  readonly volatile: string | undefined
  /** What was not understood, sorted, distinct. Every column then reads every column of everything that is scanned. */
  readonly unknown: readonly string[]
}
