import type { Comparison, Expression, MatchArm, Name, Rank } from './syntax.ts'
import type { Cursor } from './cursor.ts'
import { readWindow } from './window.ts'

/** Loosest first: or, and, not, comparison, sum, product, sign. */
export function readExpression(cursor: Cursor): Expression {
  return cursor.nested(() => readChain(cursor, 'or', ['or'], readConjunction))
}

const COMPARISONS: ReadonlySet<string> = new Set<Comparison>(['==', '!=', '<', '<=', '>', '>='])

function readConjunction(cursor: Cursor): Expression {
  return readChain(cursor, 'and', ['and'], readNegation)
}

/** Where `not` begins a comparison it negates the whole of it, as the SQL does that Rocky makes of it. */
function readNegation(cursor: Cursor): Expression {
  const not = cursor.accept('not')
  if (not === undefined) return readComparison(cursor)
  return { kind: 'not', operand: cursor.nested(() => readNegation(cursor)), at: not.start }
}

function readComparison(cursor: Cursor): Expression {
  const left = readSum(cursor)
  const compared = readRestOfComparison(cursor, left)
  if (compared === undefined) return left
  if (isComparison(cursor) || cursor.at('is') || cursor.at('in')) {
    throw cursor.fail('Comparisons do not chain.', 'Write `a < b and b < c`.')
  }
  return compared
}

function readRestOfComparison(cursor: Cursor, left: Expression): Expression | undefined {
  const { start: at, text } = cursor.peek()
  if (cursor.accept('is') !== undefined) {
    const negated = cursor.accept('not') !== undefined
    cursor.expect('null', 'After `is` stands `null` or `not null`; to compare values, write `==`.')
    return { kind: 'is-null', operand: left, negated, at }
  }
  if (cursor.at('in') || (cursor.at('not') && cursor.at('in', 1))) {
    const negated = cursor.accept('not') !== undefined
    cursor.next()
    return { kind: 'in', operand: left, list: readList(cursor), negated, at }
  }
  if (cursor.at('=')) throw cursor.fail('`=` compares nothing.', 'Write `==`.')
  if (!isComparison(cursor)) return undefined
  cursor.next()
  return { kind: 'comparison', left, operator: text as Comparison, right: readSum(cursor), at }
}

function isComparison(cursor: Cursor): boolean {
  const { kind, text } = cursor.peek()
  return kind === 'symbol' && COMPARISONS.has(text)
}

function readList(cursor: Cursor): readonly Expression[] {
  cursor.expect('[', 'A list stands in brackets: `status in ["a", "b"]`.')
  const list: Expression[] = []
  while (!cursor.at(']')) {
    list.push(readExpression(cursor))
    if (cursor.accept(',') === undefined) break
  }
  if (list.length === 0) throw cursor.fail('The list is empty.', 'Name at least one value.')
  cursor.expect(']', 'Values are parted by commas, and `]` ends the list.')
  return list
}

function readSum(cursor: Cursor): Expression {
  return readChain(cursor, 'sum', ['+', '-'], readProduct)
}

function readProduct(cursor: Cursor): Expression {
  return readChain(cursor, 'product', ['*', '/', '%'], readPrefixed)
}

function readChain(
  cursor: Cursor,
  rank: Rank,
  operators: readonly string[],
  read: (cursor: Cursor) => Expression,
): Expression {
  const first = read(cursor)
  const rest: { readonly operator: Name; readonly operand: Expression }[] = []
  while (operators.some((operator) => cursor.at(operator))) {
    const { text, start } = cursor.next()
    rest.push({ operator: { text, at: start }, operand: read(cursor) })
  }
  return rest.length === 0 ? first : { kind: 'chain', rank, first, rest, at: first.at }
}

function readPrefixed(cursor: Cursor): Expression {
  const { start: at } = cursor.peek()
  const prefix = cursor.accept('-') ?? cursor.accept('not')
  if (prefix === undefined) return readPrimary(cursor)
  const operand = cursor.nested(() => readPrefixed(cursor))
  return { kind: prefix.text === '-' ? 'minus' : 'not', operand, at }
}

function readPrimary(cursor: Cursor): Expression {
  const token = cursor.peek()
  const { text, start: at } = token
  if (token.kind === 'string' || token.kind === 'number' || token.kind === 'date') {
    cursor.next()
    return { kind: token.kind, text, at }
  }
  if (cursor.at('true') || cursor.at('false') || cursor.at('null')) {
    cursor.next()
    return { kind: 'word', text: text.toUpperCase(), at }
  }
  if (cursor.at('match')) return cursor.nested(() => readMatch(cursor))
  if (cursor.accept('(') !== undefined) {
    const inner = readExpression(cursor)
    cursor.expect(')')
    return inner
  }
  if (cursor.at('*')) throw cursor.fail('`*` is no value.', 'To count rows, write `count()`.')
  return readNamed(cursor)
}

/** A column, a qualified column or a call. */
function readNamed(cursor: Cursor): Expression {
  const name = cursor.name('a value, a column name or a function name')
  const { at } = name
  if (name.text.toLowerCase() === 'case' && cursor.peek().kind === 'name') {
    throw cursor.fail('There is no `case`.', 'Write `match value { > 10 => "a", _ => "b" }`.')
  }
  if (cursor.accept('(') !== undefined) {
    const args: Expression[] = []
    while (!cursor.at(')')) {
      args.push(readExpression(cursor))
      cursor.accept(',')
    }
    cursor.next()
    const over = cursor.accept('over') === undefined ? undefined : readWindow(cursor)
    return { kind: 'call', name, args, over, at }
  }
  if (cursor.accept('.') === undefined) return { kind: 'column', qualifier: undefined, name, at }
  return { kind: 'column', qualifier: name, name: cursor.name('a column name'), at }
}

function readMatch(cursor: Cursor): Expression {
  const { start: at } = cursor.expect('match')
  const subject = readSum(cursor)
  cursor.expect('{')
  const arms: MatchArm[] = []
  let otherwise: Expression | undefined
  while (!cursor.at('}')) {
    if (otherwise !== undefined) throw cursor.fail('An arm below `_` is never reached.', 'Put `_` last.')
    if (cursor.accept('_') === undefined) arms.push(readArm(cursor))
    else {
      cursor.expect('=>')
      otherwise = readExpression(cursor)
    }
    cursor.accept(',')
  }
  if (arms.length === 0) throw cursor.fail('The `match` has no arm that compares.', 'Write `> 10 => "large"`.')
  cursor.next()
  return { kind: 'match', subject, arms, otherwise, at }
}

function readArm(cursor: Cursor): MatchArm {
  const operator = isComparison(cursor) ? (cursor.next().text as Comparison) : '=='
  const value = readSum(cursor)
  cursor.expect('=>', 'An arm is a value or a comparison, then `=>`, then the result.')
  return { operator, value, result: readExpression(cursor) }
}
