import type { PreviewError } from '../base/errors.ts'
import { provenEqual, shapeDifference } from '../lineage/shape/shape.ts'
import type { Effort } from '../ports/effort.ts'
import type { Shape } from '../ports/shape.ts'
import { changesData, type Pair } from './pair.ts'
import type { Proof } from './plan.ts'
import { isStateless, lastingRenames } from './renamed-columns.ts'

/** What binding one side of a model, without data, showed. */
export interface BoundSide {
  /** Undefined: it does not bind, or its plan could not be read. It then reads everything and proves nothing. */
  readonly shape: Shape | undefined
  /** It binds, although it has no shape. */
  readonly isBound?: true
  /** What a build would have to do. */
  readonly effort?: Effort | undefined
  /** The model's own fault, at its place in its file. */
  readonly error?: PreviewError | undefined
}

/** Both sides of a model, where it has them. */
export interface BoundPair {
  readonly base?: BoundSide
  readonly head?: BoundSide
}

/** What is known of a pull request before anything is built. Both absent without a warehouse: then everything reached is rebuilt. */
export interface Knowledge {
  /** By pair name; of every model that a change reaches. */
  readonly bound?: ReadonlyMap<string, BoundPair>
  /** Names of the pairs whose two texts have one syntax tree. */
  readonly sameSyntax?: ReadonlySet<string>
}

/** What a model itself changes: everything, some of its output, or nothing. */
export type Own =
  | { readonly kind: 'everything' }
  | { readonly kind: 'some'; readonly rows: boolean; readonly columns: readonly string[]; readonly reordered: boolean }
  | { readonly kind: 'nothing'; readonly proof: Proof | undefined }

export const EVERYTHING: Own = { kind: 'everything' }

/** A model that lives on under another name or in another table is built there, whatever its code. */
export function movesOf({ change }: Pair): boolean {
  return change.kind === 'renamed' || (change.kind === 'edited' && change.fields.includes('target'))
}

/** What one model's own code and settings change, judged by its bound plans where there are any. */
export function ownOf(pair: Pair, { bound, sameSyntax }: Knowledge): Own {
  const { name, base, head, change, baseFailure, headFailure } = pair
  if (base === undefined || head === undefined || baseFailure !== undefined || headFailure !== undefined) {
    return changesData(change) || bound !== undefined ? EVERYTHING : { kind: 'nothing', proof: undefined }
  }
  const fields = change.kind === 'edited' || change.kind === 'renamed' ? change.fields : []
  if (fields.includes('references')) return EVERYTHING
  if (fields.includes('strategy') && !(isStateless(base.strategy) && isStateless(head.strategy))) return EVERYTHING
  // A stateful model that moves has no earlier state at its new place.
  if (movesOf(pair) && !(isStateless(base.strategy) && isStateless(head.strategy))) return EVERYTHING
  const sameText = !fields.includes('sql') || sameSyntax?.has(name) === true
  const sameCode = sameText && !fields.includes('surrogateKeys') && !fields.includes('read_files')
  const plans = bound?.get(name)
  if (plans === undefined) {
    return sameCode ? { kind: 'nothing', proof: fields.includes('sql') ? 'same_syntax' : undefined } : EVERYTHING
  }
  if (!changesData(change)) return ownOfPlans(pair, plans, undefined)
  return ownOfPlans(pair, plans, sameCode && fields.includes('sql') ? 'same_syntax' : 'same_plan')
}

function ownOfPlans(pair: Pair, plans: BoundPair, proof: Proof | undefined): Own {
  const { base, head } = plans
  // One binding that stands for both sides: the same text over the same definitions.
  if (base !== undefined && base === head) return { kind: 'nothing', proof }
  if (base?.shape === undefined || head?.shape === undefined) return EVERYTHING
  if (provenEqual(base.shape, head.shape)) return { kind: 'nothing', proof }
  const { rows, columns, reordered } = shapeDifference(base.shape, head.shape)
  // Readers know a renamed column by base's name, and find in it what they found before.
  const renamed = new Set(lastingRenames(pair, plans).map(({ from }) => from.toLowerCase()))
  return { kind: 'some', rows, columns: columns.filter((column) => !renamed.has(column)), reordered }
}
