import { isPlanNode, nodesAt, someObject, textAt, type PlanNode } from './plan-node.ts'
import type { Context } from './context.ts'
import type { Value } from './rows.ts'
import { setOf, term, type Term } from './term.ts'

/** Functions that give a value, or NULL, for whatever they are given (tried at the ends of their types, DuckDB 1.5.5). */
const TOTAL = new Set(
  (
    'lower upper lcase ucase trim ltrim rtrim length len strlen concat concat_ws || reverse ' +
    'replace contains starts_with ends_with prefix suffix strpos instr ~~ !~~ ~~* !~~* md5 sha256 hash / isnan isfinite ' +
    'isinf greatest least struct_pack row struct_extract list_value list_extract array_extract list_element list_contains ' +
    'array_contains year month day quarter dayofweek dayofyear hour minute second'
  ).split(' '),
)
/** Those that are so where all but the first argument stands in the text: a pattern that is none, or a place too far, fails anywhere. */
const TOTAL_BUT_FOR_TEXT = new Set(
  'regexp_matches regexp_full_match regexp_replace regexp_extract substring substr left right'.split(' '),
)
/** Those that are so for floating-point numbers: they go on to infinity where integers overflow. */
const TOTAL_IF_FLOAT = new Set('+ - * round floor ceil'.split(' '))

/** Digits of the widest value; signed types first. */
const WHOLE_DIGITS: Readonly<Record<string, number>> = { TINYINT: 3, SMALLINT: 5, INTEGER: 10, BIGINT: 19 }
const INTEGERS = ['BOOLEAN', 'UTINYINT', 'TINYINT', 'USMALLINT', 'SMALLINT', 'UINTEGER', 'INTEGER', 'UBIGINT', 'BIGINT']
const FLOATS = new Set(['FLOAT', 'DOUBLE'])

/** Notes a value whose function or cast may fail; constants fail wherever they stand, unless that is what they are for. */
export function noteFailing(node: PlanNode, value: Value, context: Context): Value {
  const isMeant = node['name'] === 'error'
  if (isMeant || (mayFail(node) && someObject(node, isReference))) context.frame.sites.add(value.term)
  return value
}

/** What is evaluated in some rows only, as those before it come out: its parts count in their order. */
export function lazily<T>(context: Context, read: () => T, inOrder: (result: T) => Term): T {
  const { frame } = context
  const outside = frame.sites
  const inside = new Set<Term>()
  frame.sites = inside
  const result = read()
  frame.sites = outside
  if (inside.size > 0) outside.add(term('lazy', inOrder(result), setOf(inside)))
  return result
}

/** Whether an expression of the plan evaluates some of its parts in some rows only. */
export function isLazy(node: PlanNode): boolean {
  const operator = textAt(node, 'type')
  return node['expression_class'] === 'BOUND_CASE' || operator === 'OPERATOR_COALESCE' || operator === 'OPERATOR_TRY'
}

function isReference(node: PlanNode): boolean {
  return node['expression_class'] === 'BOUND_REF' || node['expression_class'] === 'BOUND_COLUMN_REF'
}

function mayFail(node: PlanNode): boolean {
  if (node['expression_class'] === 'BOUND_CAST') {
    const child = node['child']
    return node['try_cast'] !== true && !(isPlanNode(child) && isLossless(typeAt(child), typeAt(node)))
  }
  const name = textAt(node, 'name').toLowerCase()
  const [first, ...others] = nodesAt(node, 'children')
  if (TOTAL.has(name)) return false
  if (TOTAL_BUT_FOR_TEXT.has(name)) return !others.every((one) => one['expression_class'] === 'BOUND_CONSTANT')
  if (!TOTAL_IF_FLOAT.has(name) || first === undefined) return true
  return ![first, ...others].every((one) => FLOATS.has(String(typeAt(one)['id'])))
}

/** A cast that every value survives. */
function isLossless(from: PlanNode, to: PlanNode): boolean {
  const [source, target] = [String(from['id']), String(to['id'])]
  if (target === 'VARCHAR' || source === 'SQLNULL') return true
  if (source === target && target !== 'DECIMAL' && !isNested(target)) return true
  if (FLOATS.has(target))
    return source !== 'DOUBLE' && (INTEGERS.includes(source) || FLOATS.has(source) || source === 'DECIMAL')
  if (target === 'DECIMAL') return wholeDigits(from) <= wholeDigits(to) && scaleOf(from) <= scaleOf(to)
  if (target === 'HUGEINT') return INTEGERS.includes(source)
  if (target === 'DATE') return source === 'TIMESTAMP'
  const [narrow, wide] = [INTEGERS.indexOf(source), INTEGERS.indexOf(target)]
  // An unsigned type holds no negative number.
  return narrow >= 0 && wide > narrow && (!target.startsWith('U') || source.startsWith('U') || source === 'BOOLEAN')
}

function isNested(id: string): boolean {
  return ['LIST', 'STRUCT', 'MAP', 'ARRAY', 'UNION', 'ENUM'].includes(id)
}

function wholeDigits(type: PlanNode): number {
  const info = type['type_info']
  if (type['id'] !== 'DECIMAL' || !isPlanNode(info)) return WHOLE_DIGITS[String(type['id'])] ?? Infinity
  return Number(info['width']) - Number(info['scale'])
}

function scaleOf(type: PlanNode): number {
  const info = type['type_info']
  return isPlanNode(info) ? Number(info['scale'] ?? 0) : 0
}

/** DuckDB's type of an expression. */
function typeAt(node: PlanNode): PlanNode {
  if (isPlanNode(node['return_type'])) return node['return_type']
  const constant = node['value']
  return isPlanNode(constant) && isPlanNode(constant['type']) ? constant['type'] : {}
}
