import fc from 'fast-check'

export type Value = number | string | boolean | null
export type Row = Readonly<Record<string, Value>>
type Truth = boolean | null

/** A part of a pipeline's text, and what it means, said once more and without SQL. */
interface Made<T> {
  readonly text: string
  /** How tightly it binds; a looser one needs parentheses. */
  readonly level: number
  readonly value: (row: Row) => T
}

interface Names {
  readonly numbers: readonly string[]
  readonly texts: readonly string[]
}

/** Rows so far, and the columns that they have, in order. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

export interface MadePipeline {
  readonly text: string
  readonly run: (tables: { readonly t: Table; readonly u: Table }) => Table
}

interface Stage {
  readonly text: string
  readonly names: Names
  readonly apply: (table: Table) => Table
}

const LEVEL = { or: 1, and: 2, not: 3, comparison: 4, sum: 5, product: 6, minus: 7, value: 8 } as const

const inside = ({ text, level }: Made<unknown>, needed: number): string => (level < needed ? `(${text})` : text)

function numberMade(names: Names, depth: number): fc.Arbitrary<Made<number | null>> {
  const literal = fc.nat(9).map((n): Made<number | null> => ({ text: String(n), level: LEVEL.value, value: () => n }))
  const leaves: fc.Arbitrary<Made<number | null>>[] = [literal]
  if (names.numbers.length > 0) leaves.push(fc.constantFrom(...names.numbers).map(columnMade<number | null>))
  if (depth === 0) return fc.oneof(...leaves)
  const inner = numberMade(names, depth - 1)
  const arithmetic = fc
    .tuple(inner, fc.constantFrom('+', '-', '*'), inner)
    .map(([a, operator, b]): Made<number | null> => {
      const level = operator === '*' ? LEVEL.product : LEVEL.sum
      const compute = (x: number, y: number): number => (operator === '+' ? x + y : operator === '-' ? x - y : x * y)
      return {
        text: `${inside(a, level)} ${operator} ${inside(b, level + 1)}`,
        level,
        value: (row) => lift(compute)(a.value(row), b.value(row)),
      }
    })
  const minus = inner.map((a): Made<number | null> => ({
    text: `-${inside(a, LEVEL.minus)}`.replace(/^--/, '- -'),
    level: LEVEL.minus,
    value: (row) => lift((x: number) => 0 - x)(a.value(row), 0),
  }))
  const coalesce = fc.tuple(inner, literal).map(([a, b]): Made<number | null> => ({
    text: `coalesce(${a.text}, ${b.text})`,
    level: LEVEL.value,
    value: (row) => a.value(row) ?? b.value(row),
  }))
  const match = fc
    .tuple(inner, comparison, inner, inner, fc.option(inner, { nil: undefined }))
    .map(([subject, operator, value, result, otherwise]): Made<number | null> => ({
      text: `match ${inside(subject, LEVEL.sum)} { ${operator.text} ${inside(value, LEVEL.sum)} => ${result.text}${otherwise === undefined ? '' : `, _ => ${otherwise.text}`} }`,
      level: LEVEL.value,
      value: (row) =>
        operator.compare(subject.value(row), value.value(row)) === true
          ? result.value(row)
          : (otherwise?.value(row) ?? null),
    }))
  return fc.oneof(...leaves, arithmetic, arithmetic, minus, coalesce, match)
}

const comparison = fc
  .constantFrom('==', '!=', '<', '<=', '>', '>=')
  .map((text) => ({ text, compare: (a: Value, b: Value) => compared(text, a, b) }))

function compared(operator: string, a: Value, b: Value): Truth {
  if (operator === '!=') return a !== b
  if (a === null || b === null) return null
  if (operator === '==') return a === b
  return operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b
}

export function truthMade(names: Names, depth: number): fc.Arbitrary<Made<Truth>> {
  const number = numberMade(names, 1)
  const compare = fc.tuple(number, comparison, number).map(([a, operator, b]): Made<Truth> => ({
    text: `${inside(a, LEVEL.sum)} ${operator.text} ${inside(b, LEVEL.sum)}`,
    level: LEVEL.comparison,
    value: (row) => operator.compare(a.value(row), b.value(row)),
  }))
  const isNull = fc.tuple(number, fc.boolean()).map(([a, negated]): Made<Truth> => ({
    text: `${inside(a, LEVEL.sum)} is ${negated ? 'not ' : ''}null`,
    level: LEVEL.comparison,
    value: (row) => (a.value(row) === null) !== negated,
  }))
  const list = fc.array(fc.option(fc.nat(5), { freq: 6 }), { minLength: 1, maxLength: 3 })
  const isIn = fc.tuple(number, fc.boolean(), list).map(([a, negated, values]): Made<Truth> => ({
    text: `${inside(a, LEVEL.sum)} ${negated ? 'not ' : ''}in [${values.map((value) => value ?? 'null').join(', ')}]`,
    level: LEVEL.comparison,
    value: (row) => {
      const found = values.map((value) => compared('==', a.value(row), value)).reduce(either, false)
      return negated ? opposite(found) : found
    },
  }))
  const leaves = [compare, isNull, isIn]
  if (names.texts.length > 0) {
    const sameText = fc.tuple(
      fc.constantFrom(...names.texts),
      fc.constantFrom('==', '!='),
      fc.constantFrom('x', "it's"),
    )
    leaves.push(
      sameText.map(([name, operator, text]) => ({
        text: `${name} ${operator} "${text}"`,
        level: LEVEL.comparison,
        value: (row) => compared(operator, row[name] ?? null, text),
      })),
    )
  }
  if (depth === 0) return fc.oneof(...leaves)
  const inner = truthMade(names, depth - 1)
  const both = fc.tuple(inner, fc.boolean(), inner).map(([a, isAnd, b]): Made<Truth> => {
    const level = isAnd ? LEVEL.and : LEVEL.or
    const combine = (x: Truth, y: Truth): Truth => (isAnd ? opposite(either(opposite(x), opposite(y))) : either(x, y))
    return {
      text: `${inside(a, level)} ${isAnd ? 'and' : 'or'} ${inside(b, level + 1)}`,
      level,
      value: (row) => combine(a.value(row), b.value(row)),
    }
  })
  const not = inner.map((a): Made<Truth> => ({
    text: `not ${inside(a, LEVEL.not)}`,
    level: LEVEL.not,
    value: (row) => opposite(a.value(row)),
  }))
  return fc.oneof(...leaves, both, both, not)
}

const either = (a: Truth, b: Truth): Truth =>
  a === true || b === true ? true : a === null || b === null ? null : false
const opposite = (a: Truth): Truth => (a === null ? null : !a)
const lift =
  (compute: (a: number, b: number) => number) =>
  (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : compute(a, b)

function columnMade<T extends Value>(name: string): Made<T> {
  return { text: name, level: LEVEL.value, value: (row) => (row[name] ?? null) as T }
}

function whereMade(names: Names): fc.Arbitrary<Stage> {
  return truthMade(names, 2).map(({ text, value }) => ({
    text: `where ${text}`,
    names,
    apply: ({ columns, rows }) => ({ columns, rows: rows.filter((row) => value(row) === true) }),
  }))
}

function deriveMade(names: Names, fresh: string): fc.Arbitrary<Stage> {
  return numberMade(names, 2).map(({ text, value }) => ({
    text: `derive { ${fresh}: ${text} }`,
    names: { ...names, numbers: [...names.numbers, fresh] },
    apply: ({ columns, rows }) => ({
      columns: [...columns, fresh],
      rows: rows.map((row) => ({ ...row, [fresh]: value(row) })),
    }),
  }))
}

const AGGREGATES: Readonly<Record<string, (values: readonly number[]) => number | null>> = {
  sum: (values) => (values.length === 0 ? null : values.reduce((a, b) => a + b, 0)),
  count: (values) => values.length,
  min: (values) => (values.length === 0 ? null : Math.min(...values)),
  max: (values) => (values.length === 0 ? null : Math.max(...values)),
}

function groupMade(names: Names, fresh: string): fc.Arbitrary<Stage> {
  const all = [...names.numbers, ...names.texts]
  const keys = fc.subarray(all, { maxLength: 2 })
  const aggregate = fc.tuple(fc.constantFrom(...Object.keys(AGGREGATES)), numberMade(names, 1))
  return fc.tuple(keys, aggregate).map(([by, [name, argument]]) => {
    const columns = [...by, fresh, 'n']
    return {
      text: `group ${by.join(', ')} { ${fresh}: ${name}(${argument.text}), n: count() }`,
      names: {
        numbers: columns.filter((column) => !names.texts.includes(column)),
        texts: by.filter((key) => names.texts.includes(key)),
      },
      apply: ({ rows }) => {
        const groups = new Map<string, Row[]>(by.length === 0 ? [['', []]] : [])
        for (const row of rows) {
          const key = by.length === 0 ? '' : JSON.stringify(by.map((column) => row[column]))
          groups.set(key, [...(groups.get(key) ?? []), row])
        }
        const grouped = [...groups.values()].map((members) => {
          const values = members.map(argument.value).filter((value) => value !== null)
          const kept = Object.fromEntries(by.map((column) => [column, members[0]?.[column] ?? null]))
          return { ...kept, [fresh]: AGGREGATES[name]?.(values) ?? null, n: members.length }
        })
        return { columns, rows: grouped }
      },
    }
  })
}

function selectMade(names: Names): fc.Arbitrary<Stage> {
  const all = [...names.numbers, ...names.texts]
  return fc.shuffledSubarray(all, { minLength: 1 }).map((chosen) => ({
    text: `select { ${chosen.join(', ')} }`,
    names: {
      numbers: names.numbers.filter((name) => chosen.includes(name)),
      texts: names.texts.filter((name) => chosen.includes(name)),
    },
    apply: ({ rows }) => ({ columns: chosen, rows }),
  }))
}

/** Sorted by every column, so that it does not matter which of two equal rows is taken. */
function tailMade(columns: readonly string[]): fc.Arbitrary<Stage> {
  return fc.tuple(fc.boolean(), fc.option(fc.nat(4)), fc.boolean()).map(([distinct, count, descending]) => ({
    text: [
      distinct ? 'distinct' : '',
      count === null
        ? ''
        : `sort ${columns.map((column) => (descending ? `${column} desc` : column)).join(', ')} take ${String(count)}`,
    ].join('\n'),
    names: { numbers: [], texts: [] },
    apply: ({ rows }) => {
      const kept = distinct
        ? [...new Map(rows.map((row) => [JSON.stringify(columns.map((column) => row[column])), row])).values()]
        : rows
      const sorted = [...kept].sort((a, b) => byColumns(columns, descending, a, b))
      return { columns, rows: count === null ? kept : sorted.slice(0, count) }
    },
  }))
}

/** NULL is last in either direction, as DuckDB has it. */
function byColumns(columns: readonly string[], descending: boolean, a: Row, b: Row): number {
  for (const column of columns) {
    const [x, y] = [a[column] ?? null, b[column] ?? null]
    if (x === y) continue
    if (x === null || y === null) return x === null ? 1 : -1
    return x < y !== descending ? -1 : 1
  }
  return 0
}

function windowMade(names: Names): fc.Arbitrary<Stage> {
  return fc.constantFrom(...names.numbers).map((key) => ({
    text: `derive { w: sum(${key}) over (partition ${key}) }`,
    names: { ...names, numbers: [...names.numbers, 'w'] },
    apply: ({ columns, rows }) => ({
      columns: [...columns, 'w'],
      rows: rows.map((row) => {
        const peers = rows.filter((other) => other[key] === row[key]).map((other) => other[key] as number | null)
        return { ...row, w: peers[0] === null ? null : peers.reduce<number>((sum, value) => sum + (value ?? 0), 0) }
      }),
    }),
  }))
}

const SOURCE: Names = { numbers: ['a', 'b'], texts: ['s'] }

function sourceMade(): fc.Arbitrary<Stage> {
  return fc.constantFrom('none', 'inner', 'left').map((kind) => {
    if (kind === 'none') return { text: 'from t', names: SOURCE, apply: (table) => table }
    return {
      text: `from t as x\n${kind === 'left' ? 'left ' : ''}join u as y on a`,
      names: { ...SOURCE, numbers: ['a', 'b', 'c'] },
      apply: (table) => table,
    }
  })
}

/** A pipeline whose steps stand where a SELECT has them, so that what each line says can be done line by line. */
export const madePipeline: fc.Arbitrary<MadePipeline> = sourceMade().chain((source) => {
  const isJoin = source.text.includes('join')
  const join = ({ t, u }: { readonly t: Table; readonly u: Table }): Table =>
    isJoin ? joined(t, u, source.text.includes('left')) : t
  return stages(source.names, 'd')
    .chain((before) => {
      const names = before.at(-1)?.names ?? source.names
      const middle: fc.Arbitrary<readonly Stage[]> = fc.oneof(
        fc.constant<readonly Stage[]>([]),
        groupMade(names, 'g').chain((group) => stages(group.names, 'h').map((after) => [group, ...after])),
        windowMade(names).map((window) => [window]),
      )
      return middle.map((rest) => [...before, ...rest])
    })
    .chain((steps) => {
      const names = steps.at(-1)?.names ?? source.names
      const grouped = steps.some(({ text }) => text.startsWith('group'))
      const select = fc.oneof(
        ...(isJoin && !grouped ? [] : [fc.constant<readonly Stage[]>([])]),
        selectMade(names).map((step) => [step]),
      )
      return select.map((chosen) => [...steps, ...chosen])
    })
    .chain((steps) => fc.tuple(fc.constant(steps), tailMade(columnsAfter(steps)), fc.boolean()))
    .map(([steps, tail, bound]) => {
      const lines = [source.text, ...steps.map(({ text }) => text)]
      const text = bound
        ? `let made = ${lines.join('\n| ')}\nfrom made\n${tail.text}`
        : [...lines, tail.text].join('\n')
      return { text, run: (tables) => [...steps, tail].reduce((table, step) => step.apply(table), join(tables)) }
    })
})

function columnsAfter(steps: readonly Stage[]): readonly string[] {
  return steps.reduce<Table>((table, step) => step.apply(table), { columns: ['a', 'b', 's'], rows: [] }).columns
}

function stages(names: Names, prefix: string): fc.Arbitrary<readonly Stage[]> {
  const first = fc.oneof(whereMade(names), deriveMade(names, `${prefix}1`))
  return fc
    .option(
      first.chain((one) =>
        fc.tuple(fc.constant(one), fc.option(fc.oneof(whereMade(one.names), deriveMade(one.names, `${prefix}2`)))),
      ),
    )
    .map((made) => (made === null ? [] : made.filter((step) => step !== null)))
}

function joined(t: Table, u: Table, keepsLeft: boolean): Table {
  const rows = t.rows.flatMap((row): readonly Row[] => {
    const matches = u.rows.filter((other) => row['a'] !== null && other['a'] === row['a'])
    if (matches.length === 0) return keepsLeft ? [{ ...row, c: null }] : []
    return matches.map((other) => ({ ...row, c: other['c'] ?? null }))
  })
  return { columns: ['a', 'b', 's'], rows }
}
