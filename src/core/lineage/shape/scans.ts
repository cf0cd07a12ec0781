import { columnKey, misunderstood, type Context, type DelimGet } from './context.ts'
import { isExpression } from './assembled.ts'
import { grouped, valueOf } from './expression.ts'
import { isEmpty, isPlanNode, listAt, nodesAt, someObject, textAt, without, type PlanNode } from './plan-node.ts'
import { NOTHING, ONE_ROW, rowsOf, rowsTerm, union, type Output, type Value } from './rows.ts'
import { canonical, listOf, setOf, shortened, term } from './term.ts'
import { volatileTableFunction } from './volatile.ts'

/** Column numbers from here on are not columns: `rowid` and its like. */
const FIRST_VIRTUAL_COLUMN = 2 ** 62

/** Fields of a scan that its columns account for, or that only name things. */
const ACCOUNTED = ['type', 'children', 'table_index', 'names', 'returned_types', 'column_indexes', 'function_data']

export function readGet(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  if (!isEmpty(node['projection_ids'])) misunderstood(context, 'LOGICAL_GET with projection_ids')
  if (nodesAt(node, 'column_indexes').some(isPartial)) misunderstood(context, 'LOGICAL_GET of a part of a column')
  const stored = node['function_data']
  return isPlanNode(stored) && typeof stored['table'] === 'string'
    ? tableScan(node, stored, context)
    : tableFunction(node, outer, context)
}

export function relationOf(stored: PlanNode): { catalog: string; schema: string; table: string } {
  return { catalog: textAt(stored, 'catalog'), schema: textAt(stored, 'schema'), table: textAt(stored, 'table') }
}

function isPartial(column: PlanNode): boolean {
  return !isEmpty(column['child_indexes']) || column['index_type'] !== 'FULL_READ' || textAt(column, 'field') !== ''
}

function tableScan(node: PlanNode, stored: PlanNode, context: Context): Output {
  if (listAt(node, 'children').length > 0) misunderstood(context, 'LOGICAL_GET of a table, with a child')
  const relation = context.identify(relationOf(stored))
  context.relations.add(relation)
  const rest = [without(node, ACCOUNTED), without(stored, ['catalog', 'schema', 'table'])]
  if (someObject(rest, isExpression)) misunderstood(context, 'LOGICAL_GET with an expression')
  const columns = nodesAt(node, 'column_indexes').map((column): Value => {
    const index = Number(column['index'])
    if (index >= FIRST_VIRTUAL_COLUMN) {
      const name = listOf([JSON.stringify(relation), canonical(column['index'])])
      return { term: term('virtual', name), type: BIGINT, reads: NOTHING, place: true }
    }
    const name = String(listAt(node, 'names')[index]).toLowerCase()
    const type = canonical(listAt(node, 'returned_types')[index])
    const reads = new Set([columnKey(relation, name)])
    return { term: term('column', JSON.stringify(relation), JSON.stringify(name), shortened(type)), type, reads }
  })
  return { columns, rows: rowsOf(term('scan', JSON.stringify(relation), shortened(canonical(rest))), []) }
}

const BIGINT = canonical({ id: 'BIGINT', type_info: null })

/** A table function over its own arguments, or over the rows below; then some columns of these stay beside its own. */
function tableFunction(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const reason = volatileTableFunction(textAt(node, 'name').toLowerCase())
  if (reason !== undefined) context.volatileReasons.add(reason)
  const [child] = nodesAt(node, 'children')
  const below = child === undefined ? { columns: [], rows: ONE_ROW } : context.read(child, outer)
  const inputs = below.columns.slice(0, child === undefined ? 0 : listAt(node, 'input_table_types').length)
  const rest = without(node, [...ACCOUNTED, 'input_table_names', 'projected_input'])
  if (someObject([rest, node['function_data']], isExpression)) misunderstood(context, 'a table function')
  const base = term(
    'function',
    shortened(canonical([rest, node['function_data'] ?? null])),
    listOf(inputs.map((input) => input.term)),
    rowsTerm(below.rows),
  )
  const reads = union(inputs.map((input) => input.reads))
  const own = nodesAt(node, 'column_indexes').map((column): Value => {
    const type = canonical(listAt(node, 'returned_types')[Number(column['index'])])
    return { term: term('of', base, canonical(column['index'])), type, reads }
  })
  const kept = listAt(node, 'projected_input').flatMap((index) => below.columns[Number(index)] ?? [])
  return { columns: [...own, ...kept], rows: rowsOf(base, [below.rows.reads, reads]) }
}

/** VALUES: a column is the list of its values. */
export function readExpressionGet(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const [child] = nodesAt(node, 'children')
  const below = child === undefined ? { columns: [], rows: ONE_ROW } : context.read(child, outer)
  const scope = { kind: 'columns', columns: below.columns } as const
  const lists = listAt(node, 'expressions').map((list) =>
    (list as readonly PlanNode[]).map((expression) => valueOf(expression, scope, context)),
  )
  const rest = without(node, ['type', 'children', 'table_index', 'expressions', 'expr_types'])
  const base = term('values', String(lists.length), canonical(rest), rowsTerm(below.rows))
  const columns = listAt(node, 'expr_types').map((type, index): Value => {
    const values = lists.map((list) => list[index]).filter((value) => value !== undefined)
    const list = listOf(values.map((value) => value.term))
    return { term: term('among', list), type: canonical(type), reads: union(values.map(({ reads }) => reads)) }
  })
  return { columns, rows: rowsOf(base, [below.rows.reads]) }
}

export function readDummyScan(): Output {
  const dummy = { term: '(dummy)', type: canonical({ id: 'INTEGER', type_info: null }), reads: NOTHING, closed: true }
  return { columns: [dummy], rows: ONE_ROW }
}

/** The distinct values of the outer query for which a correlated subquery is answered. */
export function readDelimGet(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  if (outer?.values.length !== listAt(node, 'chunk_types').length) {
    misunderstood(context, 'LOGICAL_DELIM_GET')
    return { columns: [], rows: ONE_ROW }
  }
  const base = term('delim', setOf(outer.values.map((value) => value.term)), rowsTerm(outer.outer.rows))
  return {
    columns: outer.values.map(({ term: inner, type, reads }) => ({ term: term('asked', inner), type, reads })),
    rows: rowsOf(base, [outer.outer.rows.reads, ...outer.values.map(({ reads }) => reads)]),
    tableIndex: textAt(node, 'table_index'),
  }
}

/** Every list that is unnested side by side, and the rows that this makes. */
export function readUnnest(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const [child] = nodesAt(node, 'children')
  if (child === undefined) return readDummyScan()
  const below = context.read(child, outer)
  const scope = { kind: 'columns', columns: below.columns, tableIndex: below.tableIndex } as const
  const lists = nodesAt(node, 'expressions').map((expression) => grouped(expression, scope, context))
  const rest = canonical(without(node, ['type', 'children', 'unnest_index', 'expressions']))
  const base = term('unnest', rest, listOf(lists.map((list) => list.term)), rowsTerm(below.rows))
  const made = lists.map((list, index): Value => ({
    term: term('element', base, String(index)),
    type: list.type,
    reads: list.reads,
  }))
  const reads = [below.rows.reads, ...lists.map((list) => list.reads)]
  return { columns: [...below.columns, ...made], rows: rowsOf(base, reads) }
}
