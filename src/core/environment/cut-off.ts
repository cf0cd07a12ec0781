import { graphOf, upstreamOf } from '../graph/graph.ts'
import { modelIdentity } from '../lineage/columns.ts'
import type { TakenColumn } from '../lineage/shape/compare.ts'
import { readsInOrder } from '../plan/effect.ts'
import type { BoundPair } from '../plan/own.ts'
import type { Plan, PlannedModel } from '../plan/plan.ts'
import type { Layout } from './layout.ts'

/** Whether a model of the prune set is built after all. */
export type Decision =
  | { readonly kind: 'build' }
  /** Everything that it reads of these rebuilt models came out equal on both sides. */
  | { readonly kind: 'cut-off'; readonly inputs: readonly string[] }

/** A rebuilt model as its readers see it: equal for some of them, for all, or for none. */
export type Settled =
  | { readonly kind: 'differs' }
  | { readonly kind: 'gated'; readonly equalFor: ReadonlySet<string> }
  /** It was cut off itself: one and the same for both sides. */
  | { readonly kind: 'same' }

/** What is decided already of one model, given what became of the others; undefined while that is open. */
export function decide(
  { name, effect, baseInputs, headInputs }: PlannedModel,
  pruned: ReadonlySet<string>,
  settled: ReadonlyMap<string, Settled>,
): Decision | undefined {
  if (effect === undefined || effect.own) return { kind: 'build' }
  const inputs = [...new Set([...baseInputs, ...headInputs])].filter((input) => pruned.has(input)).sort()
  const states = inputs.map((input) => settled.get(input))
  const differs = (state: Settled | undefined): boolean =>
    state?.kind === 'differs' || (state?.kind === 'gated' && !state.equalFor.has(name))
  if (states.some(differs)) return { kind: 'build' }
  return states.includes(undefined) ? undefined : { kind: 'cut-off', inputs }
}

/** What one reader must find equal in a model that it reads. */
export interface Demand {
  readonly reader: string
  /** Lower-case names; undefined: all of them. */
  readonly columns: readonly string[] | undefined
  /** The rows must lie in the same order too. */
  readonly ordered: boolean
}

/** What the readers of a model that are not decided on yet ask of it. */
export function demandsOn(
  model: string,
  readers: readonly PlannedModel[],
  bound: ReadonlyMap<string, BoundPair>,
  ordered: ReadonlySet<string>,
): readonly Demand[] {
  return readers.map(({ name, base, head }) => {
    const plans = bound.get(name)
    const sides = [...(base === undefined ? [] : [plans?.base]), ...(head === undefined ? [] : [plans?.head])]
    const columns = new Set<string>()
    let everything = sides.length === 0
    for (const side of sides) {
      // A model that `depends_on` alone names is scanned nowhere: somebody said that it matters, and not how.
      const scanned = side?.shape?.rows.relations.includes(modelIdentity(model)) === true
      if (side?.shape === undefined || side.shape.unknown.length > 0 || !scanned) everything = true
      else {
        const reads = [...side.shape.rows.reads, ...side.shape.outputs.flatMap((output) => output.reads)]
        for (const { relation, column } of reads)
          if (relation === modelIdentity(model)) columns.add(column.toLowerCase())
      }
    }
    return { reader: name, columns: everything ? undefined : [...columns].sort(), ordered: ordered.has(name) }
  })
}

/** The readers that read only what base's twin has as well, of a model to which head adds columns and nothing else. */
export function readersOfKept(demands: readonly Demand[], columns: readonly TakenColumn[]): ReadonlySet<string> {
  const kept = new Set(columns.map(({ name }) => name.toLowerCase()))
  const reads = ({ columns: read, ordered }: Demand): boolean =>
    !ordered && (read?.every((name) => kept.has(name)) ?? false)
  return new Set(demands.filter(reads).map(({ reader }) => reader))
}

/** Models of the prune set whose rows' order matters: to themselves, or to a rebuilt reader above them. */
export function whereOrderMatters(plan: Plan, bound: ReadonlyMap<string, BoundPair>): ReadonlySet<string> {
  const pruned = plan.models.filter(({ placement }) => placement === 'prune')
  const graph = graphOf(
    new Map(pruned.map(({ name, baseInputs, headInputs }) => [name, [...baseInputs, ...headInputs]])),
  )
  const minding = pruned.filter(({ name, base, head }) => {
    const plans = bound.get(name)
    const minds = (side: BoundPair['base']): boolean => side === undefined || readsInOrder(side)
    return (base !== undefined && minds(plans?.base)) || (head !== undefined && minds(plans?.head))
  })
  return upstreamOf(
    graph,
    minding.map(({ name }) => name),
  )
}

/** A model that was cut off is read where the warehouse has it as a table, else it is built once, should anybody ask. */
export function withCutOff(layout: Layout, model: PlannedModel, storedTables: ReadonlySet<string>): Layout {
  const placement = layout.stored.has(model.name) && storedTables.has(model.name) ? 'copy' : 'shared'
  return { ...layout, models: new Map([...layout.models, [model.name, { ...model, placement }]]) }
}
