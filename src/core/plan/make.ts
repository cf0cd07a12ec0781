import type { Notice } from '../base/notice.ts'
import { graphOf, topologicalOrder, type Graph } from '../graph/graph.ts'
import type { Target } from '../project/model.ts'
import { effectsOf, type Effect } from './effect.ts'
import type { BoundPair, Knowledge } from './own.ts'
import { renamedColumns } from './renamed-columns.ts'
import { changesTests } from './change.ts'
import { changesData, pairModels, type Pair, type Pairing, type PairingInput } from './pair.ts'
import type { Placement, Plan, PlanFailure, PlannedModel } from './plan.ts'

/** What the warehouse holds of a model on the copy side. Asked only of models that are needed. */
export type Availability = 'present' | 'missing' | 'stale'

export interface PlanInput extends PairingInput, Knowledge {
  readonly availability: (model: string) => Availability
  readonly notices: readonly Notice[]
  /** Models that the tests of a model look into beside it, as a `relationships` test does. */
  readonly testedAgainst?: ReadonlyMap<string, readonly string[]>
}

/** Decides for every model of either side whether it is rebuilt, copied, built once or left alone, and says why. Pure. */
export function makePlan(input: PlanInput): Plan {
  return planOf(pairModels(input), input)
}

/** The plan of two sides that were joined before. */
export function planOf(
  pairing: Pairing,
  { availability, notices, testedAgainst, ...knowledge }: Knowledge & Omit<PlanInput, keyof PairingInput>,
): Plan {
  const { pairs, graph } = pairing
  const effects = effectsOf(pairing, knowledge)
  const prune = new Set([...effects].filter(([, { rebuild }]) => rebuild).map(([name]) => name))
  const read = placeRest(pairs, graph, prune, availability)
  const tested = readByTests(pairs, prune, testedAgainst)
  const placements = placeRest(pairs, graph, prune, availability, { placed: read, asked: tested })
  const byName = new Map(pairs.map((pair) => [pair.name, pair]))
  const models = displayOrder(pairs).flatMap((name): readonly PlannedModel[] => {
    const pair = byName.get(name)
    return pair === undefined
      ? []
      : plannedModel(pair, effects.get(name), knowledge.bound?.get(name), placements, availability).map((model) =>
          tested.has(name) && !prune.has(name) && !read.has(name) ? { ...model, forTests: true } : model,
        )
  })
  return {
    models,
    failures: [...failuresOf(pairs, prune), ...unboundOf(pairs, knowledge)],
    notices: [...notices, ...brokenBefore(pairs, prune)],
  }
}

/**
 * The copy set: what the prune set reads and is not in it. Where the warehouse cannot give one, it is built once for
 * both sides, and what *it* reads is asked for in turn. A removed model that nobody rebuilt code for is read where it is.
 */
function placeRest(
  pairs: readonly Pair[],
  graph: Graph,
  prune: ReadonlySet<string>,
  availability: PlanInput['availability'],
  beside: { readonly placed: ReadonlyMap<string, Placement>; readonly asked: Iterable<string> } = {
    placed: new Map(),
    asked: [],
  },
): ReadonlyMap<string, Placement> {
  const broken = new Set(pairs.filter(({ headFailure }) => headFailure !== undefined).map(({ name }) => name))
  const placements = new Map(beside.placed)
  const open = [...[...prune].flatMap((name) => graph.inputs.get(name) ?? []), ...beside.asked]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (prune.has(name) || placements.has(name)) continue
    const shared = broken.has(name) ? false : availability(name) !== 'present'
    placements.set(name, shared ? 'shared' : 'copy')
    if (shared) open.push(...(graph.inputs.get(name) ?? []))
  }
  return placements
}

/** Models that no code reads, and whose rows tests are asked of. */
function readByTests(
  pairs: readonly Pair[],
  prune: ReadonlySet<string>,
  testedAgainst: PlanInput['testedAgainst'],
): ReadonlySet<string> {
  const changed = pairs.filter(({ change }) => changesTests(change)).map(({ name }) => name)
  return new Set([...changed, ...[...prune, ...changed].flatMap((name) => testedAgainst?.get(name) ?? [])])
}

function plannedModel(
  pair: Pair,
  effect: Effect | undefined,
  bound: BoundPair | undefined,
  placements: ReadonlyMap<string, Placement>,
  availability: PlanInput['availability'],
): readonly PlannedModel[] {
  const target: Target | undefined = pair.head?.target ?? pair.base?.target
  if (target === undefined) return []
  const { name, base, head, change, baseInputs, headInputs } = pair
  const placement = effect?.rebuild === true ? 'prune' : (placements.get(name) ?? 'skipped')
  const reason = reasonOf(pair, effect, placement, availability)
  const proof = effect?.proof
  const renamed = renamedColumns(bound)
  return [
    {
      name,
      base,
      head,
      change,
      placement,
      reason,
      baseInputs,
      headInputs,
      target,
      ...(proof !== undefined && { proof }),
      ...(renamed.length > 0 && { renamedColumns: renamed }),
      ...(effect?.rebuild === true && { effect: { own: effect.own, rows: effect.rows, columns: effect.columns } }),
    },
  ]
}

function reasonOf(
  { name, change }: Pair,
  effect: Effect | undefined,
  placement: Placement,
  availability: PlanInput['availability'],
): PlannedModel['reason'] {
  if (placement === 'prune') return changesData(change) && effect?.own === true ? 'changed' : 'downstream_of_changed'
  if (placement !== 'shared') return 'not_affected'
  return availability(name) === 'stale' ? 'stale_in_warehouse' : 'missing_in_warehouse'
}

/** Topological by head's edges; removed models by base's. Members of a cycle stand at the end, by name. */
function displayOrder(pairs: readonly Pair[]): readonly string[] {
  const removed = new Set(pairs.filter(({ change }) => change.kind === 'removed').map(({ name }) => name))
  const inputs = pairs.map((pair): [string, readonly string[]] => {
    const ofRemoved = pair.baseInputs.filter((input) => removed.has(input) && !pair.headInputs.includes(input))
    return [pair.name, removed.has(pair.name) ? pair.baseInputs : [...pair.headInputs, ...ofRemoved]]
  })
  const { order, cycles } = topologicalOrder(graphOf(new Map(inputs)))
  return [...order, ...cycles.flat()]
}

/** A model that is bad on both sides in the same way, and that no change reaches, is not this pull request's affair. */
function isOldFault({ name, baseFailure, headFailure, change }: Pair, prune: ReadonlySet<string>): boolean {
  return baseFailure !== undefined && headFailure !== undefined && change.kind === 'none' && !prune.has(name)
}

function failuresOf(pairs: readonly Pair[], prune: ReadonlySet<string>): readonly PlanFailure[] {
  return pairs.flatMap((pair): readonly PlanFailure[] => {
    const { name, baseFailure, headFailure } = pair
    if (isOldFault(pair, prune)) return []
    const ofHead =
      headFailure === undefined ? [] : [{ model: name, side: 'head', error: headFailure, fixed: false } as const]
    const fixed = headFailure === undefined
    const ofBase = baseFailure === undefined ? [] : [{ model: name, side: 'base', error: baseFailure, fixed } as const]
    return [...ofHead, ...ofBase]
  })
}

/** Models whose names are understood, and that the engine's binder refuses: known without data. */
function unboundOf(pairs: readonly Pair[], { bound }: Knowledge): readonly PlanFailure[] {
  return pairs.flatMap(({ name }): readonly PlanFailure[] => {
    const { base, head } = bound?.get(name) ?? {}
    const fixed = head?.error === undefined
    return [
      ...(head?.error === undefined ? [] : [{ model: name, side: 'head', error: head.error, fixed: false } as const]),
      ...(base?.error === undefined ? [] : [{ model: name, side: 'base', error: base.error, fixed } as const]),
    ]
  })
}

function brokenBefore(pairs: readonly Pair[], prune: ReadonlySet<string>): readonly Notice[] {
  return pairs
    .filter((pair) => isOldFault(pair, prune) && pair.headFailure?.location !== undefined)
    .map(({ name, headFailure }) => ({
      code: 'broken-before',
      message:
        `"${name}" cannot be read, on base and on head alike: ${headFailure?.message ?? ''} ${headFailure?.hint ?? ''}`.trim(),
      ...(headFailure?.location === undefined ? {} : { location: headFailure.location }),
    }))
}
