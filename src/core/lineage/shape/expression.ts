import { assembled, filled, isExpression, shape, SPELLING, type Scope } from './assembled.ts'
import { misunderstood, type Context } from './context.ts'
import { isLazy, lazily, noteFailing } from './fallible.ts'
import { isPlanNode, nodesAt, textAt, type PlanNode } from './plan-node.ts'
import { through, union, type Reads, type Value } from './rows.ts'
import { canonical, listOf, setOf, term, type Term } from './term.ts'
import { volatileFunction } from './volatile.ts'

export const BOOLEAN = canonical({ id: 'BOOLEAN', type_info: null })

/** No fields but those that every comparison has. */
const NOTHING_ELSE = canonical({})

const CAST_FIELDS = ['expression_class', 'type', 'return_type', 'child', 'try_cast']
const JUNCTION_FIELDS = ['expression_class', 'type', 'children']
const SYMMETRIC = new Set(['COMPARE_EQUAL', 'COMPARE_NOTEQUAL', 'COMPARE_DISTINCT_FROM', 'COMPARE_NOT_DISTINCT_FROM'])
const MIRRORED: Readonly<Record<string, string>> = {
  COMPARE_GREATERTHAN: 'COMPARE_LESSTHAN',
  COMPARE_GREATERTHANOREQUALTO: 'COMPARE_LESSTHANOREQUALTO',
}

/** The value of a scalar expression. */
export function valueOf(node: PlanNode, scope: Scope, context: Context): Value {
  const expressionClass = textAt(node, 'expression_class')
  switch (expressionClass) {
    case 'BOUND_REF':
    case 'BOUND_COLUMN_REF':
      return referenced(node, scope, context)
    case 'BOUND_CAST':
      return cast(node, scope, context)
    case 'BOUND_COMPARISON': {
      const [left, right] = ['left', 'right'].map((side) => part(node, side, scope, context)) as [Value, Value]
      return comparison(textAt(node, 'type'), left, right, shape(node, ['left', 'right', 'type', 'expression_class']))
    }
    case 'BOUND_CONJUNCTION': {
      const rest = shape(node, ['children'])
      const values = lazily(
        context,
        () => conjuncts(node, scope, context),
        (all) => listOf(all.map((value) => value.term)),
      )
      return combined(BOOLEAN, values, (terms) => term('junction', rest, setOf(terms)))
    }
    case 'BOUND_FUNCTION':
      noteVolatile(node, context)
      return noteFailing(node, general(node, scope, context), context)
    case 'BOUND_OPERATOR':
    case 'BOUND_CASE':
      if (!isLazy(node)) return general(node, scope, context)
      return lazily(
        context,
        () => general(node, scope, context),
        (value) => value.term,
      )
    case 'BOUND_CONSTANT':
    case 'BOUND_BETWEEN':
      return general(node, scope, context)
    default:
      misunderstood(context, expressionClass)
      return { term: '(unknown)', type: typeOf(node), reads: new Set() }
  }
}

/** An aggregate, window or unnest: a value of many rows, so it is never moved through a join. `parts` are the values in it. */
export function grouped(
  node: PlanNode,
  scope: Scope,
  context: Context,
): { readonly term: Term; readonly type: string; readonly reads: Reads } {
  const { pieces, values } = assembled(node, scope, context, valueOf)
  return {
    term: filled(
      pieces,
      values.map((value) => value.term),
    ),
    type: typeOf(node),
    reads: union(values.map(({ reads }) => reads)),
  }
}

export function comparison(type: string, left: Value, right: Value, rest = NOTHING_ELSE): Value {
  const mirrored = MIRRORED[type]
  const [kind, first, second] = mirrored === undefined ? [type, left, right] : [mirrored, right, left]
  return combined(BOOLEAN, [first, second], ([a = '', b = '']) =>
    term('compare', kind, rest, SYMMETRIC.has(kind) && b < a ? `${b} ${a}` : `${a} ${b}`),
  )
}

/** A value made of values. What stands on one side of an inner join only is as if computed before the join. */
export function combined(type: string, values: readonly Value[], build: (terms: readonly Term[]) => Term): Value {
  const open = values.filter(({ closed }) => closed !== true)
  const side = open[0]?.from?.side
  if (side !== undefined && open.every(({ from }) => from?.side === side)) {
    const inner = values.map((value) => (value.closed === true ? value : (value.from?.value ?? value)))
    return through(side, combined(type, inner, build), true)
  }
  return {
    term: build(values.map((value) => value.term)),
    type,
    reads: union(values.map(({ reads }) => reads)),
    closed: open.length === 0,
  }
}

/** DuckDB's type of an expression, as canonical JSON. */
export function typeOf(node: PlanNode): string {
  if (isPlanNode(node['return_type'])) return canonical(node['return_type'])
  const constant = node['value']
  return isPlanNode(constant) && isPlanNode(constant['type']) ? canonical(constant['type']) : BOOLEAN
}

function referenced(node: PlanNode, scope: Scope, context: Context): Value {
  if (scope.kind === 'lambda') {
    return { term: `$${textAt(node, 'index')}`, type: typeOf(node), reads: new Set(), closed: true }
  }
  const column = scope.columns[Number(positionIn(node, scope.tableIndex))]
  const type = typeOf(node)
  if (column === undefined || (column.type !== type && !(isText(column.type) && isText(type)))) {
    misunderstood(context, 'a column reference')
    return column ?? { term: '(unknown)', type, reads: new Set() }
  }
  if (column.place === true) context.orderReasons.add('it reads rowid, the place of a row in its table')
  // COLLATE changes the type of a reference, and of nothing else.
  return column.type === type ? column : combined(type, [column], ([inner = '']) => term('collated', type, inner))
}

function isText(type: string): boolean {
  return type.startsWith('{"id":"VARCHAR"')
}

/** Some references below lateral joins are left unresolved: they name the operator below by its table index. */
function positionIn(node: PlanNode, tableIndex: string | undefined): unknown {
  if (node['expression_class'] === 'BOUND_REF') return node['index']
  const { binding } = node
  return isPlanNode(binding) && tableIndex !== undefined && textAt(binding, 'table_index') === tableIndex
    ? binding['column_index']
    : undefined
}

/** A cast to the type that is there already does nothing. */
function cast(node: PlanNode, scope: Scope, context: Context): Value {
  const child = part(node, 'child', scope, context)
  if (child.type === typeOf(node) && saysOnly(node, CAST_FIELDS)) return child
  const rest = shape(node, ['child'])
  const value = combined(typeOf(node), [child], ([inner = '']) => term('cast', rest, inner))
  return noteFailing(node, value, context)
}

function part(node: PlanNode, field: string, scope: Scope, context: Context): Value {
  const child = node[field]
  if (isExpression(child)) return valueOf(child, scope, context)
  misunderstood(context, `${textAt(node, 'expression_class')} without ${field}`)
  return { term: '(unknown)', type: '', reads: new Set() }
}

/** The operands of AND or OR: `(a and b) and c` is `a and b and c`. */
export function conjuncts(node: PlanNode, scope: Scope, context: Context): readonly Value[] {
  return nodesAt(node, 'children').flatMap((child) =>
    isJunction(child, node['type']) ? conjuncts(child, scope, context) : [valueOf(child, scope, context)],
  )
}

export function isJunction(node: PlanNode, type: unknown): boolean {
  return node['expression_class'] === 'BOUND_CONJUNCTION' && node['type'] === type && saysOnly(node, JUNCTION_FIELDS)
}

/** Whether a node that is to be looked through has nothing that would be lost. */
function saysOnly(node: PlanNode, fields: readonly string[]): boolean {
  return Object.keys(node).every((field) => fields.includes(field) || SPELLING.includes(field))
}

function general(node: PlanNode, scope: Scope, context: Context): Value {
  const { pieces, values } = assembled(node, scope, context, valueOf)
  const isList = /^COMPARE_(?:NOT_)?IN$/.test(textAt(node, 'type'))
  return combined(typeOf(node), values, ([first = '', ...others]) =>
    isList
      ? term('in', shape(node, ['children']), first, setOf(others))
      : filled(pieces, values.length === 0 ? [] : [first, ...others]),
  )
}

function noteVolatile(node: PlanNode, context: Context): void {
  const reason = volatileFunction(textAt(node, 'name').toLowerCase(), nodesAt(node, 'children').length)
  if (reason !== undefined) context.volatileReasons.add(reason)
}
