import { byText } from '../base/compare.ts'
import type { PreviewError } from '../base/errors.ts'
import { downstreamOf, graphOf, type Graph } from '../graph/graph.ts'
import type { LinkedModel } from '../lineage/link.ts'
import type { Side } from '../lineage/side.ts'
import type { Model } from '../project/model.ts'
import { modelChange, renames } from './change.ts'
import type { Change } from './plan.ts'

export interface PairingInput {
  readonly base: readonly Model[]
  readonly head: readonly Model[]
  readonly baseSide: Side
  readonly headSide: Side
  /** Warehouse views that count as models; the same on both sides. */
  readonly views: readonly Model[]
}

/** One model of either side before it is placed; renamed ones are joined under their head name. */
export interface Pair {
  readonly name: string
  /** Its name on base: another one when it was renamed. */
  readonly baseName: string
  readonly base: Model | undefined
  readonly head: Model | undefined
  readonly baseFailure: PreviewError | undefined
  readonly headFailure: PreviewError | undefined
  readonly change: Change
  /** Names of the pairs that each side reads, sorted. */
  readonly baseInputs: readonly string[]
  readonly headInputs: readonly string[]
}

/** Both sides joined model by model, with the edges of either. */
export interface Pairing {
  /** Sorted by name. */
  readonly pairs: readonly Pair[]
  readonly graph: Graph
  /** Head names of renamed models, by base name. */
  readonly headNames: ReadonlyMap<string, string>
}

/** Joins the two sides. Pure. */
export function pairModels(input: PairingInput): Pairing {
  const { pairs, headNames } = pairUp(input)
  const graph = graphOf(new Map(pairs.map((pair) => [pair.name, [...pair.baseInputs, ...pair.headInputs]])))
  return { pairs: withoutHearsay(pairs, graph), graph, headNames }
}

/** Every model that some change can reach along the edges of either side, the changed ones included. */
export function reachOf({ pairs, graph }: Pairing): ReadonlySet<string> {
  return downstreamOf(
    graph,
    pairs.filter(({ change }) => changesData(change)).map(({ name }) => name),
  )
}

export function changesData({ kind }: Change): boolean {
  return kind !== 'none' && kind !== 'metadata'
}

function pairUp({ base, head, baseSide, headSide, views }: PairingInput): Pick<Pairing, 'pairs' | 'headNames'> {
  const bases = new Map([...base, ...views].map((model) => [model.name, model]))
  const heads = new Map([...head, ...views].map((model) => [model.name, model]))
  const known = (name: string, side: Side): boolean => side.failures.has(name) || side.linked.has(name)
  const fromByHead = renames(
    base.filter(({ name }) => !known(name, headSide)),
    head.filter(({ name }) => !known(name, baseSide)),
  )
  const headNames = new Map([...fromByHead].map(([to, from]) => [from, to]))
  const names = new Set([...bases.keys(), ...heads.keys(), ...baseSide.failures.keys(), ...headSide.failures.keys()])
  const inHeadTerms = (link: LinkedModel | undefined): readonly string[] =>
    [...new Set((link?.inputs ?? []).map((name) => headNames.get(name) ?? name))].sort(byText)
  const pairs = [...names]
    .filter((name) => !headNames.has(name))
    .sort(byText)
    .map((name): Pair => {
      const baseName = fromByHead.get(name) ?? name
      const pair = {
        name,
        baseName,
        base: bases.get(baseName),
        head: heads.get(name),
        baseFailure: baseSide.failures.get(baseName),
        headFailure: headSide.failures.get(name),
        baseInputs: inHeadTerms(baseSide.linked.get(baseName)),
        headInputs: headSide.linked.get(name)?.inputs ?? [],
      }
      const isSameFile = baseSide.brokenContent?.get(baseName) === headSide.brokenContent?.get(name)
      const files = [baseSide.linked.get(baseName), headSide.linked.get(name)].map(filesOf)
      return { ...pair, change: withFiles(changeOf(pair, isSameFile), files[0], files[1]) }
    })
  return { pairs, headNames }
}

/** What a model reads of the commit's files, contents included; undefined where the model is not understood. */
function filesOf(link: LinkedModel | undefined): string | undefined {
  return link?.links.flatMap(({ target }) => (target.kind === 'file' ? [target.table.relation.table] : [])).join(' ')
}

/** A file that a model reads is as much its own as its SQL. */
function withFiles(change: Change, base: string | undefined, head: string | undefined): Change {
  if (base === undefined || head === undefined || base === head) return change
  if (change.kind === 'none' || change.kind === 'metadata') return { kind: 'edited', fields: ['read_files'] }
  if (change.kind !== 'edited' && change.kind !== 'renamed') return change
  return { ...change, fields: [...change.fields, 'read_files'].sort(byText) }
}

function changeOf({ base, head, baseFailure, headFailure }: Omit<Pair, 'change'>, isSameFile: boolean): Change {
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
  return isSameFile && baseFailure.message === headFailure.message
    ? { kind: 'none' }
    : { kind: 'edited', fields: ['files'] }
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
