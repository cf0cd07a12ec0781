import type { CommitId } from '../ports/git.ts'
import type { ModelChecks } from '../checks/result.ts'
import type { CostReport } from '../cost/cost.ts'
import type { Declarations } from '../expectations/declaration.ts'
import type { ModelDiff } from '../diff/result.ts'
import type { SeedChange } from '../diff/seed-change.ts'
import type { PlannedStep } from '../environment/planned-step.ts'
import type { Explanation } from '../plan/explain.ts'
import type { ModelOutcome } from '../environment/outcome.ts'
import type { Notice } from '../base/notice.ts'
import type { Plan } from '../plan/plan.ts'
import type { PreviewError } from '../base/errors.ts'
import type { ValuePolicy } from './values.ts'

/** Where the data come from: a file that the caller named, base's `rocky.toml`'s, one in git, or the seed. */
export const DATA_ORIGINS = ['named', 'project', 'tracked', 'seed'] as const
export type DataOrigin = (typeof DATA_ORIGINS)[number]

/** What a run was asked to compare. */
export interface Comparands {
  /** As the caller named them; ids where an event named them. */
  readonly baseRef: string
  readonly headRef: string
  readonly base: CommitId
  readonly head: CommitId
  /** What `base` code is read from. */
  readonly mergeBase: CommitId
}

/** Everything that a run found out: what the contract's documents are made of. */
export interface PreviewResult {
  /** This program's version. */
  readonly version: string
  /** The environment's name, for example `pr-preview-feature-x`. */
  readonly name: string
  readonly runId: string
  readonly refs: Comparands
  readonly plan: Plan
  /** Why no data were read (no warehouse, another adapter, `--dry-run`); undefined when they were. */
  readonly planOnly: PlanOnly | undefined
  /** Absent: no data were read. */
  readonly dataOrigin?: DataOrigin
  /** What a build would do, where only a plan was asked for. */
  readonly steps?: readonly PlannedStep[]
  /** Of the model that was asked about. */
  readonly explanation?: Explanation
  /** One a model of placement `prune` or `shared`, in plan order. Empty in a plan-only run. */
  readonly outcomes: readonly ModelOutcome[]
  /** One a model of the prune set, in plan order. */
  readonly diffs: readonly ModelDiff[]
  /** What the tests and contracts of models came to. Absent: none were run. */
  readonly checks?: readonly ModelChecks[]
  /** What the change of the seed does by itself. Absent: both sides have one seed, or there is none. */
  readonly seedChange?: SeedChange
  /** What the pull request says should change. Absent: it says nothing. */
  readonly expectations?: Declarations
  readonly cost: CostReport
  readonly notices: readonly Notice[]
  /** What went wrong outside any one model: a stage that failed, the warehouse that changed. */
  readonly failures: readonly PreviewError[]
  readonly durationMs: number
  /** What documents may show of the data. Absent: all of it, as for results that were made by hand. */
  readonly values?: ValuePolicy
}

export interface PlanOnly {
  readonly because: string
  /** How to get data: up to three lines of plain text. */
  readonly remedy: readonly string[]
}
