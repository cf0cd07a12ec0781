import type { OutputShape, Shape } from '../ports/shape.ts'
import type { Strategy } from '../project/model.ts'
import type { Pair } from './pair.ts'
import type { RenamedColumn } from './plan.ts'

/** The shapes of both sides of a model, as far as they are known. */
interface Shapes {
  readonly base?: { readonly shape: Shape | undefined }
  readonly head?: { readonly shape: Shape | undefined }
}

/**
 * Columns that one side alone has, and that are the same expression of the same inputs: one that left and one that came,
 * each the only one of its kind. None where a plan is not understood, or answers differently every time.
 */
export function renamedColumns(bound: Shapes | undefined): readonly RenamedColumn[] {
  const [base, head] = [bound?.base?.shape, bound?.head?.shape]
  if (base === undefined || head === undefined || !isUnderstood(base) || !isUnderstood(head)) return []
  const left = onlyIn(base, head)
  const came = onlyIn(head, base)
  return [...came].flatMap(([fingerprint, to]) => {
    const from = left.get(fingerprint)
    return from !== undefined && from.type === to?.type ? [{ from: from.name, to: to.name }] : []
  })
}

/**
 * The same where whoever reads the model finds the same values under the new name: what a stateful model holds from earlier
 * runs stays under the old one.
 */
export function lastingRenames(
  { base, head }: Pick<Pair, 'base' | 'head'>,
  bound: Shapes | undefined,
): readonly RenamedColumn[] {
  if (base === undefined || head === undefined) return []
  return isStateless(base.strategy) && isStateless(head.strategy) ? renamedColumns(bound) : []
}

/** Whether a model holds nothing but what its query yields. */
export function isStateless({ kind }: Strategy): boolean {
  return kind === 'full_refresh' || kind === 'view' || kind === 'ephemeral'
}

/** By fingerprint; undefined where several columns have one. */
function onlyIn(shape: Shape, other: Shape): ReadonlyMap<string, OutputShape | undefined> {
  const known = new Set(other.outputs.map(({ name }) => name.toLowerCase()))
  const found = new Map<string, OutputShape | undefined>()
  for (const output of shape.outputs) {
    if (known.has(output.name.toLowerCase())) continue
    found.set(output.fingerprint, found.has(output.fingerprint) ? undefined : output)
  }
  return found
}

function isUnderstood({ unknown, volatile }: Shape): boolean {
  return unknown.length === 0 && volatile === undefined
}
