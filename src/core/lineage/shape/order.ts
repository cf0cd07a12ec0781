import type { PlanNode } from './plan-node.ts'
import { isEmpty, listAt, nodesAt, textAt } from './plan-node.ts'
import type { Value } from './rows.ts'
import type { Term } from './term.ts'

/**
 * Aggregates whose value is the same in whatever order rows arrive; those of the second line only while they do not add
 * floating-point numbers. Not bitstring_agg(): it goes by the statistics of a table, and fails where there are none.
 */
const ORDER_FREE = new Set(
  (
    'count count_star count_if countif min max bool_and bool_or bit_and bit_or bit_xor regr_count ' +
    'median quantile quantile_cont quantile_disc mad histogram histogram_exact approx_count_distinct'
  ).split(' '),
)
const ORDER_FREE_IF_EXACT = new Set('sum sum_no_overflow avg mean'.split(' '))

/** Aggregates that pick none of their values, so that equal ones need not be the same. */
const COUNTING = new Set('count count_star count_if countif regr_count approx_count_distinct'.split(' '))

/** Aggregates that an ORDER BY of their own settles, when it leaves no ties between values that differ. */
const SETTLED_BY_ORDER = new Set('list array_agg string_agg group_concat listagg first last arbitrary'.split(' '))

/** Windows that give equal rows equal values. */
const TIES_SHARE = new Set(['WINDOW_RANK', 'WINDOW_RANK_DENSE', 'WINDOW_PERCENT_RANK', 'WINDOW_CUME_DIST'])

/** Why an aggregate depends on the order of its rows. `values` are its arguments, `orders` what it is ordered by. */
export function unorderedAggregate(
  node: PlanNode,
  values: readonly Value[],
  orders: ReadonlySet<Term>,
): string | undefined {
  const name = textAt(node, 'name').toLowerCase()
  const types = values.map(({ type }) => type)
  if (COUNTING.has(name)) return undefined
  if (types.some(hasLooseEquality)) return `${name}() picks one of values that are equal and not the same`
  if (ORDER_FREE.has(name)) return undefined
  if (ORDER_FREE_IF_EXACT.has(name) && !types.some((type) => /"(?:FLOAT|DOUBLE)"/.test(type))) return undefined
  const settled = values.every(({ term, closed }) => closed === true || orders.has(term))
  if (SETTLED_BY_ORDER.has(name) && settled && orders.size > 0) return undefined
  return `${name}() depends on the order of rows`
}

/** Why a window depends on the order of rows that its ORDER BY leaves as equals. `settled`: it leaves none that differ. */
export function unorderedWindow(
  node: PlanNode,
  values: readonly Value[],
  settled: boolean,
  aggregateOrders: ReadonlySet<Term>,
): string | undefined {
  const kind = textAt(node, 'type')
  const isAggregate = kind === 'WINDOW_AGGREGATE'
  const alone = isAggregate ? unorderedAggregate(node, values, aggregateOrders) : undefined
  if (alone !== undefined) return `${alone}, in a window`
  const framedByRows = [textAt(node, 'start'), textAt(node, 'end')].some((bound) => bound.endsWith('_ROWS'))
  const free = (isAggregate || TIES_SHARE.has(kind)) && !framedByRows && isEmpty(node['arg_orders'])
  if (free || settled) return undefined
  return `${kind.toLowerCase().replace('window_', '')}() in a window whose order leaves ties`
}

/** Whether rows that are equal in `keys` are equal in every column, so that their order among each other does not matter. */
export function coversAll(keys: ReadonlySet<Term>, columns: readonly Value[]): boolean {
  return columns.every((column) => column.closed === true || (keys.has(column.term) && !hasLooseEquality(column.type)))
}

/** Types with values that compare as equal and are not the same: `1 month` and `30 days`, `a` and `A` under NOCASE, 0.0 and −0.0. */
export function hasLooseEquality(type: string): boolean {
  return /"(?:INTERVAL|FLOAT|DOUBLE)"/.test(type) || /"collation":"[^"]/.test(type)
}

/** The terms of a list of sort keys, as `value` gives them. */
export function orderTerms(orders: unknown, value: (expression: PlanNode) => Value): ReadonlySet<Term> {
  const terms = new Set<Term>()
  const list = Array.isArray(orders) ? { orders: orders as readonly unknown[] } : orders
  if (typeof list !== 'object' || list === null) return terms
  for (const order of nodesAt(list as PlanNode, 'orders')) {
    for (const expression of nodesAt({ all: [order['expression']] }, 'all')) terms.add(value(expression).term)
  }
  return terms
}

/** The frame's own rows decide a ROW_NUMBER without any order: DuckDB's binder numbers rows so. */
export function isBareRowNumber(window: PlanNode): boolean {
  return (
    textAt(window, 'type') === 'WINDOW_ROW_NUMBER' &&
    listAt(window, 'partitions').length === 0 &&
    listAt(window, 'orders').length === 0
  )
}
