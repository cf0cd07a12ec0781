import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { reasonsOf, type Reason } from '../../../src/core/cost/reasons.ts'
import { authored } from '../../../src/core/sql/sql.ts'
import type { Usage } from '../../../src/core/ports/warehouse.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'

let engine: TestEngine
let made = 0

beforeAll(async () => {
  engine = await openTestEngine()
  await engine.run(
    `CREATE TABLE w.main.events AS SELECT range AS id, DATE '2024-01-01' + (range // 1000)::INTEGER AS day, range % 97 AS user_id,
       'note ' || range AS note, range * 2 AS amount FROM range(400000)`,
    `CREATE TABLE w.main.users AS SELECT range AS id, 'user ' || range AS name, range % 3 AS team FROM range(97)`,
    'CREATE VIEW w.main.all_events AS SELECT * FROM w.main.events',
  )
})
afterAll(() => {
  engine.close()
})

async function usageOf(query: string): Promise<Usage> {
  made += 1
  const target = { catalog: 'w', schema: 'main', table: `t${String(made)}` }
  return engine.warehouse.materialize(target, authored(query), {
    mode: 'build',
    searchPath: [{ catalog: 'w', schema: 'main' }],
  })
}

async function between(base: string, head: string): Promise<readonly Reason[]> {
  const [before, after] = [await usageOf(base), await usageOf(head)]
  if (before.plan === undefined || after.plan === undefined) throw new Error('no plan')
  return reasonsOf(before.plan, after.plan)
}

const FILTERED = "SELECT id, amount FROM events WHERE day = DATE '2024-02-01'"

describe('reasonsOf, on what DuckDB ran', () => {
  it.each([
    [
      'a filter that is dropped',
      FILTERED,
      'SELECT id, amount FROM events',
      'filter-gone',
      'now scans `events` whole: 400,000 rows instead of 1,000, with no filter on `day`',
    ],
    [
      'a filter that zone maps cannot help any more',
      FILTERED,
      "SELECT id, amount FROM events WHERE strftime(day, '%Y-%m-%d') = '2024-02-01'",
      'less-skipped',
      'scans 400,000 rows of `events` instead of 122,880: the filter on `day` no longer skips what it does not need',
    ],
    [
      'a filter that stays above the scan',
      `SELECT * FROM (SELECT id, day, amount FROM events) WHERE day = DATE '2024-02-01'`,
      `SELECT * FROM (SELECT id, day, row_number() OVER (ORDER BY id) AS n FROM events) WHERE day = DATE '2024-02-01'`,
      'filter-late',
      'now scans `events` whole: the filter on `day` is no longer pushed down',
    ],
    [
      'a projection that is lost',
      'SELECT id FROM events',
      'SELECT id, hash(events) AS h FROM events',
      'columns',
      'reads 5 columns of `events` instead of 1',
    ],
    [
      'a cross join',
      'SELECT e.id, u.name FROM events e JOIN users u ON u.id = e.user_id WHERE e.id < 1000',
      'SELECT e.id, u.name FROM events e, users u WHERE e.id < 1000',
      'cross-join',
      /^new cross join: (?:1,000 × 97|97 × 1,000) rows$/,
    ],
    [
      'a join without an equality',
      'SELECT e.id, u.name FROM events e JOIN users u ON u.id = e.user_id WHERE e.id < 1000',
      "SELECT e.id, u.name FROM events e JOIN users u ON e.note LIKE u.name || '%' WHERE e.id < 1000",
      'loop-join',
      /^new join without an equality: every one of [\d,]+ rows is held against [\d,]+$/,
    ],
    [
      'a join that multiplies',
      'SELECT a.id FROM users a JOIN users b ON a.id = b.id',
      'SELECT a.id FROM users a JOIN users b ON a.team = b.team',
      'fan-out',
      'joins many to many on `team = team`: 97 and 97 rows become 3,137',
    ],
    [
      'a relation that is read anew',
      'SELECT id FROM events',
      'SELECT e.id, u.name FROM events e LEFT JOIN users u ON u.id = e.user_id',
      'new-input',
      'now reads `users`: 97 rows',
    ],
    [
      'a relation that is read twice',
      'SELECT count(*) AS n, max(user_id) AS u FROM events',
      'SELECT count(*) AS n, (SELECT max(id) FROM events WHERE user_id = 3) AS u FROM events',
      'passes',
      'scans `events` 2 times instead of 1',
    ],
  ] as const)('names %s', async (_, base, head, kind, message) => {
    const reasons = await between(base, head)
    const found = reasons.find((reason) => reason.kind === kind && reason.direction === 'more')
    expect([kind, reasons.map((reason) => [reason.kind, reason.message])]).toEqual([kind, expect.anything()])
    if (typeof message === 'string') expect(found?.message).toBe(message)
    else expect(found?.message).toMatch(message)
  })

  it.each([
    [
      'a filter beside a CTE',
      FILTERED,
      `WITH e AS (SELECT * FROM events) ${FILTERED.replace('FROM events', 'FROM e')}`,
    ],
    [
      'a filter above a projection',
      FILTERED,
      "SELECT id, amount FROM (SELECT id, amount, day FROM events) WHERE day = DATE '2024-02-01'",
    ],
    [
      'a filter in other words',
      FILTERED,
      "SELECT id, amount FROM events WHERE day BETWEEN DATE '2024-02-01' AND DATE '2024-02-01'",
    ],
    ['a filter through a view', FILTERED, "SELECT id, amount FROM all_events WHERE day = DATE '2024-02-01'"],
    ['all columns below, few above', 'SELECT id FROM events', 'SELECT id FROM (SELECT * FROM events)'],
    [
      'a comma and an equality',
      'SELECT e.id, u.name FROM events e JOIN users u ON u.id = e.user_id',
      'SELECT e.id, u.name FROM events e, users u WHERE u.id = e.user_id',
    ],
    [
      'more conditions beside an equality',
      'SELECT e.id FROM events e JOIN users u ON u.id = e.user_id',
      'SELECT e.id FROM events e JOIN users u ON u.id = e.user_id AND e.id >= u.id',
    ],
  ])('gives no reason for %s', async (_, base, head) => {
    expect(await between(base, head)).toEqual([])
  })

  it.each([
    ['fan-out', 'a join to a key', 'SELECT e.id, u.name FROM events e JOIN users u ON u.id = e.user_id'],
    ['cross-join', 'a join to a key', 'SELECT e.id, u.name FROM events e JOIN users u ON u.id = e.user_id'],
    ['fan-out', 'a join that keeps what finds none', 'SELECT e.id FROM events e FULL JOIN users u ON u.id = e.user_id'],
    ['passes', 'a subquery over another table', 'SELECT id, (SELECT max(id) FROM users) AS m FROM events'],
    ['filter-gone', 'a column more', 'SELECT id, amount FROM events'],
  ])('finds no %s in %s', async (kind, _, head) => {
    const reasons = await between('SELECT id FROM events', head)
    expect(reasons.map((reason) => reason.kind)).not.toContain(kind)
  })

  it('has none for a filter that took nothing away', async () => {
    const reasons = await between("SELECT id, note FROM events WHERE note LIKE 'no_e%'", 'SELECT id, note FROM events')
    expect(reasons).toEqual([])
  })

  it('names the table where a filter is lost behind a view', async () => {
    const [reason] = await between(
      "SELECT id FROM all_events WHERE day = DATE '2024-02-01'",
      'SELECT id FROM all_events',
    )
    expect(reason).toMatchObject({ kind: 'filter-gone', relation: 'main.events' })
  })

  it('tells the way back as well', async () => {
    const [reason] = await between('SELECT id, amount FROM events', FILTERED)
    expect(reason).toMatchObject({ kind: 'filter-gone', direction: 'less', relation: 'main.events' })
    expect(reason?.message).toBe('`events` is now filtered on `day`: 1,000 rows instead of 400,000')
  })

  it('has none for the same code', async () => {
    for (const query of [
      FILTERED,
      'SELECT a.id FROM users a JOIN users b ON a.team = b.team',
      'SELECT * FROM events e, users u WHERE e.id < 10',
    ])
      expect(await between(query, query)).toEqual([])
  })

  it('does not take one row beside each for a cross join', async () => {
    const reasons = await between('SELECT id FROM users', 'SELECT id, (SELECT max(id) FROM users) AS most FROM users')
    expect(reasons.map(({ kind }) => kind)).not.toContain('cross-join')
  })
})

describe('the figures of a statement', () => {
  it('counts the columns of filters, text by its length, and nothing that is not read', async () => {
    const { bytesScanned, rowsScanned, rows, bytesWritten } = await usageOf(
      "SELECT id FROM users WHERE name <> 'user 3'",
    )
    // 97 rows: 8 bytes of id, and `user N`: 6 bytes for ten of them, 7 for the rest.
    expect({ bytesScanned, rowsScanned, rows, bytesWritten }).toEqual({
      bytesScanned: 97 * 8 + 10 * 6 + 87 * 7,
      rowsScanned: 97,
      rows: 96,
      bytesWritten: 96 * 8,
    })
  })

  it('counts bytes where no row passes', async () => {
    const { bytesScanned, rows } = await usageOf('SELECT id FROM events WHERE amount % 2 = 1')
    expect({ bytesScanned, rows }).toEqual({ bytesScanned: 400_000 * 16, rows: 0 })
  })

  it('counts the rows of a correlated subquery, of which the profile says nothing', async () => {
    const { rows } = await usageOf(
      "SELECT u.*, (SELECT min(name) FROM users v WHERE v.id = u.id AND v.name <> 'user 3') AS least FROM users u",
    )
    expect(rows).toBe(97)
  })

  it('is the same for rows, bytes and plans in 20 runs', async () => {
    const query =
      'SELECT u.team, count(*) AS n, max(e.note) AS note FROM events e JOIN users u ON u.id = e.user_id GROUP BY ALL ORDER BY ALL LIMIT 5'
    const figures = new Set<string>()
    for (let run = 0; run < 20; run += 1) {
      const { rows, rowsScanned, bytesScanned, bytesWritten, plan } = await usageOf(query)
      figures.add(JSON.stringify({ rows, rowsScanned, bytesScanned, bytesWritten, plan }))
    }
    expect(figures.size).toBe(1)
  })
})
