import type { Location } from '../base/location.ts'
import type { Comparison } from '../diff/result.ts'
import type { ModelOutcome } from '../environment/outcome.ts'
import type { PlanFailure, PlannedModel } from '../plan/plan.ts'
import type { Finding } from '../plan/severity.ts'

/** A finding with its place and what to do, where they are known. */
export interface PlacedFinding extends Finding {
  readonly hint?: string
  readonly location?: Location
}

/** Everything that a run knows of one planned model. */
export interface ModelFacts {
  readonly planned: PlannedModel
  readonly baseFault: PlanFailure | undefined
  readonly headFault: PlanFailure | undefined
  readonly outcome: ModelOutcome | undefined
  readonly comparison: Comparison | undefined
  /** Full refreshes of both sides, where `comparison` is of the next run. */
  readonly history?: Comparison | undefined
  /** The nearest model above it that fails on head and not on base. */
  readonly fallen?: string | undefined
  /** Why a model without an outcome was not built. */
  readonly notBuilt: string
}
