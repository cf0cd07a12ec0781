import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { join } from 'node:path'
import type { RunOutput } from '../../src/core/contract/run.ts'
import { removeTemporaryFolders, temporaryFolder } from '../support/git-repository.ts'
import { removeTemporaryRoot, runCli } from './run-cli.ts'
import { shopRepository } from './shop.ts'

afterAll(() => {
  removeTemporaryRoot()
  removeTemporaryFolders()
})

/** `orders` gets a column, and so does its reader; another reader changes by itself. */
const { folder } = shopRepository(
  {
    'models/orders.sql': 'SELECT id, id % 3 AS third, customer, amount FROM raw.orders WHERE amount > 0\n',
    'models/revenue.sql': 'SELECT customer, sum(amount) AS revenue, max(third) AS x FROM orders GROUP BY customer\n',
    'models/large.sql': 'SELECT id, customer FROM orders WHERE amount > 700\n',
    'models/broken.sql': 'SELECT id, name, CAST(name AS INTEGER) AS x FROM raw.customers\n',
  },
  {
    'models/large.sql': 'SELECT id, customer FROM orders WHERE amount > 500\n',
    'models/broken.sql': 'SELECT id, name FROM raw.customers\n',
  },
)
const project = ['--project', folder, '--base', 'main', '-o', 'json']

describe('a model that gets a column and is otherwise as it was', () => {
  let run: RunOutput
  beforeAll(async () => {
    run = JSON.parse((await runCli(['run', ...project])).stdout) as RunOutput
  })

  it('is built once, told as proven, and read by base’s readers', () => {
    const row = (name: string) => run.models.find(({ model_name: of }) => of === name)
    for (const name of ['orders', 'revenue']) {
      expect(row(name)).toMatchObject({
        verdict: 'changed',
        evidence: { kind: 'proven' },
        method: { name: 'proven' },
        rows: { added: 0, removed: 0, changed: 0 },
      })
    }
    expect(row('large')).toMatchObject({ verdict: 'changed', evidence: { kind: 'measured' }, rows: { removed: 20 } })
    const cost = run.cost.per_model.find(({ model_name: of }) => of === 'orders')
    expect(cost).toMatchObject({ base_derived: true, base_duration_ms: 0, base_rows: 199, branch_rows: 199 })
    expect(run.markdown).toContain('Not measured on base')
  })

  it('is built on base too where the new column fails', () => {
    const broken = run.models.find(({ model_name: of }) => of === 'broken')
    expect(broken).toMatchObject({ verdict: 'failed' })
    expect(broken?.findings.map(({ code }) => code)).not.toContain('failure.old')
    const cost = run.cost.per_model.find(({ model_name: of }) => of === 'broken')
    expect(cost).toMatchObject({ base_rows: 7 })
    expect(cost).not.toHaveProperty('base_derived')
  })

  it('is compared by another process', async () => {
    const state = join(temporaryFolder(), 'state')
    await runCli(['create', ...project, '--state', state, '--name', 'one'])
    const { stdout } = await runCli(['diff', '--project', folder, '--state', state, '--name', 'one', '-o', 'json'])
    const { models } = JSON.parse(stdout) as RunOutput['diff']
    const orders = models.find(({ model_name: of }) => of === 'orders')
    expect(orders).toMatchObject({ structural: { added_columns: ['third'] }, algorithm: { method: 'proven' } })
  })

  it('says so beforehand', async () => {
    const dry = await runCli([
      'run',
      '--project',
      folder,
      '--base',
      'main',
      '-o',
      'text',
      '--dry-run',
      '--explain',
      'orders',
    ])
    expect(dry.stdout).toContain('which add columns and nothing else, so it is built once')
    expect(dry.stdout).toContain('CREATE OR REPLACE VIEW "__base"."marts"."orders" AS SELECT "id" AS "id"')
  })
})
