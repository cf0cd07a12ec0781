import { downstreamOf, upstreamOf, type Graph } from '../graph/graph.ts'
import {
  anyNode,
  columnGraph,
  columnNode,
  mindsOrder,
  nodesByModel,
  rowsNode,
  type Reading,
} from '../lineage/columns.ts'
import type { Strategy } from '../project/model.ts'
import { EVERYTHING, movesOf, ownOf, type Knowledge, type Own } from './own.ts'
import { reachOf, type Pair, type Pairing } from './pair.ts'
import type { Proof } from './plan.ts'

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

/** The columns that a change can reach, before anything is built. */
export interface ReachedColumns {
  /** Those that a change reaches along the edges of models. */
  readonly pairs: readonly Pair[]
  readonly owns: ReadonlyMap<string, Own>
  readonly readings: ReadonlyMap<string, readonly Reading[]>
  readonly graph: Graph
  /** Nodes that some model's own code or settings change. */
  readonly touched: readonly string[]
  /** Nodes that can be reached from those. */
  readonly affected: ReadonlySet<string>
}

export function reachedColumns(pairing: Pairing, knowledge: Knowledge): ReachedColumns {
  const reach = reachOf(pairing)
  const pairs = pairing.pairs.filter(({ name }) => reach.has(name))
  const owns = new Map(pairs.map((pair) => [pair.name, ownOf(pair, knowledge)]))
  const readings = new Map(pairs.map((pair) => [pair.name, readingsOf(pair, knowledge)]))
  const graph = columnGraph(readings)
  const touched = pairs.flatMap(({ name }) =>
    touchedNodes(name, owns.get(name) ?? EVERYTHING, readings.get(name) ?? []),
  )
  return { pairs, owns, readings, graph, touched, affected: downstreamOf(graph, touched) }
}

/** The effect on every model that a change reaches, at the grain of columns. Pure. */
export function effectsOf(pairing: Pairing, knowledge: Knowledge): ReadonlyMap<string, Effect> {
  const { pairs, owns, readings, affected } = reachedColumns(pairing, knowledge)
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

/** Columns of a model that decide which rows of its earlier state stay. */
export function replacingOf(strategy: Strategy): readonly string[] {
  if (strategy.kind === 'merge') return strategy.uniqueKey
  if (strategy.kind === 'time_interval') return [strategy.timeColumn]
  return strategy.kind === 'delete_insert' ? strategy.partitionBy : []
}
