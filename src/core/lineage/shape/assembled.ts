import { misunderstood, type Context } from './context.ts'
import { isPlanNode, someObject, textAt, type PlanNode } from './plan-node.ts'
import type { Value } from './rows.ts'
import { canonical, shortened, type Term } from './term.ts'

/** What a reference means: a column of what is below, or a parameter of the lambda around it. */
export type Scope =
  | { readonly kind: 'columns'; readonly columns: readonly Value[]; readonly tableIndex?: string | undefined }
  | { readonly kind: 'lambda' }

/** Reads one expression that stands in a node. */
type Read = (node: PlanNode, scope: Scope, context: Context) => Value

/** Fields that say how an expression was written. */
export const SPELLING = ['alias', 'query_location']

export function isExpression(value: unknown): value is PlanNode {
  return isPlanNode(value) && typeof value['expression_class'] === 'string'
}

/** A node with holes where values stand: as many pieces as values, and one. */
export interface Assembled {
  readonly pieces: string[]
  readonly values: Value[]
}

/** Takes a node apart; `read` is asked of every expression in it, those of a lambda too. */
export function assembled(node: PlanNode, scope: Scope, context: Context, read: Read): Assembled {
  const into: Assembled = { pieces: [''], values: [] }
  assemble(withoutSpelling(node), scope, { context, read, into }, false)
  return into
}

interface Assembling {
  readonly context: Context
  readonly read: Read
  readonly into: Assembled
}

function assemble(node: unknown, scope: Scope, assembling: Assembling, inside = true): void {
  const { context, read, into } = assembling
  if (inside && isExpression(node)) {
    into.values.push(read(node, scope, context))
    into.pieces.push('')
  } else if (Array.isArray(node)) {
    write(into, '[')
    for (const item of node) {
      assemble(item, scope, assembling)
      write(into, ',')
    }
    write(into, ']')
  } else if (isPlanNode(node)) {
    write(into, '{')
    for (const field of Object.keys(node).sort()) {
      write(into, `${JSON.stringify(field)}:`)
      const child = node[field]
      if (field === 'function_data') assembleFunctionData(child, node, assembling)
      else assemble(child, scope, assembling)
      write(into, ',')
    }
    write(into, '}')
  } else write(into, canonical(node))
}

/** What a function keeps for itself. A lambda's references are to its parameters, then to the captured values, which stand as arguments. */
function assembleFunctionData(data: unknown, owner: PlanNode, assembling: Assembling): void {
  const { context, into } = assembling
  if (!isPlanNode(data)) {
    write(into, canonical(data))
    return
  }
  const { lambda_expr: lambda, ...rest } = data
  if (someObject(rest, isReference)) misunderstood(context, `what ${textAt(owner, 'name')}() keeps`)
  write(into, canonical(unspelled(rest)))
  if (lambda !== undefined) assemble(lambda, { kind: 'lambda' }, assembling)
}

function isReference(node: PlanNode): boolean {
  return node['expression_class'] === 'BOUND_REF' || node['expression_class'] === 'BOUND_COLUMN_REF'
}

/** What a function keeps may hold expressions of its own: `list_aggregate` has an aggregate. */
function unspelled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unspelled)
  if (!isPlanNode(value)) return value
  const fields = Object.entries(isExpression(value) ? withoutSpelling(value) : value)
  return Object.fromEntries(fields.map(([field, part]) => [field, unspelled(part)]))
}

function write({ pieces }: Assembled, text: string): void {
  pieces.push((pieces.pop() ?? '') + text)
}

/** The text with its holes filled. */
export function filled(pieces: readonly string[], terms: readonly Term[]): Term {
  return shortened(pieces.map((piece, index) => piece + (terms[index] ?? '')).join(''))
}

/** The fields of an expression that are neither spelling nor named. */
export function shape(node: PlanNode, fields: readonly string[]): Term {
  const rest = Object.fromEntries(
    Object.entries(node).filter(([field]) => !SPELLING.includes(field) && !fields.includes(field)),
  )
  return shortened(canonical(rest))
}

export function withoutSpelling(node: PlanNode): PlanNode {
  return Object.fromEntries(Object.entries(node).filter(([field]) => !SPELLING.includes(field)))
}
