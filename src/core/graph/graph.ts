import { byText } from '../base/compare.ts'

/** A directed graph by name: an edge leads from what is read to what reads it. */
export interface Graph {
  readonly nodes: readonly string[]
  /** What a node reads: its inputs that are nodes themselves, sorted. */
  readonly inputs: ReadonlyMap<string, readonly string[]>
  /** Who reads a node, sorted. */
  readonly readers: ReadonlyMap<string, readonly string[]>
}

/** Builds a graph; inputs that are no nodes, and edges of a node to itself, are left out. */
export function graphOf(inputsByNode: ReadonlyMap<string, Iterable<string>>): Graph {
  const nodes = [...inputsByNode.keys()].sort(byText)
  const inputs = new Map<string, readonly string[]>()
  const readers = new Map<string, string[]>(nodes.map((node) => [node, []]))
  for (const node of nodes) {
    const known = [...new Set(inputsByNode.get(node))]
      .filter((input) => input !== node && readers.has(input))
      .sort(byText)
    inputs.set(node, known)
    for (const input of known) readers.get(input)?.push(node)
  }
  return { nodes, inputs, readers }
}

/** Everything that can be reached from `start` along readers, `start` included. */
export function downstreamOf(graph: Graph, start: Iterable<string>): ReadonlySet<string> {
  return reach(graph.readers, start)
}

/** Everything that `start` reads, directly or through others, `start` included. */
export function upstreamOf(graph: Graph, start: Iterable<string>): ReadonlySet<string> {
  return reach(graph.inputs, start)
}

export interface TopologicalOrder {
  /** Inputs before readers, ties by name. Members of a cycle are not in it; nodes that only read one are. */
  readonly order: readonly string[]
  /** The members of each cycle, sorted by name. */
  readonly cycles: readonly (readonly string[])[]
}

/** Kahn's algorithm with a sorted frontier; what cannot be drained holds the cycles, found as strongly connected components. */
export function topologicalOrder(graph: Graph): TopologicalOrder {
  const cycles = cyclesOf(graph)
  const inCycle = new Set(cycles.flat())
  const waiting = new Map(
    graph.nodes
      .filter((node) => !inCycle.has(node))
      .map((node) => [node, (graph.inputs.get(node) ?? []).filter((input) => !inCycle.has(input)).length]),
  )
  const order: string[] = []
  let level = [...waiting.keys()].filter((node) => waiting.get(node) === 0).sort(byText)
  while (level.length > 0) {
    order.push(...level)
    const next: string[] = []
    for (const node of level) {
      for (const reader of graph.readers.get(node) ?? []) {
        const left = waiting.get(reader)
        if (left === undefined) continue
        waiting.set(reader, left - 1)
        if (left === 1) next.push(reader)
      }
    }
    level = next.sort(byText)
  }
  return { order, cycles }
}

/** Strongly connected components of more than one node (Tarjan, without recursion: chains may be long), sorted. */
function cyclesOf(graph: Graph): readonly (readonly string[])[] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const onPath = new Set<string>()
  const path: string[] = []
  const cycles: string[][] = []

  for (const root of graph.nodes) {
    if (index.has(root)) continue
    const calls: { readonly node: string; next: number }[] = [{ node: root, next: 0 }]
    while (calls.length > 0) {
      const call = calls[calls.length - 1] as (typeof calls)[number]
      const { node } = call
      if (call.next === 0) {
        index.set(node, index.size)
        low.set(node, index.get(node) as number)
        path.push(node)
        onPath.add(node)
      }
      const readers = graph.readers.get(node) ?? []
      const reader = readers[call.next]
      if (reader !== undefined) {
        call.next += 1
        if (!index.has(reader)) calls.push({ node: reader, next: 0 })
        else if (onPath.has(reader)) lower(low, node, index.get(reader) as number)
        continue
      }
      calls.pop()
      const parent = calls[calls.length - 1]
      if (parent !== undefined) lower(low, parent.node, low.get(node) as number)
      if (low.get(node) === index.get(node)) {
        const component = path.splice(path.lastIndexOf(node))
        for (const member of component) onPath.delete(member)
        if (component.length > 1) cycles.push(component.sort(byText))
      }
    }
  }
  return cycles.sort((a, b) => byText(a[0] ?? '', b[0] ?? ''))
}

function lower(low: Map<string, number>, node: string, candidate: number): void {
  low.set(node, Math.min(low.get(node) ?? candidate, candidate))
}

function reach(edges: ReadonlyMap<string, readonly string[]>, start: Iterable<string>): ReadonlySet<string> {
  const reached = new Set<string>()
  const open = [...start]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (reached.has(node)) continue
    reached.add(node)
    open.push(...(edges.get(node) ?? []))
  }
  return reached
}
