import type { Markdown } from '../markdown.ts'
import type { Mark, Survey } from '../survey.ts'
import { count } from '../figures.ts'
import { details, fence, paragraph } from '../markdown.ts'
import { firstThatFits } from '../fit.ts'
import { phrase, strong, words } from '../phrase.ts'
import { visible } from '../escape.ts'

const mostEdges = 80
/** Longest label, in characters. */
const widestLabel = 40

/** The touched models and their direct neighbours as a graph; with fewer nodes when there is less room. */
export function lineage(survey: Survey, room: number): readonly Markdown[] {
  const order = nodesInOrder(survey)
  if (survey.touched.length === 0 || order.length < 2) return []
  return firstThatFits(
    [40, 20, 10].map((nodes) => () => graph(survey, order, nodes)),
    room,
  )
}

/** Touched models, worst first, then what they read and who reads them. */
function nodesInOrder({ touched, run, readers }: Survey): readonly string[] {
  const known = new Set(run.models.map(({ model_name }) => model_name))
  const names = touched.map(({ row }) => row.model_name)
  const neighbours = touched.flatMap(({ row }) => [...row.inputs, ...(readers.get(row.model_name) ?? [])])
  return [...new Set([...names, ...neighbours])].filter((name) => known.has(name))
}

function graph(survey: Survey, order: readonly string[], limit: number): readonly Markdown[] {
  const { touched, run } = survey
  const marksByName = new Map<string, Mark>(touched.map(({ row, mark }) => [row.model_name, mark]))
  const ids = new Map(order.slice(0, limit).map((name, index) => [name, `n${String(index + 1)}`]))
  const edges = run.models.flatMap(({ model_name, inputs }) => {
    const reader = ids.get(model_name)
    if (reader === undefined) return []
    return inputs.flatMap((input) => {
      const read = ids.get(input)
      return read === undefined ? [] : [`  ${read} --> ${reader}`]
    })
  })
  const shownEdges = edges.slice(0, mostEdges)
  const nodes = [...ids].map(([name, id]) => `  ${id}["${label(name)}"]:::${marksByName.get(name) ?? 'untouched'}`)
  const lines = ['graph LR', ...nodes, ...shownEdges, ...classes]
  const left = [
    ...(order.length > ids.size ? [phrase`${count(order.length - ids.size)} more models are not drawn.`] : []),
    ...(edges.length > shownEdges.length
      ? [phrase`${count(edges.length - shownEdges.length)} more edges are not drawn.`]
      : []),
  ]
  const title = phrase`${strong(words('Lineage'))} — ${count(touched.length)} of ${count(run.models.length)} models touched`
  return [details(title, [fence('mermaid', lines.join('\n')), ...left.map(paragraph)])]
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
