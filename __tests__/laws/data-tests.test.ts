import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { TestDefinition } from '../../src/core/project/model.ts'
import { aTest, brief, openCheckedEngine, runTests } from '../support/checking.ts'
import type { TestEngine } from '../support/engine.ts'

/** Tables with a handful of tests each; some hundred a second. */
const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 60)
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)

interface Line {
  readonly n: number | null
  readonly s: string | null
}

const texts = ['a', 'b', "c'", 'd d', '']
const line = fc.record({
  n: fc.option(fc.integer({ min: -3, max: 3 }), { freq: 4 }),
  s: fc.option(fc.constantFrom(...texts), { freq: 4 }),
})
const filters = [
  { text: undefined, keeps: () => true },
  { text: 'n > 0', keeps: ({ n }: Line) => n !== null && n > 0 },
  { text: "s = 'a' OR n = 1", keeps: ({ n, s }: Line) => s === 'a' || n === 1 },
  { text: 'NULL', keeps: () => false },
] as const

/** A test, and how many rows of a table fail it, worked out without any SQL. */
interface Judged {
  readonly test: TestDefinition
  readonly failing: (rows: readonly Line[]) => number
}

const few = fc.integer({ min: -3, max: 3 })
const made: fc.Arbitrary<Judged> = fc.oneof(
  fc.constantFrom<'n' | 's'>('n', 's').map((column) => ({
    test: aTest('not_null', { column }),
    failing: count((row) => row[column] === null),
  })),
  fc.constantFrom<'n' | 's'>('n', 's').map((column) => ({
    test: aTest('unique', { column }),
    failing: repeated((row) => row[column]),
  })),
  fc.constant({
    test: aTest('composite', { kind: 'unique', columns: ['n', 's'] }),
    failing: repeated((row) => [row.n, row.s]),
  }),
  fc.constant({
    test: aTest('unique_expr', { key_expr: 'n % 2' }),
    failing: repeated((row) => (row.n === null ? null : Math.abs(row.n % 2) * Math.sign(row.n))),
  }),
  fc.subarray(texts, { minLength: 1 }).map((values) => ({
    test: aTest('accepted_values', { column: 's', values }),
    failing: count(({ s }) => s !== null && !values.includes(s)),
  })),
  fc.tuple(few, few).map(([min, max]) => ({
    test: aTest('in_range', { column: 'n', min: String(min), max: String(max) }),
    failing: count(({ n }) => n !== null && (n < min || n > max)),
  })),
  fc.constant({
    test: aTest('regex_match', { column: 's', pattern: '^[ab]' }),
    failing: count(({ s }) => s !== null && !/^[ab]/.test(s)),
  }),
  few.map((least) => ({
    test: aTest('expression', { expression: `n >= ${String(least)}` }),
    failing: count(({ n }) => n !== null && n < least),
  })),
  fc.constant({
    test: aTest('relationships', { column: 'n', to_table: 'parents', to_column: 'id' }),
    failing: count(({ n }) => n !== null && ![-1, 0, 2].includes(n)),
  }),
  fc.tuple(fc.nat(6), fc.nat(6)).map(([min, max]) => ({
    test: aTest('row_count_range', { min, max }),
    failing: (rows: readonly Line[]) => (rows.length >= min && rows.length <= max ? 0 : 1),
  })),
  few.map((least) => ({
    test: aTest('aggregate', { op: 'sum', column: 'n', cmp: 'gte', value: String(least) }),
    failing: (rows: readonly Line[]) => {
      const known = rows.flatMap(({ n }) => n ?? [])
      return known.length > 0 && known.reduce((sum, n) => sum + n, 0) >= least ? 0 : 1
    },
  })),
)

function count(fails: (row: Line) => boolean): Judged['failing'] {
  return (rows) => rows.filter(fails).length
}

function repeated(keyOf: (row: Line) => unknown): Judged['failing'] {
  return (rows) => {
    const sizes = new Map<string, number>()
    for (const row of rows) sizes.set(JSON.stringify(keyOf(row)), (sizes.get(JSON.stringify(keyOf(row))) ?? 0) + 1)
    return [...sizes.values()].filter((size) => size > 1).reduce((sum, size) => sum + size, 0)
  }
}

describe('a data test', () => {
  let engine: TestEngine

  beforeAll(async () => {
    engine = await openCheckedEngine()
    await engine.run('CREATE TABLE w.main.parents AS SELECT * FROM (VALUES (-1), (0), (2), (NULL)) AS v(id)')
  })

  afterAll(() => {
    engine.close()
  })

  it('counts the rows that a person would count', async () => {
    const seen = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 6 }),
        fc.array(fc.tuple(made, fc.constantFrom(...filters)), { minLength: 1, maxLength: 8 }),
        async (rows, asked) => {
          const cell = (value: string | number | null): string =>
            value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
          await engine.run('CREATE OR REPLACE TABLE w.main.t (n INTEGER, s VARCHAR)')
          if (rows.length > 0)
            await engine.run(`INSERT INTO w.main.t VALUES ${rows.map(({ n, s }) => `(${cell(n)}, ${cell(s)})`).join()}`)
          const tests = asked.map(([{ test }, { text }]) => ({
            ...test,
            definition: { ...test.definition, ...(text !== undefined && { filter: text }) },
          }))
          const expected = asked.map(([{ failing }, { keeps }]) => failing(rows.filter(keeps)))
          const outcomes = await runTests(engine, 't', tests, { key: [] })
          expect(outcomes.map(brief)).toEqual(expected)
          asked.forEach(([{ test }], at) => {
            const key = `${test.type} ${expected[at] === 0 ? 'passes' : 'fails'}`
            seen.set(key, (seen.get(key) ?? 0) + 1)
          })
        },
      ),
      { numRuns: RUNS, seed: SEED },
    )
    expect(seen.size).toBeGreaterThan(RUNS < 20 ? 0 : 18)
  }, 600_000)
})
