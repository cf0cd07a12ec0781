import { describe, expect, it } from '@jest/globals'
import { FORK_TOKEN, JOB_TOKEN } from '../support/fake-github.ts'
import type { FinishedAction } from '../support/run-action.ts'
import { closeShopsAfterEach, openShop, type Shop } from './shop.ts'

closeShopsAfterEach()

/** Punctuation that Markdown writes in other letters. */
const SECRET = 'c4n4ry_s3cr3t-val|ue!*'

function everythingTold(shop: Shop, { log, summary, run, outputs }: FinishedAction): string {
  const raw = run === undefined ? '' : JSON.stringify(run)
  return [log, summary, raw, JSON.stringify(outputs), ...shop.reports().map(({ text }) => text)]
    .join('\n')
    .replaceAll('&#45;', '-')
    .replaceAll('&#95;', '_')
}

describe('secrets', () => {
  it('are masked wherever SQL or an error of the engine quotes them', async () => {
    const shop = await openShop({
      head: { 'models/revenue.sql': `SELECT id, "${SECRET}" AS amount FROM mart.orders\n` },
    })
    const finished = await shop.run({ environment: { WAREHOUSE_PASSWORD: SECRET }, inputs: { 'sample-values': 'all' } })
    expect(finished.outputs).toMatchObject({ verdict: 'failed', 'comment-action': 'created' })
    const told = everythingTold(shop, finished)
    expect(told).not.toContain('c4n4ry')
    expect(told).not.toContain(JOB_TOKEN)
    expect(shop.reports()[0]?.text).toContain('&#42;&#42;&#42;')
    expect(finished.masked).toContain(JOB_TOKEN)
  })

  it('given in the input env are masked as well', async () => {
    const shop = await openShop({
      head: { 'models/revenue.sql': `SELECT id, "${SECRET}" AS amount FROM mart.orders\n` },
    })
    const finished = await shop.run({ inputs: { env: `DB_PASSWORD=${SECRET}` } })
    expect(everythingTold(shop, finished)).not.toContain('c4n4ry')
    expect(finished.masked).toContain(SECRET)
  })

  it('are not in a failure of the whole run', async () => {
    const shop = await openShop({ head: { 'rocky.toml': `[adapter]\ntype = "duckdb"\npath = ${SECRET}\n` } })
    const finished = await shop.run({ environment: { WAREHOUSE_PASSWORD: SECRET } })
    expect(finished).toMatchObject({ status: 1, outputs: { 'comment-action': 'created' } })
    expect(everythingTold(shop, finished)).not.toContain('c4n4ry')
  })
})

describe('text of the pull request', () => {
  it('cannot command the runner', async () => {
    const command = '::warning::injected'
    const shop = await openShop({
      head: {
        [`models/${command}.sql`]: 'SELECT 1 AS one\n',
        'models/##[error]two.sql': 'SELECT nothing\n',
        'models/revenue.sql': `SELECT id, "\n${command}\n##[error]injected" AS amount FROM mart.orders\n`,
      },
    })
    const { commands, log, outputs } = await shop.run({ environment: { RUNNER_DEBUG: '1' } })
    expect(outputs['comment-action']).toBe('created')
    expect(commands.filter(({ name }) => name === 'warning')).toEqual([])
    expect(
      commands.filter(({ name, message }) => name !== 'error' && name !== 'debug' && message.includes('injected')),
    ).toEqual([])
    expect(log.split('\n').filter((line) => line.includes('##[') && !line.startsWith('::'))).toEqual([])
  })
})

describe('a warehouse file that git tracks', () => {
  it('is refused when a pull request from a fork changes it, and that is said', async () => {
    const shop = await openShop({
      base: { 'shop.duckdb': 'not really' },
      head: { 'shop.duckdb': 'hostile' },
      fork: true,
    })
    const finished = await shop.run({ inputs: { 'github-token': FORK_TOKEN }, workspace: shop.checkout() })
    expect(finished).toMatchObject({ status: 1, outputs: { verdict: 'failed', 'comment-action': 'forbidden' } })
    expect(finished.summary).toMatch(/shop(?:\.|&#46;)duckdb[^]*fork/)
    expect(finished.run?.failures).toEqual([expect.objectContaining({ code: 'warehouse.untrusted' })])
  })
})
