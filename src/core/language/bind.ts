import type { Column, Expression, Name } from './syntax.ts'
import type { Source } from './source.ts'
import { fault } from './source.ts'
import { unreachable } from '../base/unreachable.ts'
import { AGGREGATES } from './words.ts'

/** An expression with what its names stand for. */
export interface Bound {
  readonly expression: Expression
  /** Columns that a step above computed. Every other name is the source's. */
  readonly references: ReadonlyMap<Column | Name, Bound>
  /** Where a window, or an aggregate without one, is called in it or in what it refers to. */
  readonly window: number | undefined
  readonly aggregate: number | undefined
}

/** Names of columns that the steps so far computed, in lower case. */
export type Scope = ReadonlyMap<string, Bound>

export interface Scopes {
  readonly columns: Scope
  /** What the arguments of an aggregate see: below a `group` still the rows above it. */
  readonly rows: Scope
}

/** Looks up each name of an expression. Fails where an aggregate would have to add up what a window computes. */
export function bind(source: Source, expression: Expression, scopes: Scopes): Bound {
  const references = new Map<Column | Name, Bound>()
  const found: { window: number | undefined; aggregate: number | undefined } = {
    window: undefined,
    aggregate: undefined,
  }
  const open: { readonly part: Expression; readonly inside: boolean }[] = [{ part: expression, inside: false }]
  const refer = (key: Column | Name, text: string, inside: boolean): void => {
    const bound = (inside ? scopes.rows : scopes.columns).get(text.toLowerCase())
    if (bound === undefined) return
    if (inside && bound.window !== undefined) {
      const hint = 'Compute the window in a `let`, and group what it gives.'
      throw fault(source, key.at, `\`${text}\` is computed by a window, which an aggregate cannot add up here.`, hint)
    }
    references.set(key, bound)
    found.window ??= bound.window
    found.aggregate ??= inside ? undefined : bound.aggregate
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { part, inside } = next
    let within = inside
    if (part.kind === 'column' && part.qualifier === undefined) refer(part, part.name.text, inside)
    if (part.kind === 'call') {
      if (part.over === undefined && isAggregate(part.name)) {
        found.aggregate ??= part.at
        within = true
      }
      if (part.over !== undefined) {
        found.window ??= part.at
        for (const name of [...part.over.partition, ...part.over.sort.map((key) => key.name)])
          refer(name, name.text, inside)
      }
    }
    for (const inner of partsOf(part)) open.push({ part: inner, inside: within })
  }
  return { expression, references, ...found }
}

/** A name by itself, as a key or a kept column is. */
export function bindName(source: Source, name: Name, columns: Scope): Bound {
  const { text, at } = name
  const column: Column = { kind: 'column', qualifier: undefined, name: { text, at }, at }
  return bind(source, column, { columns, rows: columns })
}

/** Whether an expression reads the column of this name, from the source or a step above. */
export function mentions(expression: Expression, name: string): boolean {
  const wanted = name.toLowerCase()
  const open: Expression[] = [expression]
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part.kind === 'column' && part.qualifier === undefined && part.name.text.toLowerCase() === wanted) return true
    open.push(...partsOf(part))
  }
  return false
}

function isAggregate({ text }: Name): boolean {
  return AGGREGATES.has(text.toLowerCase())
}

/** What an expression is made of, one level down. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'column':
    case 'string':
    case 'number':
    case 'date':
    case 'word':
      return []
    case 'chain':
      return [expression.first, ...expression.rest.map(({ operand }) => operand)]
    case 'comparison':
      return [expression.left, expression.right]
    case 'is-null':
    case 'not':
    case 'minus':
      return [expression.operand]
    case 'in':
      return [expression.operand, ...expression.list]
    case 'call':
      return expression.args
    case 'match': {
      const { subject, arms, otherwise } = expression
      const results = arms.flatMap(({ value, result }) => [value, result])
      return [subject, ...results, ...(otherwise === undefined ? [] : [otherwise])]
    }
    default:
      return unreachable(expression)
  }
}
