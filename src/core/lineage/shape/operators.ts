import { misunderstood, type Context, type DelimGet } from './context.ts'
import { isExpression, type Scope } from './assembled.ts'
import { conjuncts, isJunction, valueOf } from './expression.ts'
import { lazily } from './fallible.ts'
import { excuseScalarSubquery, readAggregate, readWindow } from './groups.ts'
import { bothSides, crossed, filtered, readJoin } from './joins.ts'
import { coversAll, orderTerms } from './order.ts'
import { readPivot } from './pivot.ts'
import { isEmpty, isPlanNode, listAt, nodesAt, someObject, textAt, without, type PlanNode } from './plan-node.ts'
import { isOneRow, rowsOf, rowsTerm, union, type Output, type Reads, type Value } from './rows.ts'
import { readDelimGet, readDummyScan, readExpressionGet, readGet, readUnnest } from './scans.ts'
import { readCte, readCteReference, readExcept, readRecursion, readUnion } from './sets.ts'
import { canonical, listOf, setOf, shortened, term, type Term } from './term.ts'

type Reader = (node: PlanNode, outer: DelimGet | undefined, context: Context) => Output

/** Every operator that is understood. Another one makes the whole query unknown. */
const READERS: Readonly<Record<string, Reader>> = {
  LOGICAL_GET: readGet,
  LOGICAL_EXPRESSION_GET: readExpressionGet,
  LOGICAL_DUMMY_SCAN: (node) => withRest(readDummyScan(), node, ['table_index']),
  LOGICAL_DELIM_GET: (node, outer, context) =>
    withRest(readDelimGet(node, outer, context), node, ['table_index', 'chunk_types']),
  LOGICAL_PROJECTION: readProjection,
  LOGICAL_FILTER: readFilter,
  LOGICAL_COMPARISON_JOIN: readJoin,
  LOGICAL_ANY_JOIN: readJoin,
  LOGICAL_DELIM_JOIN: readJoin,
  LOGICAL_ASOF_JOIN: readJoin,
  LOGICAL_CROSS_PRODUCT: readProduct,
  LOGICAL_POSITIONAL_JOIN: readPositionalJoin,
  LOGICAL_AGGREGATE_AND_GROUP_BY: readAggregate,
  LOGICAL_WINDOW: readWindow,
  LOGICAL_UNNEST: readUnnest,
  LOGICAL_PIVOT: readPivot,
  LOGICAL_DISTINCT: readDistinct,
  LOGICAL_ORDER_BY: readOrder,
  LOGICAL_LIMIT: readLimit,
  LOGICAL_SAMPLE: readSample,
  LOGICAL_UNION: readUnion,
  LOGICAL_EXCEPT: readExcept,
  LOGICAL_INTERSECT: readExcept,
  LOGICAL_MATERIALIZED_CTE: readCte,
  LOGICAL_CTE_REF: (node, _, context) => readCteReference(node, context),
  LOGICAL_RECURSIVE_CTE: readRecursion,
}

export function isKnownOperator(type: string): boolean {
  return Object.hasOwn(READERS, type)
}

/** Operators whose rows, and what they evaluate of them, do not depend on which columns are selected. */
const SIMPLE = new Set(
  'GET DUMMY_SCAN PROJECTION FILTER AGGREGATE_AND_GROUP_BY ORDER_BY'.split(' ').map((name) => `LOGICAL_${name}`),
)

export function isSimpleOperator(type: string): boolean {
  return SIMPLE.has(type)
}

/** Only for plans whose operators are all known. */
export function readOperator(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const read = READERS[textAt(node, 'type')]
  if (read === undefined) {
    misunderstood(context, textAt(node, 'type'))
    return readDummyScan()
  }
  const above = context.frame
  const frame = { sites: new Set<Term>(), below: [] }
  context.frame = frame
  const output = read(node, outer, context)
  context.frame = above
  above.below.push(rowsTerm(output.rows))
  for (const site of frame.sites) context.evaluations.add(term('over', listOf(frame.below), site))
  return output
}

/** The one operator below, and how references into it are meant. */
function below(node: PlanNode, outer: DelimGet | undefined, context: Context): { output: Output; scope: Scope } {
  const [child, ...others] = nodesAt(node, 'children')
  if (child === undefined || others.length > 0) misunderstood(context, `${textAt(node, 'type')} with other children`)
  const output = child === undefined ? readDummyScan() : context.read(child, outer)
  return { output, scope: { kind: 'columns', columns: output.columns, tableIndex: output.tableIndex } }
}

/** Fields that say something which we do not expect are part of the rows. */
function withRest(output: Output, node: PlanNode, fields: readonly string[]): Output {
  const rest = without(node, ['type', 'children', ...fields])
  if (Object.keys(rest).length === 0) return output
  return { ...output, rows: { ...output.rows, base: term('with', shortened(canonical(rest)), output.rows.base) } }
}

function readProjection(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const [child] = nodesAt(node, 'children')
  if (child !== undefined) excuseScalarSubquery(node, child, context)
  const { output, scope } = below(node, outer, context)
  const columns = nodesAt(node, 'expressions').map((expression) => valueOf(expression, scope, context))
  const tableIndex = textAt(node, 'table_index')
  return withRest({ columns, rows: output.rows, tableIndex }, node, ['table_index', 'expressions'])
}

function readFilter(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const { output, scope } = below(node, outer, context)
  const read = (): readonly Value[] =>
    nodesAt(node, 'expressions').flatMap((expression) =>
      isJunction(expression, 'CONJUNCTION_AND')
        ? conjuncts(expression, scope, context)
        : [valueOf(expression, scope, context)],
    )
  const values = lazily(context, read, (all) => listOf(all.map((value) => value.term)))
  const filters = values.map((value) => ({ term: value.term, closed: value.closed === true }))
  const reads = values.map((value) => value.reads)
  const kept = listAt(node, 'projection_map').flatMap((index) => output.columns[Number(index)] ?? [])
  const columns = kept.length === 0 ? output.columns : kept
  return withRest({ columns, rows: filtered(output, filters, reads) }, node, ['expressions', 'projection_map'])
}

function readProduct(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const [left, right] = nodesAt(node, 'children') as [PlanNode, PlanNode]
  return withRest(crossed(context.read(left, outer), context.read(right, outer)), node, [])
}

function readPositionalJoin(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  context.orderReasons.add('a positional join pairs rows by their places')
  const [left, right] = nodesAt(node, 'children').map((child) => context.read(child, outer)) as [Output, Output]
  const base = term('positional', rowsTerm(left.rows), rowsTerm(right.rows))
  return withRest(
    { columns: bothSides(left, right), rows: rowsOf(base, [left.rows.reads, right.rows.reads]) },
    node,
    [],
  )
}

function readDistinct(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const { output, scope } = below(node, outer, context)
  const targets = nodesAt(node, 'distinct_targets').map((target) => valueOf(target, scope, context))
  const orders = sorting(node['order_by'], scope, context)
  const keys = new Set([...targets.map((target) => target.term), ...orders.keys])
  if (!coversAll(keys, output.columns)) context.orderReasons.add('DISTINCT keeps one of rows that differ')
  const rest = canonical(without(node, ['type', 'children', 'distinct_targets', 'order_by']))
  const base = term('distinct', rest, setOf(targets.map((target) => target.term)), orders.term, rowsTerm(output.rows))
  const reads = [output.rows.reads, orders.reads, ...targets.map((target) => target.reads)]
  return { columns: output.columns, rows: rowsOf(base, reads) }
}

/** The order of rows is part of them: LIMIT and lists above it go by it. */
function readOrder(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const { output, scope } = below(node, outer, context)
  if (!isEmpty(node['projections'])) misunderstood(context, 'LOGICAL_ORDER_BY with projections')
  const orders = sorting(node['orders'], scope, context)
  const rest = canonical(without(node, ['type', 'children', 'orders', 'projections']))
  const base = term('order', rest, orders.term, rowsTerm(output.rows))
  const rows = rowsOf(base, [output.rows.reads, orders.reads])
  return { columns: output.columns, rows, orderedBy: orders.keys }
}

function readLimit(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const { output, scope } = below(node, outer, context)
  const settled = output.orderedBy !== undefined && coversAll(output.orderedBy, output.columns)
  if (!settled && !isOneRow(output.rows) && !context.excused.has(node)) {
    context.orderReasons.add('LIMIT takes the first of rows whose order is not settled')
  }
  const bounds = ['limit_val', 'offset_val'].map((field) => bound(node[field], scope, context))
  const rest = canonical(without(node, ['type', 'children', 'limit_val', 'offset_val']))
  const base = term('limit', rest, listOf(bounds.map((one) => one.term)), rowsTerm(output.rows))
  return { columns: output.columns, rows: rowsOf(base, [output.rows.reads, ...bounds.map(({ reads }) => reads)]) }
}

function bound(value: unknown, scope: Scope, context: Context): { readonly term: Term; readonly reads: Reads } {
  if (!isPlanNode(value) || !isExpression(value['expression'])) return { term: canonical(value), reads: new Set() }
  const expression = valueOf(value['expression'], scope, context)
  return { term: term('bound', canonical(without(value, ['expression'])), expression.term), reads: expression.reads }
}

interface Sorting {
  readonly term: Term
  readonly keys: ReadonlySet<Term>
  readonly reads: Reads
}

function sorting(orders: unknown, scope: Scope, context: Context): Sorting {
  if (isEmpty(orders)) return { term: '[]', keys: new Set(), reads: new Set() }
  const values: Value[] = []
  const keys = orderTerms(orders, (expression) => {
    const value = valueOf(expression, scope, context)
    values.push(value)
    return value
  })
  const list = isPlanNode(orders) ? nodesAt(orders, 'orders') : nodesAt({ orders }, 'orders')
  const directions = list.map((order) => canonical(without(order, ['expression'])))
  const rest = isPlanNode(orders) ? canonical(without(orders, ['orders'])) : ''
  const terms = listOf(values.map((value, index) => `${directions[index] ?? ''}${value.term}`))
  return { term: term('by', rest, terms), keys, reads: union(values.map((value) => value.reads)) }
}

function readSample(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const { output } = below(node, outer, context)
  context.volatileReasons.add('it takes a sample')
  context.orderReasons.add('a sample goes by the places of rows')
  const rest = canonical(without(node, ['type', 'children']))
  if (someObject(node['sample_options'], isExpression)) misunderstood(context, 'a sample of computed size')
  return { columns: output.columns, rows: rowsOf(term('sample', rest, rowsTerm(output.rows)), [output.rows.reads]) }
}
