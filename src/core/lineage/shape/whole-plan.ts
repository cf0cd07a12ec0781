import { digestOf } from '../../base/digest.ts'
import type { Relation } from '../../sql/relation.ts'
import { isPlanNode, listAt, nodesAt, textAt, type PlanNode } from './plan-node.ts'
import { relationOf } from './scans.ts'
import { canonical } from './term.ts'

/** Fields that hold the number of an operator, which depends on what else the text holds. */
const NUMBERS = new Set(
  'table_index group_index aggregate_index groupings_index window_index unnest_index mark_index pivot_index cte_index'.split(
    ' ',
  ),
)
const NAMES = new Set(['query_location', 'ctename', 'bound_columns', 'input_table_names'])

/** Equal digests: the same plan, operator by operator, so the same code; only names and numbering are left out. */
export function wholePlan(plan: unknown, identify: (relation: Required<Relation>) => string): string {
  const numbers = new Map<string, number>()
  const simplified = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(simplified)
    if (!isPlanNode(value)) return value
    const node = value['type'] === 'LOGICAL_GET' ? scanned(value, identify) : value
    const isExpression = node['expression_class'] !== undefined
    return Object.fromEntries(
      Object.entries(node)
        .filter(([field]) => !NAMES.has(field) && !(isExpression && field === 'alias'))
        .map(([field, part]) => [field, NUMBERS.has(field) ? numberOf(part) : simplified(part)]),
    )
  }
  const numberOf = (original: unknown): unknown => {
    const key = String(original)
    const number = numbers.get(key) ?? numbers.size
    numbers.set(key, number)
    return number
  }
  return digestOf(canonical(simplified(plan)))
}

/** A scan by the identity of its table and by the columns that are read: others may come and go. */
function scanned(get: PlanNode, identify: (relation: Required<Relation>) => string): PlanNode {
  const { names, returned_types: types, ...rest } = get
  const stored = get['function_data']
  if (!isPlanNode(stored) || typeof stored['table'] !== 'string') return { ...rest, types }
  const columns = nodesAt(get, 'column_indexes').map((column) => {
    const index = Number(column['index'])
    return {
      ...column,
      index: Array.isArray(names) ? ((names as unknown[])[index] ?? column['index']) : index,
      type: listAt(get, 'returned_types')[index] ?? null,
    }
  })
  return {
    ...rest,
    column_indexes: columns,
    function_data: { ...stored, catalog: '', schema: '', table: identify(relationOf(stored)) },
  }
}

/** Every literal of a plan with the number of times that it stands there; those of a CTE as often as it is used. */
export function literalsOf(plan: unknown): string {
  const counts = new Map<string, bigint>()
  const uses = new Map<string, bigint>()
  const add = (to: Map<string, bigint>, key: string, times: bigint): void => {
    to.set(key, (to.get(key) ?? 0n) + times)
  }
  const walk = (value: unknown, times: bigint): void => {
    if (Array.isArray(value)) {
      for (const item of value) walk(item, times)
      return
    }
    if (!isPlanNode(value)) return
    if (value['expression_class'] === 'BOUND_CONSTANT') add(counts, canonical(value['value']), times)
    if (value['type'] === 'LOGICAL_CTE_REF') add(uses, textAt(value, 'cte_index'), times)
    if (value['type'] === 'LOGICAL_MATERIALIZED_CTE') {
      const [definition, query] = nodesAt(value, 'children')
      walk(query, times)
      walk(definition, uses.get(textAt(value, 'table_index')) ?? 0n)
    } else for (const child of Object.values(value)) if (typeof child === 'object') walk(child, times)
  }
  walk(plan, 1n)
  const list = [...counts].map(([literal, times]) => `${literal}*${String(times)}`).sort()
  return digestOf(list.join('\n'))
}
