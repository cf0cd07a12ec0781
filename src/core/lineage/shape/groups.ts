import { type Context, type DelimGet } from './context.ts'
import { isExpression, type Scope } from './assembled.ts'
import { grouped, valueOf } from './expression.ts'
import { coversAll, hasLooseEquality, orderTerms, unorderedAggregate, unorderedWindow } from './order.ts'
import { isPlanNode, listAt, nodesAt, textAt, without, type PlanNode } from './plan-node.ts'
import { ONE_ROW, rowsOf, rowsTerm, union, type Output, type Value } from './rows.ts'
import { canonical, listOf, setOf, term, type Term } from './term.ts'

const ACCOUNTED = [
  'type',
  'children',
  'expressions',
  'groups',
  'grouping_sets',
  'grouping_functions',
  'group_index',
  'aggregate_index',
  'groupings_index',
]
const BIGINT = canonical({ id: 'BIGINT', type_info: null })

export function readAggregate(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const [child] = nodesAt(node, 'children') as [PlanNode]
  const aggregates = nodesAt(node, 'expressions')
  excuseCountedLimit(node, child, aggregates, context)
  const below = context.read(child, outer)
  const scope: Scope = { kind: 'columns', columns: below.columns, tableIndex: below.tableIndex }
  for (const aggregate of aggregates) noteAggregate(aggregate, scope, context)
  const rest = canonical(without(node, ACCOUNTED))
  const groups = nodesAt(node, 'groups').map((group) => valueOf(group, scope, context))
  const values = aggregates.map((aggregate) => grouped(aggregate, scope, context))
  if (groups.length === 0 && listAt(node, 'grouping_sets').length === 0) {
    // One row, whatever is below: what decides the rows below decides the values.
    const whole = term('all', rest, rowsTerm(below.rows))
    const columns = values.map((value): Value => {
      const reads = union([value.reads, below.rows.reads])
      return { term: term('total', whole, value.term), type: value.type, reads, closed: true }
    })
    return { columns, rows: ONE_ROW }
  }
  if (groups.some(({ type }) => hasLooseEquality(type))) {
    context.orderReasons.add('it groups by values that are equal and not the same')
  }
  return { columns: [...columnsOf(node, groups, values)], rows: groupRows(node, below, groups, rest) }
}

function groupRows(node: PlanNode, below: Output, groups: readonly Value[], rest: Term): Output['rows'] {
  const sets = setTerms(node, 'grouping_sets', groups)
  const base = term('groups', rest, setOf(groups.map((group) => group.term)), sets, rowsTerm(below.rows))
  return rowsOf(base, [below.rows.reads, ...groups.map(({ reads }) => reads)])
}

/** The sets of groups as sets of terms; empty when there is one that holds them all. A set that is there twice counts twice. */
function setTerms(node: PlanNode, field: string, groups: readonly Value[]): Term {
  const sets = listAt(node, field) as readonly (readonly unknown[])[]
  if (sets.length === 0 || (sets.length === 1 && new Set(sets[0]).size === groups.length)) return '[]'
  return listOf(sets.map((set) => setOf(set.map((index) => groupTerm(groups, Number(index))))).sort())
}

/** With several grouping sets a column that is grouped by twice stands for two: its number tells them apart. */
function groupTerm(groups: readonly Value[], index: number): Term {
  const group = groups[index]?.term ?? '(unknown)'
  const twins = groups.slice(0, index).filter((other) => other.term === group).length
  return twins === 0 ? group : term('again', String(twins), group)
}

function columnsOf(
  node: PlanNode,
  groups: readonly Value[],
  values: readonly { readonly term: Term; readonly type: string; readonly reads: ReadonlySet<string> }[],
): readonly Value[] {
  return [
    ...groups.map(({ type, reads }, index) => ({ term: term('group', groupTerm(groups, index)), type, reads })),
    ...values.map((value) => ({ ...value, term: term('aggregate', value.term) })),
    ...(listAt(node, 'grouping_functions') as readonly (readonly unknown[])[]).map((list) => {
      const asked = list.map((index) => groupTerm(groups, Number(index)))
      return { term: term('grouping', listOf(asked)), type: BIGINT, reads: new Set<string>() }
    }),
  ]
}

function noteAggregate(node: PlanNode, scope: Scope, context: Context): void {
  if (context.excused.has(node)) return
  const values = nodesAt(node, 'children').map((child) => valueOf(child, scope, context))
  const orders = orderTerms(node['order_bys'], (expression) => valueOf(expression, scope, context))
  const reason = unorderedAggregate(node, values, orders)
  if (reason !== undefined) context.orderReasons.add(reason)
}

/** EXISTS counts the rows of a LIMIT: whichever they are, there are as many. */
function excuseCountedLimit(node: PlanNode, child: PlanNode, aggregates: readonly PlanNode[], context: Context): void {
  const counts = aggregates.length > 0 && aggregates.every((one) => textAt(one, 'name') === 'count_star')
  if (counts && listAt(node, 'groups').length === 0 && child['type'] === 'LOGICAL_LIMIT') context.excused.add(child)
}

/** `(select x from u)` is bound as: the first of the rows, or an error when there are two. */
export function excuseScalarSubquery(projection: PlanNode, child: PlanNode, context: Context): void {
  const [expression, ...others] = nodesAt(projection, 'expressions')
  const [first, count, ...more] = nodesAt(child, 'expressions')
  if (expression === undefined || first === undefined || others.length > 0 || more.length > 0) return
  const [check, ...checks] = nodesAt(expression, 'case_checks')
  const { when_expr: when, then_expr: then } = check ?? {}
  if (!isPlanNode(when) || !isPlanNode(then) || checks.length > 0 || !isPlanNode(when['left'])) return
  const guarded =
    child['type'] === 'LOGICAL_AGGREGATE_AND_GROUP_BY' &&
    listAt(child, 'groups').length === 0 &&
    textAt(first, 'name') === 'first' &&
    count !== undefined &&
    textAt(count, 'name') === 'count_star' &&
    when['type'] === 'COMPARE_GREATERTHAN' &&
    textAt(when['left'], 'index') === '1' &&
    textAt(then, 'name') === 'error' &&
    isPlanNode(when['right']) &&
    isPlanNode(when['right']['value']) &&
    textAt(when['right']['value'], 'value') === '1'
  if (!guarded) return
  context.excused.add(first)
}

/** Windows add columns to the rows as they are there. */
export function readWindow(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const [child] = nodesAt(node, 'children') as [PlanNode]
  const below = context.read(child, outer)
  const scope: Scope = { kind: 'columns', columns: below.columns, tableIndex: below.tableIndex }
  const windows = nodesAt(node, 'expressions')
  const rest = canonical(without(node, ['type', 'children', 'expressions', 'window_index']))
  const values = windows.map((window) => grouped(window, scope, context))
  const distinct = new Set(values.map((value) => value.term)).size
  for (const window of windows) noteWindow(window, { scope, below, alone: distinct === 1 }, context)
  context.barriers.add(term('windows', rowsTerm(below.rows), setOf(values.map((value) => value.term))))
  // DuckDB works out windows that nobody reads, too.
  if (context.frame.sites.size > 0)
    for (const { reads } of values) for (const read of reads) context.evaluatedReads.add(read)
  const made = values.map((value): Value => ({
    ...value,
    term: term('window', rest, rowsTerm(below.rows), value.term),
  }))
  return { columns: [...below.columns, ...made], rows: below.rows }
}

function noteWindow(
  node: PlanNode,
  { scope, below, alone }: { readonly scope: Scope; readonly below: Output; readonly alone: boolean },
  context: Context,
): void {
  if (context.excused.has(node)) return
  const value = (expression: PlanNode): Value => valueOf(expression, scope, context)
  const keys = new Set([
    ...listAt(node, 'partitions')
      .filter(isExpression)
      .map((partition) => value(partition).term),
    ...orderTerms(node['orders'], value),
  ])
  const values = nodesAt(node, 'children').map(value)
  // Two windows may number rows that are equal in different ways, and pair the numbers differently.
  const settled = alone && coversAll(keys, below.columns)
  const reason = unorderedWindow(node, values, settled, orderTerms(node['arg_orders'], value))
  if (reason !== undefined) context.orderReasons.add(reason)
}
