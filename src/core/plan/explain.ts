import { anyNode, columnNode, nodeOf, rowsNode } from '../lineage/columns.ts'
import type { Graph } from '../graph/graph.ts'
import { reachedColumns, type ReachedColumns } from './effect.ts'
import type { Knowledge } from './own.ts'
import type { Pairing } from './pair.ts'
import type { Plan, PlannedModel, Proof } from './plan.ts'

/** Why a model stands in its set: a sentence, then what leads there, from the edit to the model. */
export interface Explanation {
  readonly model: string
  readonly because: string
  /** `fct.net reads stg.amount`; each line reads what the line before changed. */
  readonly path: readonly string[]
}

const PROOFS = {
  same_syntax: 'its text is edited, and the syntax tree is the same',
  same_plan: 'its code is edited, and the bound plans are equal',
  reads_nothing_changed: 'a change reaches what it reads, and it reads nothing of what changes',
} as const satisfies Record<Proof, string>

/** Explains one model of a plan; undefined when there is no such model. */
export function explain(pairing: Pairing, knowledge: Knowledge, plan: Plan, name: string): Explanation | undefined {
  const model = plan.models.find((planned) => planned.name.toLowerCase() === name.toLowerCase())
  if (model === undefined) return undefined
  if (model.placement !== 'prune') return { model: model.name, because: aside(plan, model), path: [] }
  const reached = reachedColumns(pairing, knowledge)
  const path = shortestPath(reached, targetsOf(reached, model))
  return { model: model.name, because: rebuilt(model), path: path.map((node, index) => told(node, path[index - 1])) }
}

function rebuilt({ change, effect, reason }: PlannedModel): string {
  if (change.kind === 'added') return 'it is rebuilt: head adds it'
  if (change.kind === 'removed') return 'it is rebuilt: head removes it'
  if (reason === 'changed') return 'it is rebuilt: its own code or settings change'
  if (effect !== undefined && !effect.rows && effect.columns.length === 0)
    return 'it is rebuilt: the order of its rows may differ, and a reader of it minds the order'
  return effect?.own === true
    ? 'it is rebuilt: its code means something else over the changed columns of what it reads'
    : 'it is rebuilt: it reads what changes'
}

function aside(plan: Plan, { name, placement, proof, reason }: PlannedModel): string {
  const why = proof === undefined ? 'no change reaches it' : PROOFS[proof]
  if (placement === 'skipped') return `it is left alone: ${why}, and nothing that is rebuilt reads it`
  const readers = plan.models
    .filter(
      ({ baseInputs, headInputs, placement: of }) =>
        (of === 'prune' || of === 'shared') && [...baseInputs, ...headInputs].includes(name),
    )
    .map((reader) => `"${reader.name}"`)
  const asked = `${why}; ${readers.join(', ')} ${readers.length === 1 ? 'reads' : 'read'} it`
  if (placement === 'copy') return `it is read where it is: ${asked}`
  return `it is built once for both sides, because the warehouse ${reason === 'stale_in_warehouse' ? 'holds it otherwise than base’s code would make it' : 'does not hold it'}: ${asked}`
}

/** What of a rebuilt model is reached: its rows if they are, else its columns, else the order of its rows. */
function targetsOf({ affected, readings }: ReachedColumns, { name }: PlannedModel): readonly string[] {
  const outputs = (readings.get(name) ?? []).flatMap(({ shape }) => shape?.outputs ?? [])
  const nodes = [rowsNode(name), ...outputs.map((output) => columnNode(name, output.name)), anyNode(name)]
  return nodes.filter((node) => affected.has(node)).slice(0, 1)
}

/** From a touched node to one of the targets, along what reads what: the fewest steps, ties by name. */
function shortestPath({ graph, touched, affected }: ReachedColumns, targets: readonly string[]): readonly string[] {
  const start = new Set(touched)
  const reader = new Map<string, string | undefined>(targets.map((node) => [node, undefined]))
  for (const node of reader.keys()) {
    if (start.has(node)) return chain(reader, node)
    for (const input of inputsOf(graph, node)) if (affected.has(input) && !reader.has(input)) reader.set(input, node)
  }
  return []
}

function inputsOf(graph: Graph, node: string): readonly string[] {
  return graph.inputs.get(node) ?? []
}

function chain(reader: ReadonlyMap<string, string | undefined>, from: string): readonly string[] {
  const path = [from]
  for (let next = reader.get(from); next !== undefined; next = reader.get(next)) path.push(next)
  return path
}

function told(node: string, before: string | undefined): string {
  return before === undefined
    ? `${named(node)} changed by its own code or settings`
    : `${named(node)} from ${named(before)}`
}

function named(node: string): string {
  const { model, kind, column } = nodeOf(node)
  if (kind === 'column') return `${model}.${column ?? ''}`
  return kind === 'rows' ? `the rows of ${model}` : `${model}, the order of its rows included`
}
