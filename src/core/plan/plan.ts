import type { PreviewError } from '../base/errors.ts'
import type { Notice } from '../base/notice.ts'
import type { Model, Target } from '../project/model.ts'

/** What the pull request does to one model's definition. */
export type Change =
  | { readonly kind: 'none' }
  /** Only what changes no data; `fields` are sidecar keys, sorted. */
  | { readonly kind: 'metadata'; readonly fields: readonly string[] }
  /** `fields`: what differs of the loaded model, sorted: `sql`, `strategy`, `target`, … and `read_files`, files that its SQL reads; a change of a warehouse view's definition cannot occur. */
  | { readonly kind: 'edited'; readonly fields: readonly string[] }
  | { readonly kind: 'renamed'; readonly from: string; readonly fields: readonly string[] }
  | { readonly kind: 'added' }
  | { readonly kind: 'removed' }

/** Why a model stands in its set. */
export type Reason =
  'changed' | 'downstream_of_changed' | 'not_affected' | 'missing_in_warehouse' | 'stale_in_warehouse'

/** Why a model's data are known to be equal on both sides, without building it. */
export type Proof =
  /** The texts differ, the syntax trees do not: blanks, comments, the case of keywords. */
  | 'same_syntax'
  /** The bound plans are equal. */
  | 'same_plan'
  /** Its code is equal, and of what it reads nothing differs. */
  | 'reads_nothing_changed'

/**
 * What is done with a model. `prune`: built from base's and from head's code. `shared`: in the copy set, but not (or not
 * as base's code would make it) in the warehouse, so built once for both sides. `copy`: read where it is. `skipped`:
 * nobody asks for it.
 */
export type Placement = 'prune' | 'copy' | 'shared' | 'skipped'

/** One model of either side. A renamed model is one model, under its head name. */
export interface PlannedModel {
  readonly name: string
  readonly base: Model | undefined
  readonly head: Model | undefined
  readonly change: Change
  readonly placement: Placement
  readonly reason: Reason
  /** Names of the models that each side reads, sorted; a self-reference is not among them. */
  readonly baseInputs: readonly string[]
  readonly headInputs: readonly string[]
  readonly target: Target
  /** Why it need not be rebuilt although the pull request edits it, or reaches it; undefined for the others. */
  readonly proof?: Proof
  /** Columns that are computed as before under another name, as their bound plans prove. */
  readonly renamedColumns?: readonly RenamedColumn[]
  /** Read for the sake of tests alone: its own, which change, or those of a model that refer to it. */
  readonly forTests?: true
  /** For the prune set: what may differ, as far as the bound plans tell. */
  readonly effect?: PlannedEffect
}

/** A column that head calls otherwise than base does. */
export interface RenamedColumn {
  readonly from: string
  readonly to: string
}

export interface PlannedEffect {
  /** Its own code or settings do it, and not only what it reads. */
  readonly own: boolean
  /** Which rows there are may differ. */
  readonly rows: boolean
  /** Columns that may differ, as head spells them, sorted. */
  readonly columns: readonly string[]
}

/** A model that cannot be planned on head: its files, its SQL, a cycle, an unknown reference, or a duplicate. */
export interface PlanFailure {
  readonly model: string
  readonly side: 'base' | 'head'
  readonly error: PreviewError
  /** On base only: head no longer has the fault. */
  readonly fixed: boolean
}

/** What a pull request asks for, before anything is built. Models are in topological order, ties by name. */
export interface Plan {
  readonly models: readonly PlannedModel[]
  readonly failures: readonly PlanFailure[]
  readonly notices: readonly Notice[]
}
