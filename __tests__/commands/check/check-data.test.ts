import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { refusedFragments } from '../../../src/commands/check/checking.ts'
import { aTest, brief, openCheckedEngine, runTests, servicesOf } from '../../support/checking.ts'
import type { TestEngine } from '../../support/engine.ts'

let engine: TestEngine

beforeAll(async () => {
  engine = await openCheckedEngine()
  await engine.run(
    "CREATE TABLE w.main.orders AS SELECT * FROM (VALUES (1, 10, 'paid', 5.5, TIMESTAMP '2026-01-01'), (2, 10, 'open', NULL, TIMESTAMP '2026-01-30 23:00:00'), (2, 99, 'lost', -3.0, TIMESTAMP '2026-02-01'), (NULL, NULL, NULL, 0.0, NULL), (NULL, 11, 'paid', 100.0, TIMESTAMP '2025-01-01')) AS v(id, customer, status, amount, seen_at)",
    'CREATE TABLE w.main.nothing AS FROM w.main.orders WHERE false',
    'CREATE TABLE w.main.customers AS SELECT * FROM (VALUES (10), (11), (NULL)) AS v(id)',
    'CREATE VIEW w.main.seen AS FROM w.main.orders',
    'CREATE TABLE w.main."odd ""name""" AS SELECT 1 AS "a b", 2 AS "select", NULL AS "x""y"',
    'CREATE MACRO w.main.peek() AS (SELECT max(id) FROM w.main.customers)',
    'CREATE MACRO w.main.double_of(x) AS x * 2',
  )
})

afterAll(() => {
  engine.close()
})

/** On `orders`, then on the same columns without a row. */
const CASES: readonly (readonly [string, ReturnType<typeof aTest>, number, number])[] = [
  ['not_null counts NULLs', aTest('not_null', { column: 'id' }), 2, 0],
  ['unique counts rows that share a key, NULLs too', aTest('unique', { column: 'id' }), 4, 0],
  ['accepted_values lets NULL pass', aTest('accepted_values', { column: 'status', values: ['paid', 'open'] }), 1, 0],
  ['accepted_values reads numbers', aTest('accepted_values', { column: 'id', values: [1, '2'] }), 0, 0],
  ['accepted_values quotes', aTest('accepted_values', { column: 'status', values: ["o'pen", 'paid'] }), 2, 0],
  [
    'relationships lets NULL pass',
    aTest('relationships', { column: 'customer', to_table: 'customers', to_column: 'id' }),
    1,
    0,
  ],
  ['expression lets NULL pass', aTest('expression', { expression: 'amount >= 0' }), 1, 0],
  ['expression may end in a comment', aTest('expression', { expression: 'amount >= 0 -- ever' }), 1, 0],
  ['expression may call a macro', aTest('expression', { expression: 'double_of(amount) < 150' }), 1, 0],
  ['expression may say FROM', aTest('expression', { expression: "status IS DISTINCT FROM 'lost'" }), 1, 0],
  ['row_count_range counts, from', aTest('row_count_range', { min: 6 }), 1, 1],
  ['row_count_range counts, ends included', aTest('row_count_range', { min: 5, max: 5 }), 0, 1],
  ['row_count_range counts, to', aTest('row_count_range', { max: 4 }), 1, 0],
  ['in_range lets NULL pass, ends included', aTest('in_range', { column: 'amount', min: '-3', max: '5.5' }), 1, 0],
  ['in_range with one end', aTest('in_range', { column: 'amount', min: '0' }), 1, 0],
  ['regex_match lets NULL pass', aTest('regex_match', { column: 'status', pattern: '^[po]' }), 1, 0],
  ['aggregate that holds', aTest('aggregate', { op: 'sum', column: 'amount', cmp: 'gt', value: '100' }), 0, 1],
  ['aggregate that does not', aTest('aggregate', { op: 'max', column: 'amount', cmp: '<', value: '100' }), 1, 1],
  ['aggregate of rows', aTest('aggregate', { op: 'count', cmp: 'eq', value: '5' }), 0, 1],
  ['composite takes NULLs for equal', aTest('composite', { kind: 'unique', columns: ['id', 'customer'] }), 0, 0],
  ['composite finds', aTest('composite', { kind: 'unique', columns: ['status', 'status'] }), 2, 0],
  ['unique_expr finds', aTest('unique_expr', { key_expr: "coalesce(status, 'paid')" }), 3, 0],
  ['unique_expr takes a number for a value', aTest('unique_expr', { key_expr: '1' }), 5, 0],
  ['not_in_future uses the run’s clock', aTest('not_in_future', { column: 'seen_at' }), 1, 0],
  ['older_than_n_days counts days back', aTest('older_than_n_days', { column: 'seen_at', days: 30 }), 2, 0],
  ['a filter narrows a count', aTest('not_null', { column: 'id', filter: 'customer = 11' }), 1, 0],
  ['a filter that is NULL leaves rows out', aTest('not_null', { column: 'id', filter: 'id > 0' }), 0, 0],
  ['a filter narrows unique', aTest('unique', { column: 'id', filter: 'id IS NOT NULL' }), 2, 0],
  [
    'a filter narrows relationships',
    aTest('relationships', { column: 'customer', to_table: 'customers', to_column: 'id', filter: "status <> 'lost'" }),
    0,
    0,
  ],
  ['a filter narrows a range of rows', aTest('row_count_range', { max: 1, filter: "status = 'paid'" }), 1, 0],
  [
    'a filter narrows an aggregate',
    aTest('aggregate', { op: 'sum', column: 'amount', cmp: 'lt', value: '6', filter: 'id = 1' }),
    0,
    1,
  ],
  ['a filter of two conditions', aTest('expression', { expression: 'amount > 0', filter: 'id = 2 OR id = 1' }), 1, 0],
]

describe('runDataTests', () => {
  it.each(CASES)('%s', async (_, test, onRows, onNothing) => {
    expect(brief((await runTests(engine, 'orders', [test]))[0])).toBe(onRows)
    expect(brief((await runTests(engine, 'nothing', [test]))[0])).toBe(onNothing)
  })

  it('finds the same in one pass as in many, and through a view', async () => {
    const tests = CASES.map(([, test]) => test)
    const alone = CASES.map(([, , onRows]) => onRows)
    expect((await runTests(engine, 'orders', tests)).map(brief)).toEqual(alone)
    expect((await runTests(engine, 'seen', tests)).map(brief)).toEqual(alone)
  })

  it('knows the relation by its table’s name', async () => {
    const test = aTest('expression', { expression: 'orders.amount >= 0', filter: 'orders.id > 0' })
    expect((await runTests(engine, 'orders', [test])).map(brief)).toEqual([1])
  })

  it('names failing keys where values may be shown, and none elsewhere', async () => {
    const tests = [
      aTest('accepted_values', { column: 'status', values: ['paid', 'open'] }),
      aTest('unique', { column: 'id' }),
      aTest('aggregate', { op: 'max', column: 'amount', cmp: 'lt', value: '9' }),
      aTest('row_count_range', { max: 1 }),
    ]
    expect(await runTests(engine, 'orders', tests)).toEqual([
      {
        kind: 'ran',
        failing: 1n,
        keys: [
          [
            { column: 'id', value: '2' },
            { column: 'status', value: 'lost' },
          ],
        ],
      },
      { kind: 'ran', failing: 4n, keys: [[{ column: 'id', value: '2' }], [{ column: 'id', value: null }]] },
      { kind: 'ran', failing: 1n, observed: '100.0', keys: [] },
      { kind: 'ran', failing: 1n, observed: '5 rows', keys: [] },
    ])
    expect(await runTests(engine, 'orders', tests, { showValues: false })).toEqual([
      { kind: 'ran', failing: 1n, keys: [] },
      { kind: 'ran', failing: 4n, keys: [] },
      { kind: 'ran', failing: 1n, keys: [] },
      { kind: 'ran', failing: 1n, observed: '5 rows', keys: [] },
    ])
  })

  it('masks what it shows, by column', async () => {
    const tests = [
      aTest('accepted_values', { column: 'status', values: ['paid', 'open'] }),
      aTest('aggregate', { op: 'max', column: 'amount', cmp: 'lt', value: '9' }),
      aTest('unique_expr', { key_expr: "coalesce(status, 'paid')" }),
    ]
    const mask = (column: string | undefined, value: string | null) => (column === 'id' ? value : `<${String(column)}>`)
    expect(await runTests(engine, 'orders', tests, { mask })).toEqual([
      {
        kind: 'ran',
        failing: 1n,
        keys: [
          [
            { column: 'id', value: '2' },
            { column: 'status', value: '<status>' },
          ],
        ],
      },
      { kind: 'ran', failing: 1n, observed: '<amount>', keys: [] },
      { kind: 'ran', failing: 3n, keys: [[{ column: 'key', value: '<undefined>' }]] },
    ])
  })

  it('takes names as they are', async () => {
    const tests = [
      aTest('not_null', { column: 'a b' }),
      aTest('not_null', { column: 'x"y' }),
      aTest('in_range', { column: 'SELECT', min: '3' }),
      aTest('composite', { kind: 'unique', columns: ['a b', 'x"y'] }),
      aTest('not_null', { column: 'id" IS NULL OR "id' }),
    ]
    const outcomes = await runTests(engine, 'odd "name"', tests, { key: [] })
    expect(outcomes.map(brief)).toEqual([0, 1, 1, 0, 'the model has no column `id" IS NULL OR "id`'])
  })

  it.each([
    ['leaves its parentheses', 'expression', '1) FROM customers; --'],
    ['leaves them and comes back', 'expression', '1) FROM (VALUES (1)) AS t(x), (SELECT 1'],
    ['brings a FROM', 'expression', 'true FROM customers'],
    ['brings a WHERE', 'expression', 'true WHERE false'],
    ['brings a LIMIT', 'expression', 'true LIMIT 0'],
    ['brings a union', 'expression', 'true UNION SELECT false'],
    ['ends the statement', 'expression', 'true; DROP TABLE orders'],
    ['opens a comment', 'expression', 'true /*'],
    ['opens a quotation', 'expression', "status = 'x"],
    ['opens a name', 'expression', 'status = "x'],
    ['opens a dollar quotation', 'expression', 'status = $$x'],
    ['reads another table', 'expression', 'id IN (SELECT id FROM customers)'],
    ['reads its own table', 'expression', 'amount > (SELECT avg(amount) FROM orders)'],
    ['reads a file', 'expression', "(SELECT count(*) FROM read_csv('/etc/passwd')) > 0"],
    ['reads a file as a scalar', 'expression', "(FROM read_text('/etc/passwd') SELECT content) <> ''"],
    ['calls what is refused', 'expression', "getenv('HOME') = ''"],
    ['runs text', 'expression', "(SELECT count(*) FROM query('SELECT 1')) > 0"],
    ['reads through a macro', 'expression', 'id < peek()'],
    ['is no condition', 'expression', "status || 'x'"],
    ['sums up', 'expression', 'sum(amount) > 0'],
    ['is empty', 'expression', '  '],
    ['holds a parameter', 'expression', 'id = $1'],
    ['is two', 'expression', 'true, (SELECT 1)'],
    ['reads another table', 'filter', 'id IN (SELECT id FROM customers)'],
    ['leaves its parentheses', 'filter', 'true) OR (true'],
    ['leaves its parentheses', 'key_expr', 'id) FROM customers --'],
  ])('does not run SQL that %s (%s)', async (_, key, text) => {
    const test =
      key === 'filter'
        ? aTest('not_null', { column: 'id', filter: text })
        : key === 'key_expr'
          ? aTest('unique_expr', { key_expr: text })
          : aTest('expression', { expression: text })
    const [outcome, beside] = await runTests(engine, 'orders', [test, aTest('not_null', { column: 'id' })])
    expect(outcome?.kind).toBe('fault')
    expect(brief(beside)).toBe(2)
  })

  it('refuses what is no expression before it is put into any statement', async () => {
    const texts = ['true WHERE false', 'true LIMIT 0', 'true UNION SELECT false', 'true;', 'id AS x', '1) OR (1', '']
    const fragments = texts.map((text) => ({ key: 'filter', text }))
    const refused = await refusedFragments(servicesOf(engine), [
      ...fragments,
      { key: 'filter', text: 'id > 1 -- fine' },
    ])
    expect([...refused.keys()]).toEqual(texts)
  })

  it.each([
    ['an unknown column', aTest('not_null', { column: 'statu' }), /no column `statu`. Did you mean "status"/],
    ['the table for a column', aTest('not_null', { column: 'orders' }), /no column `orders`/],
    ['no column', aTest('not_null'), /`column` is missing/],
    ['no values', aTest('accepted_values', { column: 'id', values: [] }), /values/],
    [
      'values of another type',
      aTest('accepted_values', { column: 'id', values: ['a'] }),
      /Could not convert string 'a'/,
    ],
    ['a bound that is no number', aTest('in_range', { column: 'id', min: '1); --' }), /`min`/],
    ['no bound', aTest('in_range', { column: 'id' }), /`min` or `max`/],
    ['a pattern that is none', aTest('regex_match', { column: 'status', pattern: '(' }), /missing \)/],
    ['an unknown type', aTest('nonsense', { column: 'id' }), /no test of type "nonsense"/],
    ['a type of every object', aTest('constructor', { column: 'id' }), /no test of type/],
    ['an unknown severity', aTest('not_null', { column: 'id', severity: 'fatal' }), /severity/],
    ['a comparison that is none', aTest('aggregate', { op: 'count', cmp: '; --', value: '1' }), /`cmp`/],
    ['one column for two', aTest('composite', { kind: 'unique', columns: ['id'] }), /columns/],
    [
      'an unknown column above',
      aTest('relationships', { column: 'customer', to_table: 'customers', to_column: 'ids' }),
      /`customers` has no column `ids`. Did you mean "id"/,
    ],
    ['an error of some row', aTest('expression', { expression: 'CAST(status AS INTEGER) > 0' }), /Could not convert/],
  ])('tells why a test with %s cannot run', async (_, test, because) => {
    const [outcome, beside] = await runTests(engine, 'orders', [test, aTest('not_null', { column: 'id' })])
    expect(outcome?.kind).toBe('fault')
    expect(brief(outcome)).toMatch(because)
    expect(brief(beside)).toBe(2)
  })

  it('keeps values out of the engine’s words where they may not be shown', async () => {
    const test = aTest('expression', { expression: 'CAST(status AS INTEGER) > 0' })
    const [outcome] = await runTests(engine, 'orders', [test], { showValues: false })
    expect(brief(outcome)).toMatch(/Could not convert string …/)
    expect(brief(outcome)).not.toMatch(/paid|open|lost/)
  })

  it('takes a division by zero for the NULL that DuckDB makes of it', async () => {
    const tests = [
      aTest('expression', { expression: '1 / amount > 0' }),
      aTest('expression', { expression: 'error(status) IS NULL' }),
    ]
    const [division, raised] = await runTests(engine, 'orders', tests)
    expect(brief(division)).toBe(1)
    expect(raised?.kind).toBe('fault')
  })
})
