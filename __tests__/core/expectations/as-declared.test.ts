import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { toRunOutput, type RunOutput } from '../../../src/core/contract/run.ts'
import type { ColumnDiff, Comparison } from '../../../src/core/diff/result.ts'
import { readDescription } from '../../../src/core/expectations/read.ts'
import { measured, previewResult, rowCounts, uniqueKey } from '../../support/preview-result.ts'

/** The rows of a table by key: their values by column. The oracle knows tables and nothing of comparisons. */
type Row = Readonly<Record<string, number>>
type Table = ReadonlyMap<number, Row>

interface Case {
  readonly base: Table
  readonly head: Table
  readonly lines: readonly string[]
  /** Keys that a sample looks at; undefined where all are compared. */
  readonly sample: readonly number[] | undefined
}

const COLUMNS = ['a', 'b', 'c']
const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 300)
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)
const parameters = { numRuns: RUNS, seed: SEED }

describe('what is said of a model that has declarations', () => {
  it('is "as declared" only where each of them holds of the tables, and undoing them leaves nothing changed', () => {
    let declared = 0
    fc.assert(
      fc.property(cases, (given) => {
        const row = previewed(given).models[0]
        if (row?.declared?.status !== 'as_declared') return
        declared += given.lines.length > 0 && !equal(given.base, given.head) ? 1 : 0
        for (const line of given.lines) expect({ line, holds: holds(line, given) }).toEqual({ line, holds: true })
        expect(equal(given.base, undone(given))).toBe(true)
      }),
      parameters,
    )
    // Without these the law would speak of nothing.
    expect(declared).toBeGreaterThan(RUNS / 50)
  })

  it('is never that a declaration is broken which holds of the tables', () => {
    let broken = 0
    fc.assert(
      fc.property(cases, (given) => {
        for (const [index, { status }] of (previewed(given).expectations?.declarations ?? []).entries()) {
          broken += status === 'broken' ? 1 : 0
          if (status !== 'not_checked') expect(holds(given.lines[index] ?? '', given)).toBe(status === 'as_declared')
          else expect(given.sample).toBeDefined()
        }
      }),
      parameters,
    )
    expect(broken).toBeGreaterThan(RUNS / 50)
  })
})

function previewed({ base, head, lines, sample }: Case): RunOutput {
  const text = ['```rocky-preview', ...lines.map((line) => `m${line}`), '```'].join('\n')
  const comparison = sample === undefined ? compared(base, head) : sampledOf(base, head, sample)
  const expectations = readDescription(text)
  expect(expectations.faults).toEqual([])
  return toRunOutput(previewResult([{ name: 'm', comparison }], { expectations }), {
    diff: () => '',
    cost: () => '',
    run: () => '',
  })
}

/** What a comparison of the two tables tells, as the kernel would. */
function compared(base: Table, head: Table): Extract<Comparison, { kind: 'measured' }> {
  const { added, removed, changed } = moved(base, head)
  return measured({
    rows: rowCounts({ base: base.size, added, removed, changed }),
    columns: columnsOf(base, head).map((name) => columnDiff(name, base, head)),
  })
}

function sampledOf(base: Table, head: Table, keys: readonly number[]): Comparison {
  const part = (table: Table): Table => new Map([...table].filter(([key]) => keys.includes(key)))
  const { rows, columns } = compared(part(base), part(head))
  const whole = columnsOf(base, head)
  return {
    kind: 'sampled',
    because: 'time',
    columns: whole.map((name): ColumnDiff => {
      const { rowsChanged = 0n } = columns.find((column) => column.name === name) ?? {}
      return { ...columnDiff(name, base, head), rowsChanged }
    }),
    unchecked: [],
    key: uniqueKey,
    samples: [],
    scope: 'whole',
    within: 0n,
    totals: { base: BigInt(base.size), head: BigInt(head.size) },
    rows,
    keys: BigInt(keys.length),
    atMost: 0.01,
  }
}

function columnDiff(name: string, base: Table, head: Table): ColumnDiff {
  const [was, is] = [has(base, name), has(head, name)]
  const change = was && is ? 'same' : was ? 'removed' : 'added'
  return { name, change, ...(change === 'same' && { rowsChanged: BigInt(valuesChanged(name, base, head)) }) }
}

// ---------------------------------------------------------------- the oracle

const has = (table: Table, column: string): boolean => [...table.values()].some((row) => column in row)

function columnsOf(base: Table, head: Table): readonly string[] {
  return COLUMNS.filter((name) => has(base, name) || has(head, name))
}

function shared(base: Table, head: Table): readonly string[] {
  return COLUMNS.filter((name) => has(base, name) && has(head, name))
}

function valuesChanged(name: string, base: Table, head: Table): number {
  return [...base].filter(([key, row]) => head.has(key) && head.get(key)?.[name] !== row[name]).length
}

function moved(base: Table, head: Table): { added: number; removed: number; changed: number } {
  const differs = ([key, row]: [number, Row]): boolean =>
    head.has(key) && shared(base, head).some((name) => head.get(key)?.[name] !== row[name])
  return {
    added: [...head.keys()].filter((key) => !base.has(key)).length,
    removed: [...base.keys()].filter((key) => !head.has(key)).length,
    changed: [...base].filter(differs).length,
  }
}

/** Whether a line holds, read a second time and by other means. */
function holds(line: string, { base, head }: Case): boolean {
  const { added, removed, changed } = moved(base, head)
  const all = columnsOf(base, head)
  const columnsAdded = all.filter((name) => !has(base, name)).length
  const columnsRemoved = all.filter((name) => !has(head, name)).length
  const [, column = '', what = ''] = /^(?:\.(\w))?: (.*)$/.exec(line) ?? []
  const [, words = '', sign = '>', number = '0', percent] =
    /^([a-z ]+?)(?: (<=|>=|<|>|=) ([\d.]+)( %)?)?$/.exec(what) ?? []
  const within = (n: number): boolean => {
    const [value, limit] =
      percent === undefined ? [n, Number(number)] : [n * 1_000, Math.round(Number(number) * 10) * base.size]
    return (
      { '<=': value <= limit, '>=': value >= limit, '<': value < limit, '>': value > limit, '=': value === limit }[
        sign
      ] ?? false
    )
  }
  if (column !== '') {
    const both = has(base, column) && has(head, column)
    if (words === 'added') return !has(base, column) && has(head, column)
    if (words === 'removed') return has(base, column) && !has(head, column)
    if (words === 'identical') return both && valuesChanged(column, base, head) === 0
    return both && within(valuesChanged(column, base, head))
  }
  switch (words) {
    case 'identical':
      return equal(base, head)
    case 'rows unchanged':
      return added + removed + changed === 0
    case 'columns unchanged':
      return columnsAdded + columnsRemoved === 0
    default:
      return within(
        {
          'rows added': added,
          'rows removed': removed,
          'rows changed': changed,
          'columns added': columnsAdded,
          'columns removed': columnsRemoved,
        }[words] ?? NaN,
      )
  }
}

/** Head with everything taken back that a line speaks of. */
function undone({ base, head, lines }: Case): Table {
  const rows = new Map(head)
  const speaks = (start: string): boolean => lines.some((line) => line.startsWith(start))
  if (speaks(': rows added')) for (const key of head.keys()) if (!base.has(key)) rows.delete(key)
  if (speaks(': rows removed')) for (const [key, row] of base) if (!head.has(key)) rows.set(key, pick(row, head, row))
  for (const [key, row] of base) {
    const now = rows.get(key)
    if (now === undefined) continue
    const back = shared(base, head).filter((name) => speaks(': rows changed') || speaks(`.${name}: changed`))
    rows.set(key, { ...now, ...Object.fromEntries(back.map((name) => [name, row[name] ?? 0])) })
  }
  const gone = COLUMNS.filter(
    (name) => has(base, name) && !has(head, name) && (speaks(': columns removed') || speaks(`.${name}: removed`)),
  )
  const come = COLUMNS.filter(
    (name) => !has(base, name) && has(head, name) && (speaks(': columns added') || speaks(`.${name}: added`)),
  )
  return new Map(
    [...rows].map(([key, row]) => {
      const kept = Object.entries(row).filter(([name]) => !come.includes(name))
      const restored = gone.map((name): [string, number] => [name, base.get(key)?.[name] ?? 0])
      return [key, Object.fromEntries([...kept, ...restored])]
    }),
  )
}

/** A row of base with the columns that head has. */
function pick(row: Row, head: Table, fallback: Row): Row {
  return head.size === 0 ? fallback : Object.fromEntries(Object.entries(row).filter(([name]) => has(head, name)))
}

function equal(a: Table, b: Table): boolean {
  const { added, removed, changed } = moved(a, b)
  return added + removed + changed === 0 && COLUMNS.every((name) => has(a, name) === has(b, name))
}

// ---------------------------------------------------------------- what is tried

const bounds = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  fc.tuple(fc.constantFrom('<=', '>=', '<', '>', '='), fc.nat(8)).map(([sign, n]) => ` ${sign} ${String(n)}`),
  fc
    .tuple(fc.constantFrom('<=', '>=', '<', '>', '='), fc.constantFrom('0', '12.5', '25', '50', '100', '33.3'))
    .map(([sign, n]) => ` ${sign} ${n} %`),
)
const line = fc.oneof(
  fc.constantFrom(
    ': identical',
    ': rows unchanged',
    ': columns unchanged',
    ': columns added',
    ': columns removed <= 1',
  ),
  fc.tuple(fc.constantFrom('added', 'removed', 'changed'), bounds).map(([what, bound]) => `: rows ${what}${bound}`),
  fc.tuple(fc.constantFrom(...COLUMNS), bounds).map(([name, bound]) => `.${name}: changed${bound}`),
  fc
    .tuple(fc.constantFrom(...COLUMNS), fc.constantFrom('identical', 'added', 'removed'))
    .map(([name, what]) => `.${name}: ${what}`),
)

/** Lines about what did change, with bounds close to how much: by chance alone few cases would be declared to the full. */
function likely({ base, head }: Pick<Case, 'base' | 'head'>): fc.Arbitrary<readonly string[]> {
  const { added, removed, changed } = moved(base, head)
  const near = (what: string, n: number): readonly string[] =>
    n === 0 ? [] : [what, `${what} <= ${String(n)}`, `${what} <= ${String(n - 1)}`, `${what} > ${String(n - 1)}`]
  const facets = [
    near(': rows added', added),
    near(': rows removed', removed),
    near(': rows changed', changed),
    ...shared(base, head).map((name) => near(`.${name}: changed`, valuesChanged(name, base, head))),
    ...columnsOf(base, head).map((name) =>
      has(base, name) === has(head, name) ? [] : [`.${name}: ${has(base, name) ? 'removed' : 'added'}`],
    ),
  ].filter((lines) => lines.length > 0)
  return fc.tuple(...facets.map((lines) => fc.option(fc.constantFrom(...lines), { freq: 3 }))).map((chosen) => {
    return chosen.flatMap((one) => (one === null ? [] : [one]))
  })
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    base: fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 8 }),
    gone: fc.array(fc.nat(9), { maxLength: 2 }),
    come: fc.array(fc.nat(9), { maxLength: 2 }),
    edits: fc.array(fc.tuple(fc.nat(9), fc.constantFrom(...COLUMNS)), { maxLength: 4 }),
    before: fc.constantFrom(COLUMNS, COLUMNS, COLUMNS, ['a', 'b']),
    after: fc.constantFrom(COLUMNS, COLUMNS, COLUMNS, ['a', 'c']),
    sample: fc.option(fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 1 }), { nil: undefined }),
  })
  .map(({ base: keys, gone, come, edits, before, after, sample }) => {
    const rowOf = (key: number, names: readonly string[], edited: readonly string[]): Row =>
      Object.fromEntries(names.map((name) => [name, key + (edited.includes(name) ? 100 : 0)]))
    const editsOf = (key: number): readonly string[] => edits.filter(([at]) => at === key).map(([, name]) => name)
    const left = [...new Set([...keys, ...come])].filter((key) => !gone.includes(key))
    const base = new Map(keys.map((key) => [key, rowOf(key, before, [])]))
    const head = new Map((left.length === 0 ? keys : left).map((key) => [key, rowOf(key, after, editsOf(key))]))
    return { base, head, sample }
  })
  .chain((tables) =>
    fc
      .tuple(likely(tables), fc.array(line, { maxLength: 1 }))
      .map(([some, more]) => ({ ...tables, lines: [...some, ...more] })),
  )
