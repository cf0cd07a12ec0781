import type { Column, Item, JoinStep, Name, Pipeline, SortKey, Star, Step } from './syntax.ts'
import type { Source } from './source.ts'
import { unreachable } from '../base/unreachable.ts'
import { bind, bindName, mentions, type Bound, type Scopes } from './bind.ts'
import { fault } from './source.ts'

/** One column of what a pipeline gives. */
export type Output =
  | Star
  | Column
  /** `computed` is false for a name that stands for itself. */
  | { readonly kind: 'computed'; readonly name: Name; readonly value: Bound }

/** A pipeline as the clauses of one SELECT, which is what Rocky makes of it. */
export interface Clauses {
  readonly from: Step & { readonly kind: 'from' }
  readonly joins: readonly JoinStep[]
  readonly where: readonly Bound[]
  /** Undefined without a `group`, empty for one group of all rows. */
  readonly groupBy: readonly Bound[] | undefined
  readonly having: readonly Bound[]
  /** Empty: every column of the source. */
  readonly outputs: readonly Output[]
  readonly orderBy: readonly { readonly key: SortKey; readonly value: Bound | undefined }[]
  readonly limit: (Step & { readonly kind: 'take' }) | undefined
  readonly distinct: boolean
}

/** Collects the clauses step by step. Fails on steps that no SELECT can hold together. */
export function clausesOf(source: Source, { steps: [from, ...steps], at }: Pipeline): Clauses {
  if (from?.kind !== 'from') throw fault(source, at, 'A pipeline begins with `from`.')
  // Rocky copies the source alone where `replicate` stands, whatever else is in the pipeline.
  if (steps.some(({ kind }) => kind === 'replicate'))
    return new Collector(source, { ...from, alias: undefined }).clauses()
  const collector = new Collector(source, from)
  collector.shareKeys(steps)
  for (const step of steps) collector.add(step)
  return collector.clauses()
}

class Collector {
  readonly #source: Source
  readonly #from: Clauses['from']
  readonly #joins: JoinStep[] = []
  readonly #where: Bound[] = []
  readonly #having: Bound[] = []
  readonly #orderBy: SortKey[] = []
  #groupBy: readonly Bound[] | undefined
  #outputs: Output[] = []
  #limit: Clauses['limit']
  #distinct = false
  /** What steps above computed; below a `group`, what it gives. */
  readonly #columns = new Map<string, Bound>()
  #rows: ReadonlyMap<string, Bound> | undefined

  constructor(source: Source, from: Clauses['from']) {
    this.#source = source
    this.#from = from
  }

  /**
   * A join's key is one column to a reader, and two to DuckDB, which calls its name ambiguous: it is read from the left.
   * Where the left may be missing, the author has to choose.
   */
  shareKeys(steps: readonly Step[]): void {
    const joins = steps.filter((step) => step.kind === 'join')
    const uncertain = joins.filter(({ join }) => join === 'right' || join === 'full').flatMap(({ on }) => on)
    const unshared = new Set(uncertain.map(({ text }) => text.toLowerCase()))
    const { alias, table } = this.#from
    const qualifier = alias ?? table.at(-1)
    for (const name of joins.flatMap(({ on }) => on)) {
      const key = name.text.toLowerCase()
      const expression: Column = { kind: 'column', qualifier, name, at: name.at }
      if (!unshared.has(key)) this.#columns.set(key, bind(this.#source, expression, this.#scopes))
    }
  }

  add(step: Step): void {
    switch (step.kind) {
      case 'where':
        this.#addWhere(step)
        break
      case 'group':
        this.#addGroup(step)
        break
      case 'derive':
        this.#addDerive(step)
        break
      case 'select':
        this.#outputs = step.columns.flatMap((column) => this.#selected(column))
        break
      case 'join':
        this.#joins.push(step)
        if (step.keep.length > 0) this.#outputs = [...this.#outputsOrAll(step.at), ...step.keep]
        break
      case 'sort':
        this.#orderBy.push(...step.keys)
        break
      case 'take':
        this.#limit = step
        break
      case 'distinct':
        this.#distinct = true
        break
      case 'from':
      case 'replicate':
        break
      default:
        unreachable(step)
    }
  }

  clauses(): Clauses {
    const projected = new Set(this.#outputs.map((output) => nameOf(output)))
    return {
      from: this.#from,
      joins: this.#joins,
      where: this.#where,
      groupBy: this.#groupBy,
      having: this.#having,
      outputs: this.#outputs,
      orderBy: this.#orderBy.map((key) => {
        const name = key.name.text.toLowerCase()
        return { key, value: projected.has(name) ? undefined : this.#columns.get(name) }
      }),
      limit: this.#limit,
      distinct: this.#distinct,
    }
  }

  get #scopes(): Scopes {
    return { columns: this.#columns, rows: this.#rows ?? this.#columns }
  }

  #addWhere({ condition, conditionAt }: Step & { readonly kind: 'where' }): void {
    const bound = bind(this.#source, condition, this.#scopes)
    if (bound.window !== undefined) {
      const hint = 'Compute the window in a `let`, and filter what it gives.'
      throw fault(this.#source, conditionAt, 'A `where` cannot filter on a window of the same pipeline.', hint)
    }
    if (this.#rows === undefined && bound.aggregate !== undefined) {
      throw fault(
        this.#source,
        bound.aggregate,
        'A `where` above the `group` cannot use an aggregate.',
        'Move it below the `group`.',
      )
    }
    const conditions = this.#rows === undefined ? this.#where : this.#having
    conditions.push(bound)
  }

  #addGroup({ keys, items, at }: Step & { readonly kind: 'group' }): void {
    if (this.#groupBy !== undefined) {
      const hint = 'Put the first into a `let`: let grouped = from … group … — then: from grouped group …'
      throw fault(this.#source, at, 'A pipeline has one `group`.', hint)
    }
    const groupKeys = keys.map((key) => this.#groupKey(key))
    const rows = new Map(this.#columns)
    const values = items.map((item) => bind(this.#source, item.value, { columns: rows, rows }))
    this.#columns.clear()
    this.#outputs = []
    for (const key of groupKeys) {
      const { references, expression } = key
      if (expression.kind !== 'column') continue
      const [computed] = references.values()
      this.#outputs.push(
        computed === undefined ? expression : { kind: 'computed', name: expression.name, value: computed },
      )
      if (computed !== undefined) this.#columns.set(expression.name.text.toLowerCase(), computed)
    }
    items.forEach(({ name }, index) => {
      const value = values[index] as Bound
      this.#outputs.push({ kind: 'computed', name, value })
      this.#columns.set(name.text.toLowerCase(), value)
    })
    this.#groupBy = groupKeys
    this.#rows = rows
  }

  #groupKey(key: Name): Bound {
    const bound = bindName(this.#source, key, this.#columns)
    if (bound.window === undefined) return bound
    const hint = 'Compute the window in a `let`, and group what it gives.'
    throw fault(this.#source, key.at, `\`${key.text}\` is computed by a window, which cannot be a key here.`, hint)
  }

  /** A column sees those above it in its block, unless one of them redefines a column that it reads. */
  #addDerive({ items, at }: Step & { readonly kind: 'derive' }): void {
    const outputs = this.#outputsOrAll(at)
    const places = new Map(
      outputs.flatMap((output, place) => (output.kind === 'computed' ? [[nameOf(output), place]] : [])),
    )
    const redefined: (readonly [string, Bound])[] = []
    for (const item of items) {
      const value = this.#derived(item)
      const name = item.name.text.toLowerCase()
      if (mentions(item.value, name)) redefined.push([name, value])
      else this.#columns.set(name, value)
      const output: Output = { kind: 'computed', name: item.name, value }
      const before = places.get(name)
      if (before === undefined) places.set(name, outputs.push(output) - 1)
      else outputs[before] = output
    }
    for (const [name, value] of redefined) this.#columns.set(name, value)
    this.#outputs = outputs
  }

  #derived({ name, value }: Item): Bound {
    const bound = bind(this.#source, value, this.#scopes)
    if (this.#rows !== undefined || bound.aggregate === undefined) return bound
    const hint = 'Put it into a `group`, or give it a window: `sum(x) over (partition y)`.'
    throw fault(
      this.#source,
      bound.aggregate,
      `An aggregate outside \`group\`: \`${name.text}\` is computed row by row.`,
      hint,
    )
  }

  #outputsOrAll(at: number): Output[] {
    return this.#outputs.length > 0 ? [...this.#outputs] : [{ kind: 'star', at }]
  }

  #selected(column: Column | Star): readonly Output[] {
    if (column.kind === 'star') return this.#rows === undefined ? [column] : this.#outputs
    if (column.qualifier !== undefined) return [column]
    const value = this.#columns.get(column.name.text.toLowerCase())
    return [value === undefined ? column : { kind: 'computed', name: column.name, value }]
  }
}

function nameOf(output: Output): string | undefined {
  return output.kind === 'star' ? undefined : output.name.text.toLowerCase()
}
