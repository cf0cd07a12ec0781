import { byText } from '../base/compare.ts'
import type { PreviewError } from '../base/errors.ts'
import type { Notice } from '../base/notice.ts'
import { downstreamOf, graphOf, topologicalOrder, type Graph } from '../graph/graph.ts'
import type { LinkedModel } from '../lineage/link.ts'
import type { Side } from '../lineage/side.ts'
import type { Model, Target } from '../project/model.ts'
import { modelChange, renames } from './change.ts'
import type { Change, Placement, Plan, PlanFailure, PlannedModel } from './plan.ts'

/** What the warehouse holds of a model on the copy side. Asked only of models that are needed. */
export type Availability = 'present' | 'missing' | 'stale'

export interface PlanInput {
  readonly base: readonly Model[]
  readonly head: readonly Model[]
  readonly baseSide: Side
  readonly headSide: Side
  /** Warehouse views that count as models; the same on both sides. */
  readonly views: readonly Model[]
  readonly availability: (model: string) => Availability
  readonly notices: readonly Notice[]
}

/** One model of either side before it is placed; renamed ones are joined under their head name. */
interface Pair {
  readonly name: string
  readonly base: Model | undefined
  readonly head: Model | undefined
  readonly baseFailure: PreviewError | undefined
  readonly headFailure: PreviewError | undefined
  readonly change: Change
  readonly baseInputs: readonly string[]
  readonly headInputs: readonly string[]
}

/** Decides for every model of either side whether it is rebuilt, copied, built once or left alone, and says why. Pure. */
export function makePlan(input: PlanInput): Plan {
  const paired = pairUp(input)
  const graph = graphOf(new Map(paired.map((pair) => [pair.name, [...pair.baseInputs, ...pair.headInputs]])))
  const pairs = withoutHearsay(paired, graph)
  const changed = pairs.filter(({ change }) => changesData(change)).map(({ name }) => name)
  const prune = downstreamOf(graph, changed)
  const placements = placeRest(pairs, graph, prune, input.availability)
  const byName = new Map(pairs.map((pair) => [pair.name, pair]))
  const models = displayOrder(pairs).flatMap((name): readonly PlannedModel[] => {
    const pair = byName.get(name)
    return pair === undefined ? [] : plannedModel(pair, prune, placements, input.availability)
  })
  return { models, failures: failuresOf(pairs, prune), notices: [...input.notices, ...brokenBefore(pairs, prune)] }
}

function pairUp({ base, head, baseSide, headSide, views }: PlanInput): readonly Pair[] {
  const bases = new Map([...base, ...views].map((model) => [model.name, model]))
  const heads = new Map([...head, ...views].map((model) => [model.name, model]))
  const known = (name: string, side: Side): boolean => side.failures.has(name) || side.linked.has(name)
  const fromByHead = renames(
    base.filter(({ name }) => !known(name, headSide)),
    head.filter(({ name }) => !known(name, baseSide)),
  )
  const headByFrom = new Map([...fromByHead].map(([to, from]) => [from, to]))
  const names = new Set([...bases.keys(), ...heads.keys(), ...baseSide.failures.keys(), ...headSide.failures.keys()])
  const inHeadTerms = (link: LinkedModel | undefined): readonly string[] =>
    [...new Set((link?.inputs ?? []).map((name) => headByFrom.get(name) ?? name))].sort(byText)
  return [...names]
    .filter((name) => !headByFrom.has(name))
    .sort(byText)
    .map((name): Pair => {
      const from = fromByHead.get(name) ?? name
      const pair = {
        name,
        base: bases.get(from),
        head: heads.get(name),
        baseFailure: baseSide.failures.get(from),
        headFailure: headSide.failures.get(name),
        baseInputs: inHeadTerms(baseSide.linked.get(from)),
        headInputs: headSide.linked.get(name)?.inputs ?? [],
      }
      return { ...pair, change: changeOf(pair) }
    })
}

function changeOf({ base, head, baseFailure, headFailure }: Omit<Pair, 'change'>): Change {
  if (base !== undefined && head !== undefined) {
    const change = modelChange(base, head)
    // The same text may be understood on one side only: what it reads came or went.
    const healed = (baseFailure === undefined) !== (headFailure === undefined)
    return healed && !changesData(change) ? { kind: 'edited', fields: ['references'] } : change
  }
  if (base !== undefined) return headFailure === undefined ? { kind: 'removed' } : { kind: 'edited', fields: ['files'] }
  if (head !== undefined) return baseFailure === undefined ? { kind: 'added' } : { kind: 'edited', fields: ['files'] }
  if (baseFailure === undefined) return { kind: 'added' }
  if (headFailure === undefined) return { kind: 'removed' }
  return baseFailure.message === headFailure.message ? { kind: 'none' } : { kind: 'edited', fields: ['files'] }
}

/** A model that nobody edited, and that reads what somebody did, is that one's reader: not an edit of its own. */
function withoutHearsay(pairs: readonly Pair[], graph: Graph): readonly Pair[] {
  const isHealed = ({ change }: Pair): boolean => change.kind === 'edited' && change.fields[0] === 'references'
  const edited = pairs.filter((pair) => changesData(pair.change) && !isHealed(pair)).map(({ name }) => name)
  const reached = downstreamOf(graph, edited)
  return pairs.map((pair) => {
    const { name, base, head } = pair
    if (base === undefined || head === undefined || !isHealed(pair) || !reached.has(name)) return pair
    return { ...pair, change: modelChange(base, head) }
  })
}

function changesData({ kind }: Change): boolean {
  return kind !== 'none' && kind !== 'metadata'
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
): ReadonlyMap<string, Placement> {
  const broken = new Set(pairs.filter(({ headFailure }) => headFailure !== undefined).map(({ name }) => name))
  const placements = new Map<string, Placement>()
  const open = [...prune].flatMap((name) => graph.inputs.get(name) ?? [])
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (prune.has(name) || placements.has(name)) continue
    const shared = broken.has(name) ? false : availability(name) !== 'present'
    placements.set(name, shared ? 'shared' : 'copy')
    if (shared) open.push(...(graph.inputs.get(name) ?? []))
  }
  return placements
}

function plannedModel(
  pair: Pair,
  prune: ReadonlySet<string>,
  placements: ReadonlyMap<string, Placement>,
  availability: PlanInput['availability'],
): readonly PlannedModel[] {
  const target: Target | undefined = pair.head?.target ?? pair.base?.target
  if (target === undefined) return []
  const { name, base, head, change, baseInputs, headInputs } = pair
  const placement = prune.has(name) ? 'prune' : (placements.get(name) ?? 'skipped')
  return [
    {
      name,
      base,
      head,
      change,
      placement,
      reason: reasonOf(pair, placement, availability),
      baseInputs,
      headInputs,
      target,
    },
  ]
}

function reasonOf(
  { name, change }: Pair,
  placement: Placement,
  availability: PlanInput['availability'],
): PlannedModel['reason'] {
  if (placement === 'prune') return changesData(change) ? 'changed' : 'downstream_of_changed'
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

function brokenBefore(pairs: readonly Pair[], prune: ReadonlySet<string>): readonly Notice[] {
  return pairs
    .filter((pair) => isOldFault(pair, prune) && pair.headFailure?.location !== undefined)
    .map(({ name, headFailure }) => ({
      code: 'broken-before',
      message: `"${name}" cannot be read, on base and on head alike: ${headFailure?.message ?? ''}`,
      ...(headFailure?.location === undefined ? {} : { location: headFailure.location }),
    }))
}
