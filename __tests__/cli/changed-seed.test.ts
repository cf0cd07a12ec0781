import { afterAll, describe, expect, it } from '@jest/globals'
import type { RunOutput } from '../../src/core/contract/run.ts'
import { documentOf, expectClean, removeTemporaryRoot, runCli } from './run-cli.ts'
import { shopRepository } from './shop.ts'
import { removeTemporaryFolders, type Files } from '../support/git-repository.ts'

afterAll(removeTemporaryFolders)
afterAll(removeTemporaryRoot)

const customers = `CREATE TABLE raw.customers AS SELECT i AS id, 'c' || i AS name FROM range(7) t(i);`
const seedOf = (orders: string, more = ''): string => `CREATE SCHEMA raw;
CREATE TABLE raw.orders AS SELECT i AS id, i % 7 AS customer, ${orders} AS amount FROM range(200) t(i);
${customers}
${more}`

const before = seedOf('i * 10')
/** 20 rows differ, in one column. */
const after = seedOf('CASE WHEN i % 10 = 0 THEN i ELSE i * 10 END')

describe('a seed that the pull request changes', () => {
  it('is the snapshot of both sides, and what it does by itself is told apart', async () => {
    const run = await preview({ 'data/seed.sql': after }, { 'data/seed.sql': before })
    expect(run.models.map(({ verdict }) => verdict)).toEqual(['not_affected', 'not_affected', 'not_affected'])
    expect(run.seed_change).toMatchObject({
      path: 'data/seed.sql',
      sources: [{ table: 'raw.orders', change: 'changed', rows: { base: 200, head: 200, changed: 19, added: 0 } }],
      models: [
        { model_name: 'orders', verdict: 'changed', rows: { base: 199, head: 199, changed: 19 } },
        { model_name: 'revenue', verdict: 'changed', rows: { base: 7, head: 7, changed: 7 } },
      ],
    })
    expect(run.markdown).toContain('Because the seed changed')
  })

  it('stops where base’s code comes out equal on both', async () => {
    const head = { 'data/seed.sql': seedOf('CASE WHEN i = 0 THEN -1 ELSE i * 10 END') }
    const { seed_change: change } = await preview(head, { 'data/seed.sql': before })
    expect(change?.sources).toMatchObject([{ table: 'raw.orders', rows: { changed: 1 } }])
    expect(change?.models).toEqual([{ model_name: 'orders', verdict: 'identical', detail: 'every row compared' }])
  })

  it('takes base’s name for a model that is renamed, and what the run has built of it', async () => {
    const head = {
      'data/seed.sql': after,
      'models/orders.sql': undefined,
      'models/sales.sql': 'SELECT id, customer, amount FROM raw.orders WHERE amount > 0\n',
      'models/revenue.sql': 'SELECT customer, sum(amount) + 1 AS revenue FROM sales GROUP BY customer\n',
    }
    const { seed_change: change } = await preview(head, { 'data/seed.sql': before })
    expect(change?.models.map(({ model_name: model, verdict }) => [model, verdict])).toEqual([
      ['orders', 'changed'],
      ['revenue', 'changed'],
    ])
  })

  it('is not checked where base’s fails or base has none, and the run goes on', async () => {
    const edited = { 'models/people.sql': 'SELECT id FROM raw.customers\n' }
    const failing = await preview(
      { 'data/seed.sql': after, ...edited },
      { 'data/seed.sql': 'CREATE TABLE t AS SELECT no_such()' },
    )
    const missing = await preview({ 'data/new.sql': after, ...edited }, {}, ['--seed', 'data/new.sql'])
    for (const [run, because] of [
      [failing, /^base's seed fails: .*no_such/s],
      [missing, /^base has no seed$/],
    ] as const) {
      expect(run.seed_change).toMatchObject({ not_checked: expect.stringMatching(because), sources: [], models: [] })
      expect(run.models.find(({ model_name: model }) => model === 'people')?.verdict).toBe('changed')
      expect(run.failures).toEqual([])
    }
  })

  it('never reads head’s rows for base’s, behind a view that names the catalog either', async () => {
    const views = `CREATE VIEW raw.large AS SELECT * FROM raw.orders WHERE amount > 500;
      CREATE VIEW raw.small AS SELECT * FROM shop.raw.orders WHERE amount < 500;`
    const models = {
      'models/large.sql': 'SELECT id, amount FROM raw.large\n',
      'models/small.sql': 'SELECT id, amount FROM raw.small\n',
    }
    const base = { 'data/seed.sql': `${before}\n${views}`, ...models }
    const { seed_change: change } = await preview({ 'data/seed.sql': `${after}\n${views}` }, base)
    const verdictOf = new Map(change?.models.map(({ model_name: model, verdict }) => [model, verdict]))
    expect([verdictOf.get('large'), verdictOf.get('small')]).toEqual(['changed', 'not_checked'])
  })

  it('reaches models through macros, types and tables that only one of the two has', async () => {
    const models = {
      'models/_defaults.toml': '[target]\ncatalog = "shop"\nschema = "marts"\n',
      'models/twice.sql': 'SELECT id, twice(id) AS n FROM raw.customers\n',
      'models/old.sql': 'SELECT id FROM raw.old\n',
      'models/old_reader.sql': 'SELECT count(*) AS n FROM old\n',
    }
    const macro = (body: string): string => `CREATE MACRO twice(i) AS ${body};`
    const base = {
      'data/seed.sql': seedOf('i', `${macro('i * 2')} CREATE TABLE raw.old AS SELECT 1 AS id;`),
      ...models,
    }
    const { seed_change: change } = await preview({ 'data/seed.sql': seedOf('i', macro('i * 3')) }, base)
    expect(change?.sources).toMatchObject([{ table: 'raw.old', change: 'removed', rows: { base: 1, head: 0 } }])
    expect(change?.models).toMatchObject([
      { model_name: 'old', verdict: 'failed', detail: expect.stringContaining('does not build on head') },
      { model_name: 'twice', verdict: 'changed', rows: { base: 7, head: 7 } },
      { model_name: 'old_reader', verdict: 'not_checked' },
    ])
  })

  it('does not guess at models that start from rows of the seed, or from chance', async () => {
    const models = {
      'models/_defaults.toml': '[target]\ncatalog = "shop"\nschema = "main"\n',
      'models/log.sql': 'SELECT id, amount FROM raw.orders\n',
      'models/log.toml': '[strategy]\ntype = "incremental"\ntimestamp_column = "id"\n',
      'models/ids.sql': 'SELECT uuid() AS u, id FROM raw.orders\n',
    }
    const log = 'CREATE TABLE main.log AS SELECT 1 AS id, 2 AS amount;'
    const base = { 'data/seed.sql': `${before}\n${log}`, ...models }
    const { seed_change: change } = await preview({ 'data/seed.sql': `${after}\n${log}` }, base)
    const byName = new Map(change?.models.map(({ model_name: model, verdict, detail }) => [model, [verdict, detail]]))
    expect(byName.get('log')).toEqual(['not_checked', 'it starts from rows that the seed itself holds'])
    expect(byName.get('ids')?.[0]).toBe('not_checked')
  })
})

async function preview(head: Files, base: Files, flags: readonly string[] = []): Promise<RunOutput> {
  const repository = shopRepository(head, base)
  const result = await runCli(['run', '--base', 'main', ...flags], { cwd: repository.folder })
  expectClean(result)
  return documentOf(result)
}
