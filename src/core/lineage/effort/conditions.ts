import type { Condition, JoinKey } from '../../ports/effort.ts'
import { isPlanNode, textAt, type PlanNode } from '../shape/plan-node.ts'
import { originOf, plainOrigin, readsRows, type PlanColumn } from './expressions.ts'
import { placeOnLine } from './values.ts'

/** Equalities of two columns at the top of a filter, which its products are joined by; and everything else that it asks. */
export function joiningKeys(
  expressions: readonly PlanNode[],
  columns: readonly PlanColumn[],
): { readonly keys: readonly JoinKey[]; readonly others: readonly PlanNode[] } {
  const conjuncts = conjunctsOf(expressions)
  const joining = conjuncts.filter(isJoining)
  return {
    keys: joining.map(({ left, right }) => ({ left: originOf(left, columns), right: originOf(right, columns) })),
    others: conjuncts.filter((conjunct) => !isJoining(conjunct)),
  }
}

/** What does not look at rows is asked once, and keeps them all. */
export function conditionsOf(conjuncts: readonly PlanNode[], columns: readonly PlanColumn[]): readonly Condition[] {
  return conjuncts.filter(readsRows).flatMap((conjunct) => conditionsIn(conjunct, columns))
}

function conjunctsOf(expressions: readonly PlanNode[]): readonly PlanNode[] {
  return expressions.flatMap((expression) =>
    textAt(expression, 'type') === 'CONJUNCTION_AND' && Array.isArray(expression['children'])
      ? conjunctsOf((expression['children'] as readonly unknown[]).filter(isPlanNode))
      : [expression],
  )
}

function isJoining(expression: PlanNode): boolean {
  return (
    textAt(expression, 'type') === 'COMPARE_EQUAL' && readsRows(expression['left']) && readsRows(expression['right'])
  )
}

const OTHER: Condition = { is: 'other' }
const ASKED: Readonly<Record<string, Condition['is']>> = {
  COMPARE_EQUAL: 'equal',
  COMPARE_GREATERTHAN: 'least',
  COMPARE_GREATERTHANOREQUALTO: 'least',
  COMPARE_LESSTHAN: 'most',
  COMPARE_LESSTHANOREQUALTO: 'most',
}
const TURNED: Readonly<Partial<Record<Condition['is'], Condition['is']>>> = { least: 'most', most: 'least' }

function conditionsIn(condition: PlanNode, columns: readonly PlanColumn[]): readonly Condition[] {
  const type = textAt(condition, 'type')
  if (type === 'OPERATOR_IS_NOT_NULL' || type === 'COMPARE_NOTEQUAL') return [{ is: 'not-null' }]
  if (type === 'COMPARE_BETWEEN') {
    return [
      compared('least', condition['input'], condition['lower'], columns),
      compared('most', condition['input'], condition['upper'], columns),
    ]
  }
  const is = ASKED[type]
  if (is === undefined) return [OTHER]
  const { left, right } = condition
  return [readsRows(left) ? compared(is, left, right, columns) : compared(TURNED[is] ?? is, right, left, columns)]
}

function compared(is: Condition['is'], column: unknown, constant: unknown, columns: readonly PlanColumn[]): Condition {
  const origin = plainOrigin(column, columns)
  const value = constantOf(constant)
  // A computed value, such as a remainder, tends to have few.
  if (origin === undefined && is === 'equal') return OTHER
  return { is, ...(origin !== undefined && { origin }), ...(value !== undefined && { value }) }
}

/** On the line of numbers and times; undefined for other constants. */
function constantOf(expression: unknown): number | undefined {
  if (!isPlanNode(expression)) return undefined
  if (textAt(expression, 'expression_class') === 'BOUND_CAST') return constantOf(expression['child'])
  const value = expression['value']
  if (!isPlanNode(value) || value['is_null'] === true) return undefined
  const type = value['type']
  // A decimal stands there without its point.
  if (isPlanNode(type) && textAt(type, 'id') === 'DECIMAL') return undefined
  return placeOnLine(textAt(value, 'value'))
}
