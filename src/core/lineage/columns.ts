import { graphOf, type Graph } from '../graph/graph.ts'
import type { ColumnRead, Shape } from '../ports/shape.ts'

/** What one side of a model reads, as far as its bound plan tells. */
export interface Reading {
  /** Models that it reads, by the names that the plan knows them by; those that only `depends_on` names included. */
  readonly inputs: readonly string[]
  /** Undefined where the plan is not understood: it then reads everything of its inputs. */
  readonly shape: Shape | undefined
  /** Columns of its own that decide which rows of its earlier state stay: the key of a merge, the partitions of a delete_insert. */
  readonly replacing: readonly string[]
}

/** How a shape names a model that was scanned; anything else that it scans is a source. */
export function modelIdentity(model: string): string {
  return `model:${model}`
}

/** A column of a model; names do not differ by case. */
export function columnNode(model: string, column: string): string {
  return JSON.stringify([model, 'column', column.toLowerCase()])
}

/** Which rows a model has. */
export function rowsNode(model: string): string {
  return JSON.stringify([model, 'rows'])
}

/** Anything about a model, the order in which its rows lie included: what an order-sensitive reader reads. */
export function anyNode(model: string): string {
  return JSON.stringify([model, 'any'])
}

/** What a node stands for. */
export function nodeOf(node: string): {
  readonly model: string
  readonly kind: 'column' | 'rows' | 'any'
  readonly column?: string
} {
  const [model, kind, column] = JSON.parse(node) as [string, 'column' | 'rows' | 'any', string?]
  return { model, kind, ...(column !== undefined && { column }) }
}

/** The rows and the columns among a set of nodes, by model. */
export function nodesByModel(
  nodes: Iterable<string>,
): ReadonlyMap<string, { readonly rows: boolean; readonly columns: readonly string[] }> {
  const found = new Map<string, { rows: boolean; columns: string[] }>()
  for (const node of nodes) {
    const { model, kind, column } = nodeOf(node)
    const effect = found.get(model) ?? { rows: false, columns: [] }
    if (kind === 'rows') effect.rows = true
    if (kind === 'column' && column !== undefined) effect.columns.push(column)
    found.set(model, effect)
  }
  return found
}

/**
 * The graph of models at the grain of columns. A column reads its own model's rows; the rows read the rows of what is
 * scanned and the columns that decide. A model may have two readings, base's and head's: their edges are taken together.
 */
export function columnGraph(models: ReadonlyMap<string, readonly Reading[]>): Graph {
  const edges = new Map<string, Set<string>>()
  const read = (node: string, inputs: Iterable<string>): void => {
    const known = edges.get(node) ?? new Set()
    for (const input of inputs) known.add(input)
    edges.set(node, known)
  }
  for (const [model, readings] of models) {
    const rows = rowsNode(model)
    for (const { inputs, shape, replacing } of readings) {
      for (const output of shape?.outputs ?? []) read(columnNode(model, output.name), [rows, ...nodesOf(output.reads)])
      read(rows, rowsRead(inputs, shape))
      read(
        rows,
        replacing.map((column) => columnNode(model, column)),
      )
      const columns = (shape?.outputs ?? []).map(({ name }) => columnNode(model, name))
      read(anyNode(model), [rows, ...columns, ...inputs.map(anyNode)])
    }
  }
  return graphOf(edges)
}

/** What decides a model's rows. An input that no scan confirms counts with its rows: somebody said that it matters. */
function rowsRead(inputs: readonly string[], shape: Shape | undefined): readonly string[] {
  if (shape === undefined || mindsOrder(shape)) return inputs.map(anyNode)
  return [...inputs.map(rowsNode), ...nodesOf(shape.rows.reads)]
}

/** Whether the order of its inputs' rows may change what a query yields; so it may where its plan is not understood. */
export function mindsOrder({ unknown, orderSensitive, volatile }: Shape): boolean {
  return unknown.length > 0 || orderSensitive !== undefined || volatile !== undefined
}

function nodesOf(reads: readonly ColumnRead[]): readonly string[] {
  const prefix = modelIdentity('')
  return reads
    .filter(({ relation }) => relation.startsWith(prefix))
    .map(({ relation, column }) => columnNode(relation.slice(prefix.length), column))
}
