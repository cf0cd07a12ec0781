import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSchema } from '../../src/core/contract/create.ts'
import { costSchema } from '../../src/core/contract/cost.ts'
import { diffSchema } from '../../src/core/contract/diff.ts'
import { runSchema } from '../../src/core/contract/run.ts'
import { removeTemporaryFolders, temporaryFolder, type TestRepository } from '../support/git-repository.ts'
import { documentOf, expectClean, leftovers, removeTemporaryRoot, runCli, type CliResult } from './run-cli.ts'
import { edited, shopRepository } from './shop.ts'
import { inDuckDB } from './warehouse-files.ts'

afterAll(removeTemporaryFolders)
afterAll(removeTemporaryRoot)

let repository: TestRepository
const cli = (...args: readonly string[]): Promise<CliResult> => runCli(args, { cwd: repository.folder })

beforeAll(() => {
  repository = shopRepository(edited)
})

describe('run', () => {
  it('prints the run document, and writes the same to --json', async () => {
    const file = join(temporaryFolder(), 'deep', 'run.json')
    const result = await cli('preview', 'run', '--base', 'main', '--json', file)
    expectClean(result)
    expect(result.status).toBe(0)
    const run = documentOf(result)
    expect(runSchema.parse(run)).toMatchObject({ command: 'preview-run', verdict: 'changed', failures: [] })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(run)
    expect(readdirSync(join(file, '..'))).toEqual(['run.json'])
  })

  it.each([
    ['markdown', /^<!-- |^## /],
    ['text', /^2 models change data\.\n/],
    ['table', /^2 models change data\.\n/],
  ])('prints %s with -o', async (form, start) => {
    const { status, stdout } = await cli('run', '--base', 'main', '-o', form)
    expect(status).toBe(0)
    expect(stdout).toMatch(start)
    expect(stdout).toMatch(/[^\n]\n$/)
  })

  it('reads no data with --dry-run, and says so', async () => {
    const run = documentOf(await cli('run', '--base', 'main', '--dry-run'))
    expect(run).toMatchObject({ verdict: 'incomplete', plan_only: { because: 'this is a dry run' } })
    expect(run.models.find(({ model_name }) => model_name === 'orders')).toMatchObject({ verdict: 'not_checked' })
  })

  it('ends with 3 when a gate of --fail-on is tripped, and still prints the document', async () => {
    const result = await cli('run', '--base', 'main', '--fail-on', 'changes')
    expect(result.status).toBe(3)
    expect(documentOf(result).verdict).toBe('changed')
    expect((await cli('run', '--base', 'main', '--fail-on', 'breaking,budget')).status).toBe(0)
  })

  it('takes project, models, seed and name from flags', async () => {
    const nested = shopRepository(
      { 'shop/extra/more.sql': 'SELECT 2 AS a FROM raw.things\n' },
      {
        'shop/rocky.toml': '[adapter]\ntype = "duckdb"\n',
        'shop/other.sql': 'CREATE SCHEMA raw; CREATE TABLE raw.things AS SELECT 1 AS i FROM range(3)',
        'shop/extra/_defaults.toml': '[target]\ncatalog = "w"\nschema = "main"\n',
        'shop/extra/more.sql': 'SELECT 1 AS a FROM raw.things\n',
      },
    )
    const flags = ['--base', 'main', '--project', 'shop', '--models', 'extra', '--seed', 'other.sql', '--name', 'mine']
    const run = documentOf(await runCli(['run', ...flags], { cwd: nested.folder }))
    expect(run.create.branch_name).toBe('mine')
    expect(run.models).toMatchObject([
      { model_name: 'more', path: 'shop/extra/more.sql', rows: { base: 3, head: 3, changed: 0 } },
    ])
  })

  it.each([
    ['--json', 'a folder', 'it is a folder'],
    ['--keep', 'a file', 'there is a file of that name'],
  ])('loses nothing when %s names %s: the document is printed, the status 1', async (flag, what, reason) => {
    const folder = temporaryFolder()
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const result = await cli('run', '--base', 'main', flag, what === 'a file' ? file : folder)
    expectClean(result)
    expect(result.status).toBe(1)
    expect(result.stderr).toContain(`cannot be written: ${reason}.\n  Name another place`)
    expect(documentOf(result).models).toHaveLength(3)
    expect(readdirSync(folder)).toEqual(['file'])
  })
})

describe('--keep', () => {
  it('leaves files in which every model of head can be queried under its own name', async () => {
    const kept = join(temporaryFolder(), 'kept')
    const result = await cli('run', '--base', 'main', '--head', 'feature', '--keep', kept)
    expectClean(result)
    expect(readdirSync(kept).sort()).toEqual(['base.duckdb', 'head.duckdb', 'open.sql', 'shop.duckdb'])
    const open = readFileSync(join(kept, 'open.sql'), 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith('--') && line !== '')
    const counts = (catalog: string) =>
      inDuckDB(
        ...open,
        `SELECT (SELECT count(*) FROM ${catalog}marts.orders)::INT AS orders, (SELECT count(*) FROM ${catalog}marts.revenue)::INT AS revenue`,
      )
    expect(await counts('')).toEqual([{ orders: 189, revenue: 7 }])
    expect(await counts('__base.')).toEqual([{ orders: 199, revenue: 7 }])
  })
})

describe('create, diff, cost', () => {
  const states: string[] = []
  const on = (command: string, state: string, ...more: readonly string[]): Promise<CliResult> =>
    cli(command, '--base', 'main', '--head', 'feature', '--state', state, '--name', 'pr', ...more)

  beforeAll(async () => {
    states.push(join(temporaryFolder(), 'state'))
    const created = await on('create', states[0]!)
    expectClean(created)
    expect(created.status).toBe(0)
    expect(createSchema.parse(JSON.parse(created.stdout))).toMatchObject({
      command: 'preview-create',
      branch_name: 'pr',
      run_status: 'succeeded',
    })
  })

  it('shares one preview by state and name', async () => {
    const diff = await on('diff', states[0]!)
    expectClean(diff)
    expect(diff.status).toBe(0)
    expect(diffSchema.parse(JSON.parse(diff.stdout))).toMatchObject({
      command: 'preview-diff',
      summary: { models_with_changes: 2, total_rows_removed: 10, total_rows_added: 0 },
    })
    const cost = await on('cost', states[0]!)
    expectClean(cost)
    const { per_model } = costSchema.parse(JSON.parse(cost.stdout))
    expect(per_model.map(({ model_name }) => model_name)).toEqual(expect.arrayContaining(['orders', 'revenue']))
    expect((await on('cost', states[0]!, '-o', 'markdown')).stdout).toMatch(/^## Cost/)
  })

  it('keeps the preview that there is when a new one cannot be made', async () => {
    const failed = await cli('create', '--base', 'nope', '--head', 'feature', '--state', states[0]!, '--name', 'pr')
    expect(failed.status).toBe(1)
    expect(readdirSync(states[0]!)).toEqual(['pr'])
    expect((await on('diff', states[0]!)).status).toBe(0)
  })

  it.each(['diff', 'cost'])('says what to do when %s finds no preview', async (command) => {
    const result = await on(command, temporaryFolder())
    expectClean(result)
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toMatch(
      /There is no preview in .*\/pr\.\n {2}Run `create` with the same --name and --state first\./,
    )
  })

  it('says what to do when what it finds is not a preview', async () => {
    const state = temporaryFolder()
    mkdirSync(join(state, 'pr'))
    writeFileSync(join(state, 'pr', 'preview.json'), '{ half')
    const result = await on('diff', state)
    expectClean(result)
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toContain('was written by another version, or by hand.')
  })

  it('is removed by clean, alone by --name', async () => {
    await on('create', states[0]!, '--name', 'other')
    expect((await cli('clean', '--state', states[0]!, '--name', 'other')).status).toBe(0)
    expect(readdirSync(states[0]!)).toEqual(['pr'])
    expect((await cli('clean', '--state', states[0]!)).status).toBe(0)
    expect(existsSync(states[0]!)).toBe(false)
  })

  it('leaves alone what is not a preview, whatever clean is pointed at', async () => {
    const before = readdirSync(repository.folder)
    expect((await cli('clean', '--state', '.')).status).toBe(0)
    expect(readdirSync(repository.folder)).toEqual(before)
    expect((await cli('clean', '--name', '../models')).status).toBe(1)
    expect((await cli('clean', '--state', 'nowhere')).status).toBe(0)
  })
})

describe('demo', () => {
  it('prints one comment and says where it left the environment', async () => {
    const kept = join(temporaryFolder(), 'kept')
    const result = await runCli(['demo', '--keep', kept])
    expect(result.status).toBe(0)
    expect(result.stdout).toContain('fct&#95;revenue')
    expect(result.stderr).toContain(`Open it with:     duckdb -init ${join(kept, 'open.sql')}`)
    expect(existsSync(join(kept, 'open.sql'))).toBe(true)
    expect(leftovers()).toEqual([expect.stringMatching(/^rocky-preview-demo-/)])
  })
})
