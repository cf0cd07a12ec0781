import type { Relation } from '../../sql/relation.ts'
import type { PlanNode } from './plan-node.ts'
import type { Output, Value } from './rows.ts'
import type { Term } from './term.ts'

/**
 * What of one operator may fail, with the rows that it is evaluated over. Equal values prove nothing where one of two
 * queries fails: `CASE WHEN k = 1 THEN CAST(b AS INT) END` reads `b` in some rows, and the same over a CTE that casts in
 * all of them. So a proof asks that both sides evaluate the same.
 */
export interface Frame {
  /** Values that may fail. */
  sites: Set<Term>
  /** The rows of the operators below. */
  readonly below: Term[]
}

/** What is known and noted while one plan is read. */
export interface Context {
  readonly identify: (relation: Required<Relation>) => string
  /** Outputs of CTEs by their table index. */
  readonly ctes: Map<string, Output>
  readonly relations: Set<string>
  /** Why rows or values may depend on the order of rows, why they are not repeatable, and what was not understood. */
  readonly orderReasons: Set<string>
  readonly volatileReasons: Set<string>
  readonly unknown: Set<string>
  /** Operators and expressions that depend on order by themselves, but not where DuckDB's binder put them. */
  readonly excused: Set<PlanNode>
  /** What may fail, with the rows that it is evaluated over. */
  readonly evaluations: Set<Term>
  /** Columns that are evaluated even where nobody uses what comes of them, and that may make the query fail. */
  readonly evaluatedReads: Set<string>
  /** What filters above may not be moved through. */
  readonly barriers: Set<Term>
  /** Of the operator that is being read. */
  frame: Frame
  /** How often each CTE is used, by its table index. */
  readonly uses: Map<string, number>
  /** How many recursions are around: nested ones must not be mistaken for each other. */
  readonly recursion: { depth: number }
  /** The output of a plan below; `outer`: what DELIM_GET stands for there. */
  readonly read: (node: PlanNode, outer: DelimGet | undefined) => Output
}

/** The distinct values of an outer query that a correlated subquery is asked for. */
export interface DelimGet {
  readonly outer: Output
  readonly values: readonly Value[]
}

/** Notes something that is not understood; the caller goes on with whatever is at hand, since nothing will be proven. */
export function misunderstood(context: Context, what: string): void {
  context.unknown.add(what)
}

export function columnKey(relation: string, column: string): string {
  return `${relation}\u0000${column.toLowerCase()}`
}
