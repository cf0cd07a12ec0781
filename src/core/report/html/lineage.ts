import * as dagre from '@dagrejs/dagre'
import type { Survey } from '../survey.ts'
import { lineageGraph, type LineageGraph, type LineageNode } from '../lineage-graph.ts'
import { markup, text, type Html } from './html.ts'
import { markWords } from './marks.ts'

/** Laying out takes about a millisecond a node, and more are hard to read. */
const MOST_NODES = 40
const MOST_EDGES = 100
const LONGEST_LABEL = 28
const HEIGHT = 30
/** Width of a letter of the picture's font, in its units. */
const LETTER = 7.3

/** The models that the pull request touches, as a picture whose boxes lead to the models; and the same in words. */
export function lineageSection(survey: Survey): readonly Html[] {
  const graph = lineageGraph(survey, { nodes: MOST_NODES, edges: MOST_EDGES })
  if (survey.touched.length === 0 || graph.nodes.length < 2) return []
  const left = [
    ...(graph.left.models > 0 ? [markup`<p class="note">${graph.left.models} more models are not drawn.</p>`] : []),
    ...(graph.left.edges > 0 ? [markup`<p class="note">${graph.left.edges} more arrows are not drawn.</p>`] : []),
  ]
  return [
    markup`<section aria-labelledby="lineage"><h2 id="lineage">Lineage</h2><div class="scroll picture" tabindex="0" role="region" aria-label="Picture of the lineage">${picture(graph)}</div>${left}<details><summary>In words</summary><ul>${inWords(graph)}</ul></details></section>`,
  ]
}

function picture(graph: LineageGraph): Html {
  const { nodes, edges } = graph
  const drawing = new Graph()
  drawing.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 48, marginx: 8, marginy: 8 })
  for (const [index, node] of nodes.entries()) drawing.setNode(String(index), { width: widthOf(node), height: HEIGHT })
  for (const [from, to] of edges) drawing.setEdge(String(from), String(to), {})
  layout(drawing)
  const { width = 0, height = 0 } = drawing.graph()
  const lines = edges.map(([from, to]) => edgeHtml(drawing.edge(String(from), String(to)).points))
  const boxes = nodes.map((node, index) => nodeHtml(node, drawing.node(String(index))))
  return markup`<svg class="lineage" width="${whole(width)}" height="${whole(height)}" viewBox="0 0 ${whole(width)} ${whole(height)}" role="group" aria-label="Lineage of ${nodes.length} models and groups"><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" /></marker></defs>${lines}${boxes}</svg>`
}

/** What is used of the package: its own types cannot be resolved by Node's rules. */
interface Drawing {
  readonly setGraph: (settings: Readonly<Record<string, string | number>>) => void
  readonly setNode: (id: string, box: Box) => void
  readonly setEdge: (from: string, to: string, label: object) => void
  readonly graph: () => { readonly width?: number; readonly height?: number }
  readonly node: (id: string) => Box
  readonly edge: (from: string, to: string) => { readonly points: readonly Point[] }
}

const { Graph, layout } = dagre as unknown as {
  readonly Graph: new () => Drawing
  readonly layout: (drawing: Drawing) => void
}

interface Point {
  readonly x: number
  readonly y: number
}

interface Box extends Partial<Point> {
  readonly width: number
  readonly height: number
}

function nodeHtml(node: LineageNode, { x = 0, y = 0, width }: Box): Html {
  const label = labelOf(node)
  const left = whole(x - width / 2)
  const top = whole(y - HEIGHT / 2)
  const behind =
    node.kind === 'group'
      ? markup`<rect x="${left + 4}" y="${top - 4}" width="${whole(width)}" height="${HEIGHT}" rx="6" />`
      : markup``
  const box = markup`<g class="${text(node.mark)}">${behind}<rect x="${left}" y="${top}" width="${whole(width)}" height="${HEIGHT}" rx="6" /><text x="${whole(x)}" y="${whole(y) + 4}" text-anchor="middle">${text(label, LONGEST_LABEL)}</text></g>`
  if (node.kind === 'group' || node.anchor === undefined)
    return markup`<g><title>${text(titleOf(node))}</title>${box}</g>`
  return markup`<a href="#${text(node.anchor)}" aria-label="${text(titleOf(node))}"><title>${text(titleOf(node))}</title>${box}</a>`
}

/** Smooth from point to point; the corners that the layout gives become curves. */
function edgeHtml(points: readonly Point[]): Html {
  const [first, ...rest] = points
  if (first === undefined) return markup``
  const at = ({ x, y }: Point): string => `${String(whole(x))} ${String(whole(y))}`
  const between = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
  const curves = rest.map((point, index) => {
    const next = rest[index + 1]
    return next === undefined ? `L${at(point)}` : `Q${at(point)} ${at(between(point, next))}`
  })
  return markup`<path class="edge" d="M${text(at(first))}${text(curves.join(''))}" marker-end="url(#tip)" />`
}

function inWords({ nodes, edges }: LineageGraph): readonly Html[] {
  const reads = new Map<number, string[]>()
  for (const [from, to] of edges) reads.set(to, [...(reads.get(to) ?? []), titleOf(nodes[from])])
  return nodes.map((node, index) => {
    const inputs = reads.get(index) ?? []
    return markup`<li>${text(titleOf(node))}${text(inputs.length === 0 ? '' : ` reads ${inputs.join('; ')}`)}</li>`
  })
}

function labelOf(node: LineageNode): string {
  return node.kind === 'model' ? node.name : `${node.label} · ${node.folder}`
}

function titleOf(node: LineageNode | undefined): string {
  if (node === undefined) return ''
  return node.kind === 'model' ? `${node.name} (${markWords[node.mark]})` : `${node.label} in ${node.folder}`
}

const widthOf = (node: LineageNode): number => Math.min(LONGEST_LABEL + 1, labelOf(node).length) * LETTER + 24
const whole = (value: number): number => Math.round(value)
