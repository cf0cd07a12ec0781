import { type Context, type DelimGet } from './context.ts'
import { isExpression } from './assembled.ts'
import { typeOf } from './expression.ts'
import { isPlanNode, listAt, nodesAt, textAt, without, type PlanNode } from './plan-node.ts'
import { rowsOf, rowsTerm, union, type Output, type Value } from './rows.ts'
import { readDummyScan } from './scans.ts'
import { canonical, listOf, shortened, term } from './term.ts'

/** PIVOT of more than a few values: lists of keys and values below become columns. Each column is taken to depend on all of them. */
export function readPivot(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const [child] = nodesAt(node, 'children')
  const pivot = node['bound_pivot']
  if (child === undefined || !isPlanNode(pivot)) return readDummyScan()
  const below = context.read(child, outer)
  const groupCount = Number(textAt(pivot, 'group_count'))
  const says = shortened(canonical([without(node, ['type', 'children', 'pivot_index', 'bound_pivot']), plain(pivot)]))
  const base = term('pivot', says, listOf(below.columns.map((column) => column.term)), rowsTerm(below.rows))
  const reads = union(below.columns.slice(groupCount).map((column) => column.reads))
  const columns = listAt(pivot, 'types').map((type, index): Value => {
    const group = index < groupCount ? below.columns[index] : undefined
    return { term: term('pivoted', base, String(index)), type: canonical(type), reads: group?.reads ?? reads }
  })
  return { columns, rows: rowsOf(base, [below.rows.reads]) }
}

/** The aggregates are there for the value of none: their unresolved references say only a type. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isPlanNode(value)) return value
  if (isExpression(value) && value['expression_class'] === 'BOUND_COLUMN_REF') return typeOf(value)
  const fields = Object.entries(value).filter(([field]) => field !== 'alias' && field !== 'query_location')
  return Object.fromEntries(fields.map(([field, part]) => [field, plain(part)]))
}
