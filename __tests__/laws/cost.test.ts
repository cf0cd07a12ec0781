import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { withRepeats } from '../../src/commands/build/repeat.ts'
import { costReport } from '../../src/core/cost/report.ts'
import type { ModelOutcome, TwinOutcome } from '../../src/core/environment/outcome.ts'
import { authored } from '../../src/core/sql/sql.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { planned } from '../support/preview-result.ts'

/** A/A: so many pairs of the same code are built, and at most one in twenty may seem to cost something else. */
const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 20)
const MOST_WRONG = 0.05

const QUERIES = [
  'SELECT * FROM events',
  'SELECT user_id, count(*) AS n, sum(amount) AS amount FROM events GROUP BY user_id',
  'SELECT a.id, b.note FROM events a JOIN events b ON a.id = b.user_id',
  "SELECT upper(note) AS note, row_number() OVER (PARTITION BY user_id ORDER BY id) AS n FROM events WHERE note LIKE '%7%'",
  'SELECT 1 AS one',
]

let engine: TestEngine
let made = 0

beforeAll(async () => {
  engine = await openTestEngine()
  await engine.run(
    `CREATE TABLE w.main.events AS SELECT range AS id, range % 9973 AS user_id, 'note ' || range AS note, range * 0.5 AS amount FROM range(100000)`,
  )
})
afterAll(() => {
  engine.close()
})

async function build(query: string): Promise<TwinOutcome> {
  made += 1
  const relation = { catalog: 'w', schema: 'main', table: `t${String(made)}` }
  const session = { mode: 'build', searchPath: [{ catalog: 'w', schema: 'main' }] } as const
  const usage = await engine.warehouse.materialize(relation, authored(query), session)
  await engine.run(`DROP TABLE w.main.t${String(made)}`)
  return { kind: 'built', relation: { table: 'a' }, usage }
}

async function again(query: string): Promise<number | undefined> {
  const twin = await build(query)
  return twin.kind === 'built' ? twin.usage?.durationMs : undefined
}

describe('the same code on both sides', () => {
  it(`costs the same in 95 of 100 (${String(RUNS)} pairs)`, async () => {
    const wrong: unknown[] = []
    for (let run = 0; run < RUNS; run += 1) {
      const query = QUERIES[run % QUERIES.length] ?? ''
      const outcome: ModelOutcome = { model: 'a', base: await build(query), head: await build(query) }
      const clock = { now: () => 0, timestamp: () => '', deadline: Infinity }
      const outcomes = await withRepeats({ clock }, [outcome], 60_000, () => again(query))
      const report = costReport({ models: [planned({ name: 'a' })], failures: [], notices: [] }, outcomes, {
        config: {
          adapter: { name: 'default', type: 'databricks' },
          cost: { storageCostPerGbMonth: 0.023, computeCostPerDbu: 0.4, warehouseSize: 'Medium' },
          budget: {},
          modelGlobs: [],
          location: { path: 'rocky.toml' },
        },
        own: {},
      })
      const [model] = report.models
      if (model?.moved.length !== 0 || model.reasons.length !== 0 || report.totals.deltaUsd !== 0)
        wrong.push({ query, moved: model?.moved, time: model?.time, reasons: model?.reasons })
    }
    expect({ wrong: wrong.length <= RUNS * MOST_WRONG ? [] : wrong }).toEqual({ wrong: [] })
  })
})
