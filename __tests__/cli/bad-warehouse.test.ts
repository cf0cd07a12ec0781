import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { removeTemporaryFolders, temporaryFolder, type TestRepository } from '../support/git-repository.ts'
import { documentOf, expectClean, removeTemporaryRoot, runCli, type CliResult } from './run-cli.ts'
import { edited, shopRepository } from './shop.ts'
import { inDuckDB, makeEncryptedWarehouse, makeNewer, makeUnfinished, makeWarehouse } from './warehouse-files.ts'

afterAll(removeTemporaryFolders)
afterAll(removeTemporaryRoot)

const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

let folder: string
let repository: TestRepository
const at = (name: string): string => join(folder, name)
const runOn = (warehouse: string, ...flags: readonly string[]): Promise<CliResult> =>
  runCli(['run', '--base', 'main', '--warehouse', at(warehouse), ...flags], { cwd: repository.folder })

beforeAll(async () => {
  folder = temporaryFolder()
  repository = shopRepository(edited)
  await makeWarehouse(at('shop.duckdb'))
  await makeWarehouse(at('held.duckdb'))
  await makeEncryptedWarehouse(at('encrypted.duckdb'))
  makeNewer(at('newer.duckdb'), at('shop.duckdb'))
  writeFileSync(at('text.duckdb'), 'id,name\n1,a\n')
  writeFileSync(at('empty.duckdb'), '')
  writeFileSync(at('half.duckdb'), readFileSync(at('shop.duckdb')).subarray(0, 9_000))
  await hold(at('held.duckdb'))
})

/** Another process that has the file open for writing. */
async function hold(path: string): Promise<void> {
  const script = `
    const { DuckDBInstance } = require('@duckdb/node-api')
    DuckDBInstance.create(${JSON.stringify(path)}).then((held) => { globalThis.held = held; console.log('held'); setInterval(() => {}, 1e6) })`
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await new Promise((resolve) => child.stdout.once('data', resolve))
}

describe('a warehouse that was named and cannot be opened', () => {
  it.each([
    [
      'nowhere.duckdb',
      'warehouse.missing',
      /There is no file .*nowhere\.duckdb\./,
      'Restore it in a step before this one',
    ],
    [
      'held.duckdb',
      'warehouse.locked',
      /Could not set lock on file/,
      'Close the other program, or give the preview a copy.',
    ],
    ['encrypted.duckdb', 'warehouse.encrypted', /Cannot open encrypted database/, 'Give an unencrypted copy.'],
    [
      'newer.duckdb',
      'warehouse.newer',
      /version number 99, but we can only read versions/,
      'Write it with an older storage version',
    ],
    [
      'text.duckdb',
      'warehouse.not-duckdb',
      /not a valid DuckDB database file/,
      'Give the path of a DuckDB database file.',
    ],
    [
      'empty.duckdb',
      'warehouse.not-duckdb',
      /not a valid DuckDB database file/,
      'Give the path of a DuckDB database file.',
    ],
    ['half.duckdb', 'warehouse.not-duckdb', /Could not read enough bytes/, 'Give the path of a DuckDB database file.'],
  ])('is told in the document and on stderr, with status 1 and the plan: %s', async (name, code, message, hint) => {
    const json = at(`${name}.json`)
    const result = await runOn(name, '--json', json)
    expectClean(result)
    expect(result.status).toBe(1)
    expect(result.stderr).toMatch(message)
    expect(result.stderr).toContain(hint)
    const run = documentOf(result)
    expect(run.failures).toMatchObject([
      { code, message: expect.stringMatching(message), hint: expect.stringContaining(hint) },
    ])
    expect(run).toMatchObject({ verdict: 'failed', plan_only: { because: 'the warehouse could not be opened' } })
    expect(run.models.map(({ model_name, change }) => [model_name, change])).toContainEqual(['orders', 'edited'])
    expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(run)
  })
})

describe('a warehouse with a .wal', () => {
  it('is read with its newest rows, and both files stay as they are', async () => {
    await makeWarehouse(at('source.duckdb'))
    const before = await makeUnfinished(at('unfinished.duckdb'), at('source.duckdb'))
    const result = await runOn('unfinished.duckdb')
    expectClean(result)
    const orders = documentOf(result).models.find(({ model_name }) => model_name === 'orders')
    expect(orders?.rows).toMatchObject({ base: 249, head: 239 })
    expect(readFileSync(at('unfinished.duckdb')).equals(before.file)).toBe(true)
    expect(readFileSync(at('unfinished.duckdb.wal')).equals(before.wal)).toBe(true)
  })

  // A file that was copied without its .wal is a good file of an earlier moment: DuckDB keeps no mark in it by which
  // anyone could know. What can be held is that it is read as what it is.
  it('is read as of its last checkpoint when it was copied without the .wal', async () => {
    await makeWarehouse(at('source2.duckdb'))
    const { file } = await makeUnfinished(at('other.duckdb'), at('source2.duckdb'))
    writeFileSync(at('alone.duckdb'), file)
    const orders = documentOf(await runOn('alone.duckdb')).models.find(({ model_name }) => model_name === 'orders')
    expect(orders?.rows).toMatchObject({ base: 199, head: 189 })
  })
})

describe('a warehouse with views over files and URLs', () => {
  it('fails the models that read them, with what to do, and no others', async () => {
    writeFileSync(at('people.csv'), 'id,name\n1,a\n')
    await makeWarehouse(at('views.duckdb'), `CREATE VIEW w.raw.people AS SELECT * FROM read_csv('${at('people.csv')}')`)
    const other = shopRepository({ ...edited, 'models/people.sql': 'SELECT id, name FROM raw.people\n' })
    const result = await runCli(['run', '--base', 'main', '--warehouse', at('views.duckdb')], { cwd: other.folder })
    expectClean(result)
    expect(result.status).toBe(0)
    const rows = new Map(documentOf(result).models.map((row) => [row.model_name, row]))
    expect(rows.get('people')).toMatchObject({ verdict: 'failed' })
    expect(rows.get('people')?.findings[0]).toMatchObject({
      code: 'engine.failed',
      hint: expect.stringContaining('reads no files and no URLs'),
    })
    expect(rows.get('orders')).toMatchObject({ verdict: 'changed' })
  })
})

describe('a warehouse that is all right', () => {
  it('is the same file to the byte afterwards', async () => {
    const before = readFileSync(at('shop.duckdb'))
    expect((await runOn('shop.duckdb')).status).toBe(0)
    expect(readFileSync(at('shop.duckdb')).equals(before)).toBe(true)
    expect(
      await inDuckDB(
        `ATTACH '${at('shop.duckdb')}' AS w (READ_ONLY)`,
        'SELECT count(*)::INTEGER AS n FROM w.raw.orders',
      ),
    ).toEqual([{ n: 200 }])
  })
})

describe('too little disk', () => {
  it('fails the model that spills past --max-disk, and no others', async () => {
    const sort = 'SELECT i AS id, hash(i) AS h, repeat(md5(i::VARCHAR), 4) AS t FROM range(3000000) r(i) ORDER BY h'
    const other = shopRepository({ ...edited, 'models/big.sql': sort })
    const flags = ['--memory-limit', '100MB', '--max-disk', '5MB']
    const result = await runCli(['run', '--base', 'main', ...flags], { cwd: other.folder })
    expectClean(result)
    expect(result.status).toBe(0)
    const rows = new Map(documentOf(result).models.map((row) => [row.model_name, row]))
    expect(rows.get('big')?.findings[0]).toMatchObject({
      code: 'engine.out-of-memory',
      hint: expect.stringContaining('--max-disk'),
    })
    expect(rows.get('orders')).toMatchObject({ verdict: 'changed' })
  })
})
