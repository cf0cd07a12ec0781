import type { Markdown } from '../markdown.ts'
import type { Survey } from '../survey.ts'
import { count, counted } from '../figures.ts'
import { details, fence, paragraph } from '../markdown.ts'
import { firstThatFits } from '../fit.ts'
import { lineageGraph, type LineageGraph, type LineageNode } from '../lineage-graph.ts'
import { phrase, strong, words } from '../phrase.ts'
import { visible } from '../escape.ts'

const mostEdges = 80
/** Longest label, in characters. */
const widestLabel = 40

/** The touched models and their direct neighbours as a graph; with fewer nodes when there is less room. */
export function lineage(survey: Survey, room: number): readonly Markdown[] {
  if (survey.touched.length === 0) return []
  return firstThatFits(
    [40, 20, 10].map((nodes) => () => picture(survey, lineageGraph(survey, { nodes, edges: mostEdges }))),
    room,
  )
}

function picture({ touched, run }: Survey, { nodes, edges, left }: LineageGraph): readonly Markdown[] {
  if (nodes.length < 2) return []
  const id = (index: number): string => `n${String(index + 1)}`
  const boxes = nodes.map((node, index) => `  ${id(index)}${shapeOf(node)}:::${node.mark}`)
  const arrows = edges.map(([from, to]) => `  ${id(from)} --> ${id(to)}`)
  const notes = [
    ...(left.models > 0 ? [phrase`${counted(left.models, 'more model')} not drawn.`] : []),
    ...(left.edges > 0 ? [phrase`${counted(left.edges, 'more arrow')} not drawn.`] : []),
  ]
  const title = phrase`${strong(words('Lineage'))} — ${count(touched.length)} of ${count(run.models.length)} models touched`
  const code = ['graph LR', ...boxes, ...arrows, ...classes].join('\n')
  return [details(title, [fence('mermaid', code), ...notes.map(paragraph)])]
}

/** A model is a box, several are a box with a double edge. */
function shapeOf(node: LineageNode): string {
  return node.kind === 'model' ? `["${label(node.name)}"]` : `[["${label(`${node.label} in ${node.folder}`)}"]]`
}

/** Colours that can be read on a light and on a dark page. */
const classes = [
  '  classDef broken fill:#ffebe9,stroke:#cf222e,color:#1f2328',
  '  classDef differs fill:#fff1e5,stroke:#bc4c00,color:#1f2328',
  '  classDef unsure fill:#fff8c5,stroke:#9a6700,color:#1f2328',
  '  classDef same fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  '  classDef untouched fill:#f6f8fa,stroke:#8c959f,color:#1f2328',
] as const

/** Mermaid's own entities for everything but letters, digits, `_` and space. */
function label(name: string): string {
  return visible(name, widestLabel).replace(/[!-/:-@[-^`{-~]/g, (character) => `#${String(character.charCodeAt(0))};`)
}
