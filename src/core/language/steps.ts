import type { Column, Item, JoinKind, JoinStep, Name, Pipeline, Program, SortKey, Star, Step } from './syntax.ts'
import type { Cursor } from './cursor.ts'
import { readExpression } from './expression.ts'
import { STEPS } from './words.ts'

/** A file: bindings, then the pipeline that makes the model's rows. */
export function readProgram(cursor: Cursor): Program {
  const lets: { readonly name: Name; readonly pipeline: Pipeline }[] = []
  while (cursor.accept('let') !== undefined) {
    const name = cursor.name('the name of the binding')
    cursor.expect('=')
    lets.push({ name, pipeline: readPipeline(cursor, false) })
  }
  if (lets.length === 0 && cursor.peek().kind === 'end') {
    throw cursor.fail('The file holds no pipeline.', 'Begin with `from`, or remove the file.')
  }
  return { lets, main: readPipeline(cursor, true) }
}

/** Steps begin with their own word, so that lines and `|` between them are only for the eye. */
function readPipeline(cursor: Cursor, isMain: boolean): Pipeline {
  skipPipes(cursor)
  const { start: at } = cursor.peek()
  if (!cursor.at('from')) {
    throw cursor.unexpected('`from`', isMain ? 'A pipeline begins with `from`.' : undefined, STEPS)
  }
  const steps = [readStep(cursor)]
  while (hasMore(cursor)) {
    if (!isMain && (cursor.at('let') || cursor.at('from'))) break
    if (cursor.at('from')) throw cursor.fail('A pipeline has one `from`.', 'Add rows of another model with `join`.')
    if (cursor.at('let')) throw cursor.fail('`let` stands above the pipeline.', 'Move it up.')
    steps.push(readStep(cursor))
  }
  return { steps, at }
}

function hasMore(cursor: Cursor): boolean {
  skipPipes(cursor)
  return cursor.peek().kind !== 'end'
}

function skipPipes(cursor: Cursor): void {
  while (cursor.at('|')) cursor.next()
}

function readStep(cursor: Cursor): Step {
  const join = readJoinWord(cursor)
  if (join !== undefined) return readJoin(cursor, join.kind, join.at)
  const { text, kind, start: at } = cursor.peek()
  const read = kind === 'word' ? READERS[text] : undefined
  if (read === undefined) throw cursor.unexpected('a step', undefined, STEPS)
  cursor.next()
  return read(cursor, at)
}

const READERS: Readonly<Partial<Record<string, (cursor: Cursor, at: number) => Step>>> = {
  from: (cursor, at) => {
    const table = [cursor.name('a table name')]
    while (cursor.accept('.') !== undefined) table.push(cursor.name('a table name'))
    if (table.length > 3) throw cursor.fail('A table has at most three names: catalog, schema and table.')
    return { kind: 'from', table, alias: readAlias(cursor), at }
  },
  where: (cursor, at) => {
    const { start: conditionAt } = cursor.peek()
    return { kind: 'where', condition: readExpression(cursor), conditionAt, at }
  },
  group: (cursor, at) => {
    const keys: Name[] = []
    while (cursor.peek().kind === 'name') {
      keys.push(cursor.name('a column name'))
      if (cursor.at('.')) throw cursor.fail('A key is one name.', 'Keep the column in a join, or name it in a `let`.')
      cursor.accept(',')
    }
    const items = readItems(cursor, 'Keys, then aggregates in braces: `group customer_id { total: sum(amount) }`.')
    if (keys.length + items.length === 0) throw cursor.fail('The `group` has neither a key nor an aggregate.')
    return { kind: 'group', keys, items, at }
  },
  derive: (cursor, at) => ({ kind: 'derive', items: readItems(cursor), at }),
  select: (cursor, at) => ({ kind: 'select', columns: readColumns(cursor), at }),
  sort: (cursor, at) => ({ kind: 'sort', keys: readSortKeys(cursor), at }),
  take: (cursor, at) => {
    const { kind, text, start: countAt } = cursor.peek()
    if (kind !== 'number' || !/^\d{1,18}$/.test(text)) throw cursor.unexpected('a whole number of at most 18 digits')
    cursor.next()
    return { kind: 'take', count: text, countAt, at }
  },
  distinct: (_, at) => ({ kind: 'distinct', at }),
  replicate: (_, at) => ({ kind: 'replicate', at }),
}

function readItems(cursor: Cursor, hint?: string): readonly Item[] {
  cursor.expect('{', hint)
  const items: Item[] = []
  while (!cursor.at('}')) {
    const name = cursor.name('the name of a column')
    cursor.expect(':', 'Each column is `name: expression`.')
    items.push({ name, value: readExpression(cursor) })
    const another = cursor.peek().kind === 'name' && cursor.at(':', 1)
    if (cursor.accept(',') === undefined && !another && !cursor.at('}')) throw cursor.unexpected('`,` or `}`')
  }
  cursor.next()
  return items
}

function readColumns(cursor: Cursor): readonly (Column | Star)[] {
  cursor.expect('{', 'The columns stand in braces: `select { id, amount }`.')
  const columns: (Column | Star)[] = []
  while (!cursor.at('}')) {
    const star = cursor.accept('*')
    columns.push(star === undefined ? readColumn(cursor) : { kind: 'star', at: star.start })
    if (cursor.at(':') || cursor.at('(')) {
      throw cursor.fail('A `select` names columns and computes nothing.', 'Compute it in a `derive` above.')
    }
    cursor.accept(',')
  }
  if (columns.length === 0) throw cursor.fail('The `select` names no column.', 'Write `select { * }` for all of them.')
  cursor.next()
  return columns
}

function readColumn(cursor: Cursor): Column {
  const name = cursor.name('a column name')
  if (cursor.accept('.') === undefined) return { kind: 'column', qualifier: undefined, name, at: name.at }
  return { kind: 'column', qualifier: name, name: cursor.name('a column name'), at: name.at }
}

function readSortKeys(cursor: Cursor): readonly SortKey[] {
  const keys: SortKey[] = []
  if (cursor.at('-')) throw cursor.fail('A `sort` takes no minus.', 'Write `sort column desc`.')
  while (cursor.peek().kind === 'name' && !isJoinWord(cursor)) {
    const name = cursor.name('a column name')
    if (cursor.at('.')) throw cursor.fail('A key is one name.', 'Write the column without its table.')
    const descending = cursor.accept('desc') !== undefined
    if (!descending) cursor.accept('asc')
    keys.push({ name, descending })
    if (cursor.accept(',') === undefined) break
  }
  return keys
}

const JOINS: Readonly<Partial<Record<string, JoinKind>>> = {
  left: 'left',
  right: 'right',
  full: 'full',
  cross: 'cross',
}

/** `left join` and `left_join` are one; by themselves the words are names. */
function isJoinWord(cursor: Cursor): boolean {
  const { text } = cursor.peek()
  return JOINS[text.replace(/_join$/, '')] !== undefined && (text.endsWith('_join') || cursor.at('join', 1))
}

function readJoinWord(cursor: Cursor): { readonly kind: JoinKind; readonly at: number } | undefined {
  const { start: at, text, kind } = cursor.peek()
  if (cursor.accept('join') !== undefined) return { kind: 'inner', at }
  if (kind !== 'name' || !isJoinWord(cursor)) return undefined
  cursor.next()
  cursor.accept('join')
  return { kind: JOINS[text.replace(/_join$/, '')] ?? 'inner', at }
}

function readJoin(cursor: Cursor, join: JoinKind, at: number): JoinStep {
  const table = cursor.name('a model name')
  if (cursor.at('.')) {
    const hint = `Name it first: \`let joined = from ${table.text}.…\`, then \`join joined\`.`
    throw cursor.fail('A `join` takes a model’s name, without a schema.', hint)
  }
  const alias = readAlias(cursor)
  const on: Name[] = []
  if (join !== 'cross') {
    cursor.expect('on', 'Name the columns that both sides share: `join customers as c on customer_id`.')
    do on.push(readKey(cursor))
    while (cursor.accept(',') !== undefined)
  }
  return { kind: 'join', join, table, alias, on, keep: readKeep(cursor), at }
}

function readKey(cursor: Cursor): Name {
  const key = cursor.name('a column name')
  if (cursor.at('.') || cursor.at('==')) {
    const hint = 'Give the other side’s column the same name in a `let`.'
    throw cursor.fail('A join’s key is a name that both sides have.', hint)
  }
  return key
}

function readAlias(cursor: Cursor): Name | undefined {
  return cursor.accept('as') === undefined ? undefined : cursor.name('an alias')
}

function readKeep(cursor: Cursor): readonly Column[] {
  if (cursor.accept('{') === undefined) return []
  cursor.expect('keep', 'Behind a join the braces hold `keep` and columns.')
  const columns: Column[] = []
  while (!cursor.at('}')) {
    columns.push(readColumn(cursor))
    cursor.accept(',')
  }
  cursor.next()
  return columns
}
