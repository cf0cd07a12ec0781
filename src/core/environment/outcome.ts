import type { ErrorCode } from '../base/errors.ts'
import type { Location } from '../base/location.ts'
import type { Relation } from '../sql/relation.ts'
import type { Interval } from './interval.ts'
import type { Usage } from '../ports/warehouse.ts'

/** What became of one side of a model. Plain data, so that it can be kept between commands. */
export type TwinOutcome =
  | {
      readonly kind: 'built'
      readonly relation: Relation
      /** What a stateful model's next run would write; `relation` is then the whole result. */
      readonly delta?: Relation
      /** What a time_interval model was run for, by start. */
      readonly intervals?: readonly Interval[]
      /** Nothing was run for it: a view of the columns that head's twin is proven to have of it. */
      readonly derived?: true
      /** Absent: nothing was run for it, it is read where it is, or `derived`. */
      readonly usage?: Usage
    }
  | { readonly kind: 'failed'; readonly failure: TwinFailure }
  /** Not tried, because a model that it reads failed. */
  | { readonly kind: 'upstream-failed'; readonly model: string }
  /** Not tried, for a reason that is nobody's fault: the deadline passed, the worker was ended, no warehouse. */
  | { readonly kind: 'not-built'; readonly because: string }
  /** This side has no such model. */
  | { readonly kind: 'absent' }

export interface TwinFailure {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly location?: Location
}

export interface CutOff {
  /** Rebuilt models of which everything that this one reads came out equal. */
  readonly inputs: readonly string[]
  readonly readFrom: 'warehouse' | 'environment' | 'nowhere'
}

/** What of a model differs from run to run, so that it cannot be laid to the code. */
export type Instability =
  /** Its rows, or the key that names them: nothing of it can be compared. */
  | { readonly kind: 'rows'; readonly because: string }
  /** These columns, sorted; none where two runs came out equal although chance is in it. All else can be compared. */
  | { readonly kind: 'columns'; readonly columns: readonly UnstableColumn[]; readonly because: string }

export interface UnstableColumn {
  /** Lower-case, as either side calls it. */
  readonly name: string
  readonly because: string
}

/** What the environment holds of one model that was to be built. Shared models have one build, told as `base`, and `head` equal to it. */
export interface ModelOutcome {
  readonly model: string
  readonly base: TwinOutcome
  readonly head: TwinOutcome
  /** Chance in its SQL or upstream, or memory pressure. Undefined: every difference is the code's. */
  readonly instability?: Instability
  /** It was not rebuilt after all, and equal on both sides: `base` and `head` are then its one build, if it was needed. */
  readonly cutOff?: CutOff
  /** Both sides of a stateful model from nothing, where the next run of neither adds a row. */
  readonly refresh?: { readonly base: TwinOutcome; readonly head: TwinOutcome }
  /** Of a stateful model whose own code changes: both sides from nothing, beside their next runs; or why not. */
  readonly history?:
    | { readonly kind: 'built'; readonly base: TwinOutcome; readonly head: TwinOutcome }
    | { readonly kind: 'not-built'; readonly because: string }
}
