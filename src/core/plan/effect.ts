import type { PreviewError } from '../base/errors.ts'
import { downstreamOf, upstreamOf } from '../graph/graph.ts'
import {
  anyNode,
  columnGraph,
  columnNode,
  mindsOrder,
  nodesByModel,
  rowsNode,
  type Reading,
} from '../lineage/columns.ts'
import { provenEqual, shapeDifference } from '../lineage/shape/shape.ts'
import type { Shape } from '../ports/shape.ts'
import type { Strategy } from '../project/model.ts'
import type { Proof } from './plan.ts'
import { changesData, reachOf, type Pair, type Pairing } from './pair.ts'

/** What binding one side of a model, without data, showed. */
export interface BoundSide {
  /** Undefined: it does not bind, or its plan could not be read. It then reads everything and proves nothing. */
  readonly shape: Shape | undefined
  /** The model's own fault, at its place in its file. */
  readonly error?: PreviewError | undefined
}

/** Both sides of a model, where it has them. */
export interface BoundPair {
  readonly base?: BoundSide
  readonly head?: BoundSide
}

/** What a change can do to one model that it reaches. */
export interface Effect {
  /** Which rows there are may differ; columns below do then too. */
  readonly rows: boolean
  /** Columns that may differ, as head spells them, sorted. */
  readonly columns: readonly string[]
  /** The model's own code or settings do this, and not only what it reads. */
  readonly own: boolean
  /** It must be rebuilt to know. */
  readonly rebuild: boolean
  /** Set when it need not be. */
  readonly proof: Proof | undefined
}

/** What is known of a pull request before anything is built. Both absent without a warehouse: then everything reached is rebuilt. */
export interface Knowledge {
  /** By pair name; of every model that a change reaches. */
  readonly bound?: ReadonlyMap<string, BoundPair>
  /** Names of the pairs whose two texts have one syntax tree. */
  readonly sameSyntax?: ReadonlySet<string>
}

/** What a model itself changes: everything, some of its output, or nothing. */
type Own =
  | { readonly kind: 'everything' }
  | { readonly kind: 'some'; readonly rows: boolean; readonly columns: readonly string[]; readonly reordered: boolean }
  | { readonly kind: 'nothing'; readonly proof: Proof | undefined }

const EVERYTHING: Own = { kind: 'everything' }

/** The effect on every model that a change reaches, at the grain of columns. Pure. */
export function effectsOf(pairing: Pairing, knowledge: Knowledge): ReadonlyMap<string, Effect> {
  const reach = reachOf(pairing)
  const pairs = pairing.pairs.filter(({ name }) => reach.has(name))
  const owns = new Map(pairs.map((pair) => [pair.name, ownOf(pair, knowledge)]))
  const readings = new Map(pairs.map((pair) => [pair.name, readingsOf(pair, knowledge)]))
  const graph = columnGraph(readings)
  const touched = pairs.flatMap(({ name }) =>
    touchedNodes(name, owns.get(name) ?? EVERYTHING, readings.get(name) ?? []),
  )
  const affected = downstreamOf(graph, touched)
  const byModel = nodesByModel(affected)
  const needed = orderNeeded(pairing, pairs, readings, affected)
  return new Map(
    pairs.map((pair): [string, Effect] => {
      const { rows = false, columns = [] } = byModel.get(pair.name) ?? {}
      const spelling = spellings(readings.get(pair.name) ?? [])
      const own = owns.get(pair.name) ?? EVERYTHING
      const rebuild = rows || columns.length > 0 || needed.has(pair.name) || movesOf(pair)
      return [
        pair.name,
        {
          rows,
          columns: columns.map((column) => spelling.get(column) ?? column).sort(),
          own: own.kind !== 'nothing' || movesOf(pair),
          rebuild,
          proof: rebuild ? undefined : ((own.kind === 'nothing' ? own.proof : undefined) ?? 'reads_nothing_changed'),
        },
      ]
    }),
  )
}

/** A model that lives on under another name or in another table is built there, whatever its code. */
function movesOf({ change }: Pair): boolean {
  return change.kind === 'renamed' || (change.kind === 'edited' && change.fields.includes('target'))
}

function ownOf(pair: Pair, { bound, sameSyntax }: Knowledge): Own {
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
  const sameCode = sameText && !fields.includes('surrogateKeys')
  const plans = bound?.get(name)
  if (plans === undefined) {
    return sameCode ? { kind: 'nothing', proof: fields.includes('sql') ? 'same_syntax' : undefined } : EVERYTHING
  }
  if (!changesData(change)) return ownOfPlans(plans, undefined)
  return ownOfPlans(plans, sameCode && fields.includes('sql') ? 'same_syntax' : 'same_plan')
}

function ownOfPlans({ base, head }: BoundPair, proof: Proof | undefined): Own {
  // One binding that stands for both sides: the same text over the same definitions.
  if (base !== undefined && base === head) return { kind: 'nothing', proof }
  if (base?.shape === undefined || head?.shape === undefined) return EVERYTHING
  if (provenEqual(base.shape, head.shape)) return { kind: 'nothing', proof }
  const { rows, columns, reordered } = shapeDifference(base.shape, head.shape)
  return { kind: 'some', rows, columns, reordered }
}

/** Names as the sides write them, head's before base's, by lower-case name. */
function spellings(readings: readonly Reading[]): ReadonlyMap<string, string> {
  const names = readings.flatMap(({ shape }) => (shape?.outputs ?? []).map(({ name }) => name))
  return new Map(names.map((name) => [name.toLowerCase(), name]))
}

function touchedNodes(name: string, own: Own, readings: readonly Reading[]): readonly string[] {
  if (own.kind === 'nothing') return []
  if (own.kind === 'some') {
    const columns = own.columns.map((column) => columnNode(name, column))
    return [anyNode(name), ...(own.rows || own.reordered ? [rowsNode(name)] : []), ...columns]
  }
  const columns = readings.flatMap(({ shape }) => (shape?.outputs ?? []).map((output) => columnNode(name, output.name)))
  return [rowsNode(name), anyNode(name), ...columns]
}

function readingsOf(pair: Pair, { bound }: Knowledge): readonly Reading[] {
  const plans = bound?.get(pair.name)
  const sides = [
    { model: pair.base, inputs: pair.baseInputs, side: plans?.base },
    { model: pair.head, inputs: pair.headInputs, side: plans?.head },
  ]
  return sides.flatMap(({ model, inputs, side }) =>
    model === undefined ? [] : [{ inputs, shape: side?.shape, replacing: replacingOf(model.strategy) }],
  )
}

/**
 * Models of which only the order of rows may differ, and that a reader which minds the order stands above: that reader
 * can only be judged on what both sides really give it.
 */
function orderNeeded(
  { graph }: Pairing,
  pairs: readonly Pair[],
  readings: ReadonlyMap<string, readonly Reading[]>,
  affected: ReadonlySet<string>,
): ReadonlySet<string> {
  const minding = pairs
    .map(({ name }) => name)
    .filter((name) => affected.has(rowsNode(name)) && (readings.get(name) ?? []).some(readsInOrder))
  const above = upstreamOf(graph, minding)
  return new Set(pairs.map(({ name }) => name).filter((name) => affected.has(anyNode(name)) && above.has(name)))
}

/** Whether the order of its inputs' rows may change what a model yields. */
export function readsInOrder({ shape }: Pick<Reading, 'shape'>): boolean {
  return shape === undefined || mindsOrder(shape)
}

/** Whether a model holds nothing but what its query yields. */
function isStateless({ kind }: Strategy): boolean {
  return kind === 'full_refresh' || kind === 'view' || kind === 'ephemeral'
}

function replacingOf(strategy: Strategy): readonly string[] {
  if (strategy.kind === 'merge') return strategy.uniqueKey
  return strategy.kind === 'delete_insert' ? strategy.partitionBy : []
}
