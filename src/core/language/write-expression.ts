import type { Call, Column, Comparison, Expression, Frame, Name, Rank } from './syntax.ts'
import type { Bound } from './bind.ts'
import type { Writer } from './writer.ts'
import { unreachable } from '../base/unreachable.ts'
import { fault } from './source.ts'
import { sqlName } from './words.ts'

/** How tightly SQL binds, loosest first. */
const BINDING = { or: 1, and: 2, not: 3, comparison: 4, sum: 5, product: 6, minus: 7, value: 8 } as const

/** Levels of SQL, columns that stand for expressions included. */
const DEEPEST = 200

interface Context {
  readonly writer: Writer
  readonly bound: Bound
  readonly depth: number
}

/** Writes a bound expression as SQL, with parentheses where it is read more tightly than it binds. */
export function writeExpression(writer: Writer, bound: Bound, tightness: number = BINDING.or): void {
  write({ writer, bound, depth: 0 }, bound.expression, tightness)
}

/** For a place where SQL reads a bare number as a column's position. */
export function writeKey(writer: Writer, bound: Bound): void {
  const inner = resolved(bound)
  const isPosition = isNumber(inner.expression)
  if (isPosition) writer.write('+', inner.expression.at)
  writeExpression(writer, inner, isPosition ? BINDING.value : BINDING.or)
}

function isNumber(expression: Expression): boolean {
  return expression.kind === 'number' || (expression.kind === 'minus' && isNumber(expression.operand))
}

/** What a lone name stands for in the end. */
function resolved(bound: Bound): Bound {
  const [inner] = bound.expression.kind === 'column' ? bound.references.values() : []
  return inner === undefined ? bound : resolved(inner)
}

function write(context: Context, expression: Expression, tightness: number): void {
  const { writer, depth } = context
  if (depth > DEEPEST) {
    const hint = 'A computed column stands for its whole expression wherever it is used: put steps into a `let`.'
    throw fault(writer.source, expression.at, `The expression is nested more than ${DEEPEST} levels deep.`, hint)
  }
  const computed = expression.kind === 'column' ? context.bound.references.get(expression) : undefined
  if (computed !== undefined) {
    // What the name stands for, in its place.
    write({ writer, bound: computed, depth: depth + 1 }, computed.expression, tightness)
    return
  }
  const inner = { ...context, depth: depth + 1 }
  const isOpen = bindingOf(expression) < tightness
  if (isOpen) writer.write('(', expression.at)
  writeBare(inner, expression)
  if (isOpen) writer.write(')')
}

function bindingOf(expression: Expression): number {
  switch (expression.kind) {
    case 'chain':
      return BINDING[expression.rank]
    case 'comparison':
    case 'is-null':
    case 'in':
      return BINDING.comparison
    case 'not':
    case 'minus':
      return BINDING[expression.kind]
    default:
      return BINDING.value
  }
}

function writeBare(context: Context, expression: Expression): void {
  const { writer, bound } = context
  const { at } = expression
  switch (expression.kind) {
    case 'column':
      writer.write(columnText(expression), at)
      break
    case 'string':
      writer.write(`'${expression.text.replaceAll("'", "''")}'`, at)
      break
    case 'number':
    case 'word':
      writer.write(expression.text, at)
      break
    case 'date':
      writer.write(`DATE '${expression.text}'`, at)
      break
    case 'chain':
      writeChain(context, expression)
      break
    case 'comparison':
      write(context, expression.left, BINDING.sum)
      writer.write(` ${COMPARISONS[expression.operator]} `, at)
      write(context, expression.right, BINDING.sum)
      break
    case 'is-null':
      write(context, expression.operand, BINDING.sum)
      writer.write(expression.negated ? ' IS NOT NULL' : ' IS NULL', at)
      break
    case 'in':
      write(context, expression.operand, BINDING.sum)
      writer.write(expression.negated ? ' NOT IN (' : ' IN (', at)
      writer.list(expression.list, ', ', (item) => write(context, item, BINDING.or))
      writer.write(')')
      break
    case 'not':
      writer.write('NOT ', at)
      write(context, expression.operand, BINDING.not)
      break
    case 'minus':
      writer.write('-', at)
      write(context, expression.operand, BINDING.value)
      break
    case 'call':
      writeCall(context, expression, bound)
      break
    case 'match':
      writeMatch(context, expression)
      break
    default:
      unreachable(expression)
  }
}

const COMPARISONS: Readonly<Record<Comparison, string>> = {
  '==': '=',
  '!=': 'IS DISTINCT FROM',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

const OPERATORS: Readonly<Partial<Record<string, string>>> = { or: 'OR', and: 'AND' }

function writeChain(context: Context, { rank, first, rest }: Expression & { readonly kind: 'chain' }): void {
  const { writer } = context
  const own: Record<Rank, number> = BINDING
  write(context, first, own[rank])
  for (const { operator, operand } of rest) {
    writer.write(` ${OPERATORS[operator.text] ?? operator.text} `, operator.at)
    write(context, operand, own[rank] + 1)
  }
}

/** A column as SQL names it. */
export function columnText({ qualifier, name }: Column): string {
  return `${qualifier === undefined ? '' : `${sqlName(qualifier.text)}.`}${sqlName(name.text)}`
}

function writeCall(context: Context, { name, args, over, at }: Call, bound: Bound): void {
  const { writer } = context
  writer.write(`${functionName(name.text)}(`, at)
  writer.list(args, ', ', (arg) => write(context, arg, BINDING.or))
  writer.write(')')
  if (over === undefined) return
  writer.write(' OVER (', at)
  const writeName = (key: Name): void => {
    const computed = bound.references.get(key)
    if (computed === undefined) writer.write(sqlName(key.text), key.at)
    else write({ writer, bound: computed, depth: context.depth + 1 }, computed.expression, BINDING.or)
  }
  const parts: (() => void)[] = []
  if (over.partition.length > 0) {
    parts.push(() => {
      writer.write('PARTITION BY ')
      writer.list(over.partition, ', ', writeName)
    })
  }
  if (over.sort.length > 0) {
    parts.push(() => {
      writer.write('ORDER BY ')
      writer.list(over.sort, ', ', ({ name: key, descending }) => {
        writeName(key)
        if (descending) writer.write(' DESC')
      })
    })
  }
  const { frame } = over
  if (frame !== undefined) parts.push(() => writer.write(frameText(frame), frame.at))
  writer.list(parts, ' ', (part) => part())
  writer.write(')')
}

/** Some keywords of DuckDB's are functions of its too; the name of any other is quoted, looked up and not found. */
function functionName(name: string): string {
  const isPlain = sqlName(name) === name || /^(?:left|right|map|glob|struct|try_cast|array|cast)$/i.test(name)
  return isPlain ? name.toUpperCase() : sqlName(name)
}

function frameText({ unit, start, end }: Frame): string {
  return `${unit.toUpperCase()} BETWEEN ${boundText(start, 'PRECEDING')} AND ${boundText(end, 'FOLLOWING')}`
}

function boundText(bound: string, side: 'PRECEDING' | 'FOLLOWING'): string {
  return bound === 'current' ? 'CURRENT ROW' : `${bound.toUpperCase()} ${side}`
}

function writeMatch(context: Context, { subject, arms, otherwise, at }: Expression & { readonly kind: 'match' }): void {
  const { writer } = context
  writer.write('CASE', at)
  for (const { operator, value, result } of arms) {
    writer.write(' WHEN ', value.at)
    write(context, subject, BINDING.sum)
    writer.write(` ${COMPARISONS[operator]} `, value.at)
    write(context, value, BINDING.sum)
    writer.write(' THEN ', result.at)
    write(context, result, BINDING.or)
  }
  if (otherwise !== undefined) {
    writer.write(' ELSE ', otherwise.at)
    write(context, otherwise, BINDING.or)
  }
  writer.write(' END', at)
}
