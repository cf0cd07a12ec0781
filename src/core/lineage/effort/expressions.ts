import type { Calls, Origin } from '../../ports/effort.ts'
import { isPlanNode, objectsIn, someObject, textAt, type PlanNode } from '../shape/plan-node.ts'
import { isFixed, typeName } from './values.ts'

/** A column that leaves an operator. `isPlain`: as it was scanned; else its origin is the one column that it hangs on. */
export interface PlanColumn {
  readonly type: string
  readonly isPlain: boolean
  readonly origin?: Origin | undefined
}

const COMPUTED = new Set(['BOUND_FUNCTION', 'BOUND_CAST', 'BOUND_COMPARISON', 'BOUND_CASE', 'BOUND_BETWEEN'])

/** What is computed for each row: functions, casts and comparisons. Columns and constants are none. */
export function callsIn(expressions: readonly unknown[]): Calls {
  let [plain, text] = [0, 0]
  for (const node of objectsIn(expressions)) {
    if (!COMPUTED.has(textAt(node, 'expression_class')) || !readsRows(node)) continue
    if (touchesText(node)) text += 1
    else plain += 1
  }
  return { plain, text }
}

/** The columns that a list of expressions makes of those below. */
export function columnsOf(expressions: readonly unknown[], below: readonly PlanColumn[]): readonly PlanColumn[] {
  return expressions.map((expression) => {
    const known = isPlanNode(expression) && isReference(expression) ? below[Number(expression['index'])] : undefined
    if (known !== undefined) return known
    const origin = originOf(expression, below)
    const type = isPlanNode(expression) ? typeName(expression['return_type']) : ''
    return { type, isPlain: false, ...(origin !== undefined && { origin }) }
  })
}

/** The one column that a value hangs on; undefined where there are several, or none. */
export function originOf(expression: unknown, below: readonly PlanColumn[]): Origin | undefined {
  const found = new Map<string, Origin | undefined>()
  for (const node of objectsIn(expression)) {
    if (!isReference(node)) continue
    const origin = below[Number(node['index'])]?.origin
    found.set(JSON.stringify(origin), origin)
  }
  return found.size === 1 ? [...found.values()][0] : undefined
}

/** A scanned column itself, though it be cast. */
export function plainOrigin(expression: unknown, below: readonly PlanColumn[]): Origin | undefined {
  if (!isPlanNode(expression)) return undefined
  if (textAt(expression, 'expression_class') === 'BOUND_CAST') return plainOrigin(expression['child'], below)
  const column = isReference(expression) ? below[Number(expression['index'])] : undefined
  return column?.isPlain === true ? column.origin : undefined
}

export function readsRows(value: unknown): boolean {
  return someObject(value, isReference)
}

const isReference = (node: PlanNode): boolean => node['expression_class'] === 'BOUND_REF'

function touchesText(node: PlanNode): boolean {
  const types = [node['return_type'], ...(Array.isArray(node['arguments']) ? (node['arguments'] as unknown[]) : [])]
  return types.map(typeName).some((name) => name !== '' && !isFixed(name))
}
