import type { CheckPlace } from '../project/check-places.ts'
import type { Location } from '../base/location.ts'

/** A failing key, or the cells of a row of a unit test; `null` is SQL's NULL. */
export type ShownRow = readonly { readonly column: string; readonly value: string | null }[]

/** What one test came to on one side. */
export type SideOutcome =
  | {
      readonly kind: 'ran'
      /** Rows that fail; 1 for a test of the whole that fails. None: it passes. */
      readonly failing: bigint
      /** What was found, where failing rows are not what is counted: `3 rows`, `sum is 12`. */
      readonly observed?: string
      /** A few failing keys. Data values, but for those of unit tests. */
      readonly keys: readonly ShownRow[]
    }
  /** A unit test's rows that did not come, and those that came and were not expected. */
  | {
      readonly kind: 'compared'
      readonly failing: bigint
      readonly missing: readonly ShownRow[]
      readonly unexpected: readonly ShownRow[]
    }
  /** The test itself cannot run: an unknown column, SQL that is refused, an error of the engine. */
  | { readonly kind: 'fault'; readonly because: string }
  /** There is nothing to run it on. */
  | { readonly kind: 'untried'; readonly because: string }
  /** This side has no such test. */
  | { readonly kind: 'absent' }

export type TestStatus = 'newly_failing' | 'still_failing' | 'fixed' | 'passing' | 'not_run'

/** One test of head, and what became of it on both sides. */
export interface TestResult {
  readonly kind: 'data' | 'unit'
  /** For people: `not_null(order_id)`, or a unit test's own name. */
  readonly name: string
  readonly type: string
  readonly column?: string
  readonly severity: 'error' | 'warning'
  readonly status: TestStatus
  readonly base: SideOutcome
  readonly head: SideOutcome
  /** It ran on what the warehouse holds: the model is not rebuilt. */
  readonly stored: boolean
  readonly place: CheckPlace
  readonly location?: Location
}

/** A clause of a model's contract that head breaks, or broke on base and keeps now. */
export interface ContractFinding {
  readonly message: string
  readonly severity: 'error' | 'warning'
  readonly status: 'new' | 'old' | 'fixed' | 'not_checked'
  readonly place: CheckPlace
  readonly location?: Location
}

/** What the checks of one model came to. Models without checks have none. */
export interface ModelChecks {
  readonly model: string
  readonly tests: readonly TestResult[]
  readonly contract: readonly ContractFinding[]
}

/** Whether a side's run of a test found something wrong. */
export function fails(outcome: SideOutcome): boolean {
  return (outcome.kind === 'ran' || outcome.kind === 'compared') && outcome.failing > 0n
}

/** What the pair of outcomes comes to. A test that base lacks, or could not run, fails newly. */
export function statusOf(base: SideOutcome, head: SideOutcome): TestStatus {
  if (head.kind !== 'ran' && head.kind !== 'compared') return 'not_run'
  if (fails(head)) return fails(base) ? 'still_failing' : 'newly_failing'
  return fails(base) || base.kind === 'fault' ? 'fixed' : 'passing'
}

/** A test that cannot run, and could on base, or was not there: as good as failing. */
export function isNewFault({ base, head }: Pick<TestResult, 'base' | 'head'>): boolean {
  return head.kind === 'fault' && base.kind !== 'fault'
}
