import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { compareSchema, type CompareOutput } from '../../src/core/contract/compare.ts'
import { removeTemporaryFolders, temporaryFolder } from '../support/git-repository.ts'
import { expectClean, removeTemporaryRoot, runCli, type CliResult } from './run-cli.ts'
import { makeWarehouse } from './warehouse-files.ts'

/** The built program on files that lie about: no repository, no project. */

let folder: string
beforeAll(async () => {
  folder = temporaryFolder()
  await makeWarehouse(
    join(folder, 'shop.duckdb'),
    'CREATE TABLE w.raw.edited AS SELECT id, customer, amount + CASE WHEN customer = 3 THEN 1 ELSE 0 END AS amount FROM w.raw.orders',
  )
  const lines = (change: number): string =>
    Array.from({ length: 50 }, (_, i) => `${String(i)},${i === 7 ? String(change) : '1.0'}`).join('\n')
  writeFileSync(join(folder, 'before.csv'), `id,price\n${lines(1)}\n`)
  writeFileSync(join(folder, 'after.csv'), `id,price\n${lines(1.001)}\n`)
})
afterAll(() => {
  removeTemporaryFolders()
  removeTemporaryRoot()
})

const compare = (...args: readonly string[]): Promise<CliResult> => runCli(['compare', ...args], { cwd: folder })
const ORDERS = ['shop.duckdb:raw.orders', 'shop.duckdb:raw.edited'] as const

async function compared(...args: readonly string[]): Promise<CompareOutput> {
  const result = await compare(...args, '-o', 'json')
  expectClean(result)
  expect(result).toMatchObject({ status: 0, stderr: '' })
  return compareSchema.parse(JSON.parse(result.stdout))
}

describe('compare', () => {
  it('tells what differs, where, and in which columns', async () => {
    const output = await compared(...ORDERS, '--key', 'id')
    expect(output).toMatchObject({ verdict: 'changed', rows: { removed: 0, added: 0, changed: 29 } })
    expect(output.columns?.find(({ name }) => name === 'amount')).toMatchObject({ facts: { base: { nulls: 0 } } })
    expect(JSON.stringify(output.explained)).toContain('customer')
  })

  it('leaves words beyond the counts out where they are not asked for, and tells them of equal sides where they are', async () => {
    const bare = await compared(...ORDERS, '--facts', 'never')
    expect(bare).toMatchObject({ verdict: 'changed', rows: { changed: 29 } })
    expect(bare).not.toHaveProperty('explained')
    expect(bare.columns?.filter((column) => 'facts' in column)).toEqual([])
    const same = await compared(ORDERS[0], ORDERS[0], '--facts')
    expect(same.verdict).toBe('identical')
    expect(same.columns?.filter((column) => 'facts' in column)).toHaveLength(3)
  })

  it('takes files, a tolerance, a condition and rows as a whole', async () => {
    expect((await compared('before.csv', 'after.csv', '--key', 'id')).rows).toMatchObject({ changed: 1 })
    expect(await compared('before.csv', 'after.csv', '--tolerance', '0.01')).toMatchObject({ rows: { changed: 0 } })
    expect((await compared('before.csv', 'after.csv', '--where', 'id <> 7')).verdict).toBe('identical')
    expect((await compared('before.csv', 'after.csv', '--no-key')).rows).toMatchObject({ removed: 1, added: 1 })
  })

  it('prints for people too, and values as the policy says', async () => {
    const text = await compare(...ORDERS, '-o', 'text')
    expect(text.stdout).toMatch(/29/)
    const markdown = await compare('before.csv', 'after.csv', '-o', 'markdown', '--sample-values', 'none')
    expect(markdown.stdout).toMatch(/^## /)
    expect(markdown.stdout).not.toContain('1.001')
    expect([text, markdown]).toMatchObject([0, 0].map((status) => ({ status, stderr: '' })))
  })

  it.each([
    [['before.csv', 'nowhere.csv'], /nowhere\.csv cannot be found/],
    [['shop.duckdb:raw.ordes', 'after.csv'], /orders/],
    [['before.csv', 'after.csv', '--facts', 'sometimes'], /always, never/],
  ])('refuses %j in words', async (args, words) => {
    const refused = await compare(...args)
    expectClean(refused)
    expect(refused).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(words) })
  })
})
