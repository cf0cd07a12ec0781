import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { corrected, correctionOf, estimateFromSizes } from '../../../src/core/cost/estimate.ts'
import { expectedWork, type ExpectedWork, type Size } from '../../../src/core/cost/work.ts'
import { authored } from '../../../src/core/sql/sql.ts'
import { parseStatistics } from '../../../src/warehouse/duckdb/statistics.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'

let engine: TestEngine
const sizes = new Map<string, Size>()

beforeAll(async () => {
  engine = await openTestEngine()
  await engine.run(
    `CREATE TABLE w.main.events AS SELECT range AS id, DATE '2024-01-01' + (range // 1000)::INTEGER AS day, range % 100 AS user_id,
       'note ' || range AS note, (range % 50)::DOUBLE AS amount, range % 2 = 0 AS flag FROM range(200000)`,
    `CREATE TABLE w.main.users AS SELECT range AS id, 'user ' || range AS name, range % 10 AS team FROM range(100)`,
  )
  for (const [table, rows] of [
    ['events', 200_000],
    ['users', 100],
  ] as const) {
    const known = await engine.warehouse.statistics({ catalog: 'w', schema: 'main', table })
    sizes.set(`main.${table}`, { rows, columns: new Map(known.map((one) => [one.column, one])) })
  }
})
afterAll(() => {
  engine.close()
})

const session = { mode: 'compare', searchPath: [{ catalog: 'w', schema: 'main' }] } as const

async function workOf(query: string, known: ReadonlyMap<string, Size> = sizes, stored?: number): Promise<ExpectedWork> {
  const bound = await engine.binder.bind(authored(query), session, [])
  if (bound.kind === 'unbound' || bound.effort === undefined) throw new Error('no effort')
  const work = expectedWork(bound.effort, (relation) => known.get(relation), stored)
  if (work === undefined) throw new Error('not known')
  return work
}

async function rowsOf(query: string): Promise<number> {
  const [row] = await engine.warehouse.query(authored(`SELECT count(*) AS n FROM (${query}) AS q`), session)
  return Number(row?.['n'])
}

describe('the rows that a plan is expected to give', () => {
  it.each([
    ['all of them', 'SELECT id FROM events'],
    ['none that a filter takes away', 'SELECT id FROM events WHERE amount >= 0'],
    ['from a day on', "SELECT id FROM events WHERE day >= DATE '2024-06-01'"],
    ['turned round', "SELECT id FROM events WHERE DATE '2024-03-01' > day"],
    ['between two days', "SELECT id FROM events WHERE day BETWEEN DATE '2024-02-01' AND DATE '2024-07-01'"],
    ['one value of many', 'SELECT id FROM events WHERE user_id = 7'],
    ['a constant condition', 'SELECT id FROM events WHERE 1 + 1 = 2'],
    ['a group for each value', 'SELECT user_id, count(*) AS n FROM events GROUP BY user_id'],
    ['a group for each row', 'SELECT note, count(*) AS n FROM events GROUP BY note'],
    ['one for the whole', 'SELECT count(*) AS n FROM events'],
    ['distinct values', 'SELECT DISTINCT day FROM events'],
    ['a join by a key', 'SELECT e.id, u.name FROM events e JOIN users u ON u.id = e.user_id'],
    ['a join as a comma and a condition', 'SELECT e.id FROM events e, users u WHERE u.id = e.user_id'],
    ['a join that multiplies', 'SELECT a.id FROM users a JOIN users b ON a.team = b.team'],
    [
      'a join after a filter',
      'SELECT e.id FROM events e JOIN (SELECT id FROM events WHERE id < 50000) f ON f.id = e.id',
    ],
    ['a left join', 'SELECT u.id FROM users u LEFT JOIN (SELECT id FROM users WHERE id < 5) f ON f.id = u.id'],
    ['a cross join', 'SELECT a.id FROM users a, users b'],
    ['a union', 'SELECT id FROM events UNION ALL SELECT id FROM users'],
    ['a limit', 'SELECT id FROM events ORDER BY amount LIMIT 10'],
    [
      'a CTE that is read twice',
      'WITH u AS MATERIALIZED (SELECT * FROM users) SELECT a.id FROM u a JOIN u b ON a.id = b.id',
    ],
    ['a correlated subquery', 'SELECT u.id, (SELECT max(day) FROM events e WHERE e.user_id = u.id) AS d FROM users u'],
    ['values', 'SELECT * FROM (VALUES (1), (2), (3)) AS v(x)'],
    ['a window', 'SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY id) AS n FROM events'],
  ])('%s', async (_, query) => {
    const [expected, actual] = [(await workOf(query)).rows, await rowsOf(query)]
    // Counts of distinct values are approximate.
    expect(expected).toBeGreaterThan(actual * 0.6)
    expect(expected).toBeLessThan(actual * 1.6)
  })

  it('carries what is known of a column to those who read the model', async () => {
    const { rows, columns } = await workOf(
      "SELECT day AS d, user_id + 1 AS u FROM events WHERE day >= DATE '2024-06-01'",
    )
    expect([...columns.keys()]).toEqual(['d'])
    const known = new Map([...sizes, ['main.users', { rows, columns }]])
    expect((await workOf('SELECT id FROM users', known)).rows).toBe(rows)
  })

  it('are those that its relation holds, where it is there', async () => {
    const few = await workOf("SELECT id FROM events WHERE note LIKE '%7'", sizes, 20_000)
    const guessed = await workOf("SELECT id FROM events WHERE note LIKE '%7'")
    expect([few.rows, guessed.rows]).toEqual([20_000, 80_000])
    expect(few.durationMs).toBeLessThan(guessed.durationMs)
  })

  it('are not known where a table is not', async () => {
    await expect(workOf('SELECT * FROM users', new Map())).rejects.toThrow('not known')
  })
})

describe('what a plan is expected to take', () => {
  it.each([
    ['text more than numbers', 'SELECT id FROM events', 'SELECT note FROM events'],
    ['more columns', 'SELECT id FROM events', 'SELECT id, user_id, amount FROM events'],
    ['a sort', 'SELECT id FROM events', 'SELECT id FROM events ORDER BY note'],
    ['a window', 'SELECT id, user_id FROM events', 'SELECT id, rank() OVER (ORDER BY user_id) AS r FROM events'],
    ['a group of each row', 'SELECT count(*) FROM events GROUP BY user_id', 'SELECT count(*) FROM events GROUP BY id'],
    ['values told apart', 'SELECT count(id) FROM events', 'SELECT count(DISTINCT id) FROM events'],
    [
      'a large join',
      'SELECT count(*) FROM events e JOIN users u ON e.user_id = u.id',
      'SELECT count(*) FROM events e JOIN events f ON e.id = f.id',
    ],
    [
      'a join without a key',
      'SELECT e.id FROM events e JOIN users u ON e.user_id = u.id',
      'SELECT e.id FROM events e JOIN users u ON e.user_id < u.id',
    ],
    [
      'a whole sort, not the first ten',
      'SELECT id FROM events ORDER BY amount LIMIT 10',
      'SELECT id FROM (SELECT id FROM events ORDER BY amount) LIMIT 10 OFFSET 3',
    ],
  ])('%s', async (_, less, more) => {
    const [cheap, dear] = [await workOf(less), await workOf(more)]
    expect(dear.durationMs).toBeGreaterThan(cheap.durationMs)
  })

  it('counts the bytes of the columns that are read, and of those that are written', async () => {
    const { bytesScanned, bytesWritten } = await workOf('SELECT id FROM events WHERE amount >= 0')
    expect({ bytesScanned, bytesWritten }).toEqual({ bytesScanned: 200_000 * 14, bytesWritten: 200_000 * 7 })
  })

  it('holds what it sorts, groups or looks up, and what it gathers to write', async () => {
    const memory = async (query: string): Promise<number> => (await workOf(query)).memoryBytes
    expect(await memory('SELECT id FROM events')).toBe(122_880 * 7)
    expect(await memory('SELECT e.id FROM events e JOIN users u ON u.id = e.user_id')).toBeLessThan(
      122_880 * 7 + 10_000,
    )
    expect(await memory('SELECT id FROM events ORDER BY amount')).toBeGreaterThan(2_000_000)
  })
})

describe('parseStatistics', () => {
  it.each([
    [
      '[Min: 0, Max: 999][Has Null: false, Has No Null: true][Approx Unique: 1022]',
      { distinct: 1022, least: 0, most: 999 },
    ],
    [
      '[Min: -3.50, Max: 1e3][Has Null: true, Has No Null: true][Approx Unique: 2]',
      { distinct: 2, least: -3.5, most: 1000 },
    ],
    ['[Min: 1970-01-01, Max: 1970-01-02][Has Null: false, Has No Null: true]', { least: 0, most: 86_400_000 }],
    ['[Min: 1970-01-01 00:00:01, Max: 1970-01-01 00:00:02.5]', { least: 1_000, most: 2_000 }],
    ['[Min: a], Max: b, Has Unicode: false, Max String Length: 12][Approx Unique: 7]', { distinct: 7 }],
    ['', {}],
  ])('%s', (text, statistics) => {
    expect(parseStatistics(text)).toEqual(statistics)
  })
})

describe('what was found puts guesses right', () => {
  const guess = { ...estimateFromSizes(1_000_000, 100_000, 2) }
  const found = (...times: readonly number[]) => times.map((time) => ({ expectedMs: 100, actualMs: 100 * time }))

  it('is a guess from cells at the pace of the machine', () => {
    // 2 × (1.5 ms + 15 ms + 12 ms)
    expect(guess).toMatchObject({ durationMs: 57, bytesScanned: 9_000_000, bytesWritten: 900_000, from: 'sizes' })
  })

  it.each([
    [[2, 4, 3], 3],
    [[0.5, 0.5, 20], 0.5],
    [[2, 4], undefined],
    [[2, 4, 0], undefined],
  ])('goes by the middle of %p', (times, correction) => {
    expect(correctionOf(found(...times))).toBe(correction)
  })

  it('leaves alone what was measured', () => {
    expect(corrected(guess, 3).durationMs).toBe(171)
    expect(corrected(guess, undefined)).toBe(guess)
    expect(corrected({ ...guess, from: 'records' }, 3).durationMs).toBe(57)
  })
})
