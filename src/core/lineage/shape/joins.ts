import { misunderstood, type Context, type DelimGet } from './context.ts'
import { isExpression } from './assembled.ts'
import { BOOLEAN, comparison, valueOf } from './expression.ts'
import { hasLooseEquality, isBareRowNumber } from './order.ts'
import { isEmpty, nodesAt, textAt, without, type PlanNode } from './plan-node.ts'
import { isOneRow, rowsOf, rowsTerm, through, union, type Filter, type Output, type Reads, type Value } from './rows.ts'
import { canonical, setOf, term, type Term } from './term.ts'

const ACCOUNTED = ['type', 'children', 'join_type', 'mark_index', 'conditions', 'condition', 'mark_types']
/** Empty, or else not understood. */
const CHECKED = [
  'left_projection_map',
  'right_projection_map',
  'predicate',
  'delim_flipped',
  'duplicate_eliminated_columns',
]
const NOTHING_ELSE = canonical({})

/** Joins on conditions: comparisons, or one expression over both sides (ANY_JOIN). */
export function readJoin(node: PlanNode, outer: DelimGet | undefined, context: Context): Output {
  const [leftNode, rightNode] = nodesAt(node, 'children') as [PlanNode, PlanNode]
  for (const field of ['left_projection_map', 'right_projection_map', 'predicate']) {
    if (!isEmpty(node[field])) misunderstood(context, `${textAt(node, 'type')} with ${field}`)
  }
  if (node['delim_flipped'] !== undefined && node['delim_flipped'] !== false) misunderstood(context, 'a flipped join')
  excuseRowNumbers(leftNode, node, context)
  const left = context.read(leftNode, outer)
  const asked = nodesAt(node, 'duplicate_eliminated_columns').map((column) =>
    valueOf(column, { kind: 'columns', columns: left.columns }, context),
  )
  const isDelim = node['type'] === 'LOGICAL_DELIM_JOIN'
  if (asked.some(({ type }) => hasLooseEquality(type))) {
    context.orderReasons.add('a subquery is answered once for values that are equal and not the same')
  }
  const right = context.read(rightNode, isDelim ? { outer: left, values: asked } : outer)
  return joined(node, { left, right, rest: restOf(node, asked) }, context)
}

interface Sides {
  readonly left: Output
  readonly right: Output
  /** Everything else that the node says. */
  readonly rest: Term
}

function restOf(node: PlanNode, asked: readonly Value[]): Term {
  const rest = canonical(without(node, [...ACCOUNTED, ...CHECKED]))
  return node['type'] === 'LOGICAL_DELIM_JOIN' ? term('delim', rest, setOf(asked.map((value) => value.term))) : rest
}

function joined(node: PlanNode, sides: Sides, context: Context): Output {
  const kind = textAt(node, 'join_type')
  if (textAt(node, 'type') === 'LOGICAL_ASOF_JOIN') return asof(node, sides, context)
  switch (kind) {
    case 'INNER':
      return inner(node, sides, context)
    case 'LEFT':
    case 'RIGHT':
    case 'FULL':
      return outerJoin(node, kind, sides, context)
    case 'SEMI':
    case 'ANTI': {
      const { left } = sides
      const { term: match, reads } = matching(node, sides, context)
      return { ...left, rows: filtered(left, [{ term: term(kind, match), closed: false }], [reads]) }
    }
    case 'MARK': {
      const { term: match, reads } = matching(node, sides, context)
      const { left } = sides
      return { ...left, columns: [...left.columns, { term: term('mark', match), type: BOOLEAN, reads }] }
    }
    case 'SINGLE':
      return single(node, sides, context)
    default:
      misunderstood(context, `a join of kind ${kind}`)
      return { columns: [...sides.left.columns, ...sides.right.columns], rows: sides.left.rows }
  }
}

/** As many rows as on the left; each with the one that matches on the right. */
function single(node: PlanNode, sides: Sides, context: Context): Output {
  const { left, right } = sides
  const { term: match, reads } = matching(node, sides, context)
  const found = right.columns.map((column): Value => ({
    term: term('single', match, column.term),
    type: column.type,
    reads: union([column.reads, reads]),
  }))
  return { ...left, columns: [...left.columns, ...found] }
}

/** A product of which some pairs stay: conditions are filters, and so are those of either side. */
function inner(node: PlanNode, sides: Sides, context: Context): Output {
  const product = crossed(sides.left, sides.right)
  const conditions = conditionsOf(node, product.columns, sides.left.columns.length, context)
  const filters = conditions.map(({ term: condition, closed }) => ({ term: condition, closed: closed === true }))
  const rows = filtered(
    product,
    filters,
    conditions.map(({ reads }) => reads),
  )
  if (sides.rest === NOTHING_ELSE) return { columns: product.columns, rows }
  return { columns: product.columns, rows: { ...rows, base: term('inner', sides.rest, rows.base) } }
}

export function crossed(left: Output, right: Output): Output {
  const leftIsOne = isOneRow({ ...left.rows, filters: [] })
  const rightIsOne = isOneRow({ ...right.rows, filters: [] })
  const reads = union([left.rows.reads, right.rows.reads])
  if (leftIsOne || rightIsOne) {
    const base = rightIsOne ? left.rows.base : right.rows.base
    const columns = [...left.columns, ...right.columns]
    return { columns, rows: { base, filters: [...left.rows.filters, ...right.rows.filters], reads } }
  }
  const columns = [
    ...left.columns.map((column) => through('left', column, true)),
    ...right.columns.map((column) => through('right', column, true)),
  ]
  const filters = [...sideFilters('left', left), ...sideFilters('right', right)]
  return { columns, rows: { base: term('cross', left.rows.base, right.rows.base), filters, reads } }
}

function sideFilters(side: 'left' | 'right', { rows }: Output): readonly Filter[] {
  return rows.filters.map((filter) => (filter.closed ? filter : { ...filter, term: term(side, filter.term) }))
}

export function filtered(output: Output, filters: readonly Filter[], reads: readonly Reads[]): Output['rows'] {
  const { rows } = output
  return { base: rows.base, filters: [...rows.filters, ...filters], reads: union([rows.reads, ...reads]) }
}

/** Rows without a match are filled with NULLs, so a value of that side is not the same before and after. */
function outerJoin(node: PlanNode, kind: 'LEFT' | 'RIGHT' | 'FULL', sides: Sides, context: Context): Output {
  const { left, right } = sides
  const match = matching(node, sides, context)
  const columns = [
    ...left.columns.map((column) => through('left', column, kind === 'LEFT')),
    ...right.columns.map((column) => through('right', column, kind === 'RIGHT')),
  ]
  const base = term('outer', kind, rowsTerm(left.rows), match.term)
  return { columns, rows: rowsOf(base, [left.rows.reads, match.reads]) }
}

/** Of several rows that match equally well, ASOF takes one. */
function asof(node: PlanNode, sides: Sides, context: Context): Output {
  context.orderReasons.add('an ASOF join takes one of equally near rows')
  const kind = textAt(node, 'join_type')
  const match = matching(node, sides, context)
  if (!['INNER', 'LEFT', 'RIGHT', 'FULL'].includes(kind)) misunderstood(context, `an ASOF join of kind ${kind}`)
  const columns = bothSides(sides.left, sides.right)
  const base = term('asof', kind, rowsTerm(sides.left.rows), match.term)
  return { columns, rows: rowsOf(base, [sides.left.rows.reads, match.reads]) }
}

export function bothSides(left: Output, right: Output): readonly Value[] {
  return [
    ...left.columns.map((column) => through('left', column, false)),
    ...right.columns.map((column) => through('right', column, false)),
  ]
}

/** The rows on the right, and the conditions that pair them with one on the left. */
function matching(node: PlanNode, sides: Sides, context: Context): { readonly term: Term; readonly reads: Reads } {
  const { left, right, rest } = sides
  const columns = [
    ...left.columns.map((column) => through('left', column, true)),
    ...right.columns.map((column) => through('right', column, true)),
  ]
  const conditions = conditionsOf(node, columns, left.columns.length, context)
  return {
    term: term('match', rest, setOf(conditions.map((condition) => condition.term)), rowsTerm(right.rows)),
    reads: union([right.rows.reads, ...conditions.map(({ reads }) => reads)]),
  }
}

function conditionsOf(node: PlanNode, columns: readonly Value[], split: number, context: Context): readonly Value[] {
  if (isExpression(node['condition'])) return [valueOf(node['condition'], { kind: 'columns', columns }, context)]
  const left = { kind: 'columns', columns: columns.slice(0, split) } as const
  const right = { kind: 'columns', columns: columns.slice(split) } as const
  return nodesAt(node, 'conditions').map((condition) => {
    const { left: leftSide, right: rightSide, comparison: kind, ...rest } = condition
    if (isExpression(leftSide) && isExpression(rightSide) && Object.keys(rest).length === 0) {
      return comparison(String(kind), valueOf(leftSide, left, context), valueOf(rightSide, right, context))
    }
    misunderstood(context, 'a join condition')
    return { term: '(unknown)', type: BOOLEAN, reads: new Set<string>() }
  })
}

/** Before a lateral join DuckDB numbers the outer rows, only to find each again. */
function excuseRowNumbers(left: PlanNode, join: PlanNode, context: Context): void {
  if (join['type'] !== 'LOGICAL_DELIM_JOIN' || left['type'] !== 'LOGICAL_WINDOW') return
  const [window, ...others] = nodesAt(left, 'expressions')
  if (window !== undefined && others.length === 0 && isBareRowNumber(window)) context.excused.add(window)
}
