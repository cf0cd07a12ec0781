import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runUnitTest } from '../../../src/commands/check/check-unit.ts'
import { PreviewError } from '../../../src/core/base/errors.ts'
import { linkModel } from '../../../src/core/lineage/link.ts'
import { Names } from '../../../src/core/lineage/names.ts'
import type { LinkTarget } from '../../../src/core/lineage/link.ts'
import type { SideOutcome } from '../../../src/core/checks/result.ts'
import type { Model, UnitTest } from '../../../src/core/project/model.ts'
import { aModel } from '../../support/model.ts'
import { brief, openCheckedEngine, servicesOf } from '../../support/checking.ts'
import type { TestEngine } from '../../support/engine.ts'

let engine: TestEngine

beforeAll(async () => {
  engine = await openCheckedEngine()
  await engine.run(
    'CREATE SCHEMA w.raw',
    "CREATE TABLE w.raw.orders AS SELECT 1 AS id, CAST(1.5 AS DECIMAL(18,2)) AS amount, DATE '2026-01-01' AS day, 'x' AS note",
  )
})

afterAll(() => {
  engine.close()
})

interface Case {
  readonly sql: string
  readonly given?: Readonly<Record<string, UnitTest['expect']['rows']>>
  readonly expected: UnitTest['expect']['rows']
  readonly ordered?: boolean
  /** With the warehouse beside it, which knows `raw.orders`. */
  readonly warehouse?: boolean
  readonly model?: Partial<Model>
}

const models = [aModel({ name: 'stg_orders', target: { catalog: 'w', schema: 'stage', table: 'stg_orders' } })]

async function run({
  sql,
  given = {},
  expected,
  ordered = false,
  warehouse = false,
  model,
}: Case): Promise<SideOutcome> {
  const own = aModel({ name: 'm', sql, ...model })
  const definitions = warehouse ? await engine.warehouse.definitions() : undefined
  const names = new Names([...models, own], [], definitions)
  const [parsed] = await engine.binder.parse([sql])
  if (parsed === undefined) throw new Error('nothing was parsed')
  const linked = linkModel(own, parsed, names, new Map())
  if (linked instanceof PreviewError) throw linked
  const bench = {
    services: servicesOf(engine),
    scratch: engine.warehouse,
    warehouse: warehouse ? 'w' : undefined,
    columnsOf: (target: LinkTarget) =>
      warehouse && target.kind === 'source'
        ? engine.warehouse.describe({ catalog: 'w', ...target.relation })
        : Promise.resolve(undefined),
  }
  const test: UnitTest = {
    name: 'case',
    given: Object.entries(given).map(([ref, rows]) => ({ ref, rows })),
    expect: { rows: expected, ordered },
  }
  return runUnitTest(bench, linked, names, test)
}

const orders = [{ id: 1, amount: 150.5 }, { id: 2, amount: 50 }, { id: 3 }]

describe('runUnitTest', () => {
  it.each<[string, Case, number]>([
    [
      'equal rows in another order',
      {
        sql: 'SELECT id, amount * 2 AS twice FROM raw.orders',
        given: { 'raw.orders': orders },
        expected: [{ id: 3 }, { id: 2, twice: 100 }, { id: 1, twice: 301.0 }],
      },
      0,
    ],
    [
      'a missing and an unexpected row',
      {
        sql: 'SELECT id FROM raw.orders',
        given: { 'raw.orders': orders },
        expected: [{ id: 1 }, { id: 2 }, { id: 4 }],
      },
      2,
    ],
    [
      'how often a row stands',
      { sql: 'SELECT 1 AS a FROM raw.orders', given: { 'raw.orders': orders }, expected: [{ a: 1 }, { a: 1 }] },
      1,
    ],
    [
      'columns that are not asserted',
      {
        sql: 'SELECT id, amount FROM raw.orders',
        given: { 'raw.orders': orders },
        expected: [1, 2, 3].map((id) => ({ id })),
      },
      0,
    ],
    [
      'columns in any case',
      {
        sql: 'SELECT id AS "ID" FROM raw.orders',
        given: { 'RAW.Orders': orders },
        expected: [1, 2, 3].map((id) => ({ iD: id })),
      },
      0,
    ],
    ['NULL apart from the empty text', { sql: "SELECT NULL AS a, '' AS b", expected: [{ a: '', b: '' }] }, 2],
    ['no row where none is expected', { sql: 'SELECT 1 AS a WHERE false', expected: [] }, 0],
    ['a row where none is expected', { sql: 'SELECT 1 AS a', expected: [] }, 1],
    [
      'order where it is asked for',
      { sql: 'SELECT * FROM (VALUES (1), (2)) AS v(a) ORDER BY a DESC', expected: [{ a: 2 }, { a: 1 }], ordered: true },
      0,
    ],
    [
      'a wrong order',
      { sql: 'SELECT * FROM (VALUES (1), (2)) AS v(a) ORDER BY a', expected: [{ a: 2 }, { a: 1 }], ordered: true },
      4,
    ],
    [
      'decimals without rounding the expected one',
      { sql: 'SELECT CAST(1 AS DECIMAL(18,2)) AS a', expected: [{ a: 1.001 }] },
      2,
    ],
    [
      'dates and times by value',
      {
        sql: "SELECT DATE '2026-01-02' AS d, TIMESTAMP '2026-01-02' AS t",
        expected: [{ d: '2026-01-02', t: '2026-01-02' }],
      },
      0,
    ],
    [
      'dates of TOML',
      { sql: "SELECT DATE '2026-01-02' AS d", expected: [{ d: { type: 'DATE', text: '2026-01-02' } }] },
      0,
    ],
    ['lists', { sql: "SELECT ['a', 'b'] AS l", expected: [{ l: ['a', 'b'] }] }, 0],
    ['the run’s clock', { sql: 'SELECT today() AS d', expected: [{ d: '2026-01-31' }] }, 0],
    [
      'a model by its name, and by its target',
      {
        sql: 'SELECT a.id FROM stg_orders AS a JOIN stage.stg_orders AS b USING (id)',
        given: { stg_orders: orders },
        expected: [1, 2, 3].map((id) => ({ id })),
      },
      0,
    ],
    [
      'a table by its last name',
      { sql: 'SELECT orders.id FROM raw.orders', given: { orders: [{ id: 7 }] }, expected: [{ id: 7 }] },
      0,
    ],
    [
      'its own earlier state',
      { sql: 'SELECT id + 1 AS id FROM m', given: { m: [{ id: 1 }] }, expected: [{ id: 2 }] },
      0,
    ],
    [
      'a surrogate key',
      {
        sql: 'SELECT 1 AS id',
        model: { surrogateKeys: [{ name: 'k', columns: ['id'] }] },
        expected: [{ k: 'c4ca4238a0b923820dcc509a6f75849b' }],
      },
      0,
    ],
    [
      'the warehouse’s types and its other columns',
      {
        sql: 'SELECT amount, note, day + 1 AS next FROM raw.orders',
        given: { 'raw.orders': [{ id: 1, amount: '2.345', day: '2026-01-31' }] },
        expected: [{ amount: 2.35, next: '2026-02-01' }],
        warehouse: true,
      },
      0,
    ],
    [
      'an empty input that the warehouse knows',
      {
        sql: 'SELECT count(*) AS n, sum(amount) AS s FROM raw.orders',
        given: { 'raw.orders': [] },
        expected: [{ n: 0 }],
        warehouse: true,
      },
      0,
    ],
    [
      'hostile names and texts',
      {
        sql: 'SELECT "a""b" FROM "o\'x"',
        given: { "o'x": [{ 'a"b': "'); DROP TABLE x; --" }] },
        expected: [{ 'a"b': "'); DROP TABLE x; --" }],
      },
      0,
    ],
  ])('compares %s', async (_, given, failing) => {
    expect(brief(await run(given))).toBe(failing)
  })

  it('shows a few of the rows that differ', async () => {
    const outcome = await run({
      sql: "SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, NULL",
      expected: [
        { a: 1, b: 'x' },
        { a: 3, b: 'y' },
      ],
    })
    expect(outcome).toEqual({
      kind: 'compared',
      failing: 2n,
      missing: [
        [
          { column: 'a', value: '3' },
          { column: 'b', value: 'y' },
        ],
      ],
      unexpected: [
        [
          { column: 'a', value: '2' },
          { column: 'b', value: null },
        ],
      ],
    })
  })

  it.each<[string, Case, RegExp]>([
    [
      'an input without rows',
      { sql: 'SELECT 1 FROM raw.orders', expected: [] },
      /reads `raw.orders`, and the test gives no rows/,
    ],
    [
      'an empty input that nobody knows',
      { sql: 'SELECT 1 FROM raw.orders', given: { 'raw.orders': [] }, expected: [] },
      /nothing tells its columns/,
    ],
    [
      'SQL that does not bind',
      { sql: 'SELECT nonsense FROM raw.orders', given: { 'raw.orders': orders }, expected: [] },
      /nonsense/,
    ],
    [
      'SQL that fails',
      { sql: "SELECT CAST('x' AS INTEGER) + id AS a FROM raw.orders", given: { 'raw.orders': orders }, expected: [] },
      /Could not convert/,
    ],
    ['a column that the model has not', { sql: 'SELECT 1 AS a', expected: [{ b: 1 }] }, /has no column `b`/],
    [
      'values that are not of the column’s type',
      { sql: 'SELECT 1 AS a FROM raw.orders', given: { 'raw.orders': [{ id: 'x' }] }, expected: [], warehouse: true },
      /Could not convert/,
    ],
  ])('tells why a test with %s cannot run', async (_, given, because) => {
    const outcome = await run(given)
    expect([outcome.kind, brief(outcome)]).toEqual(['fault', expect.stringMatching(because)])
  })

  it('reads nothing of the warehouse', async () => {
    await engine.run('CREATE OR REPLACE MACRO w.main.peek() AS (SELECT max(id) FROM w.raw.orders)')
    const outcome = await run({ sql: 'SELECT peek() AS a', expected: [{ a: 1 }], warehouse: true })
    expect(brief(outcome)).toMatch(/would read `orders`/)
  })

  it('leaves no row of one test to the next', async () => {
    const test = { sql: 'SELECT count(*) AS n FROM raw.orders', given: { 'raw.orders': orders }, expected: [{ n: 3 }] }
    expect([brief(await run(test)), brief(await run(test))]).toEqual([0, 0])
  })
})
