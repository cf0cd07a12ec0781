import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { RunOutput } from '../../src/core/contract/run.ts'
import { removeTemporaryFolders } from '../support/git-repository.ts'
import { documentOf, expectClean, removeTemporaryRoot, runCli, type CliResult } from './run-cli.ts'
import { edited, shopRepository } from './shop.ts'

afterAll(removeTemporaryFolders)
afterAll(removeTemporaryRoot)

type Row = RunOutput['models'][number]

const NO_FILES = 'Load the file into the warehouse or the seed, as a table.'
const NO_EXTENSIONS = 'A preview loads no extensions; only what DuckDB has built in (JSON, Parquet, ICU) is there.'
const ONE_SELECT = 'A model is one SELECT; this is another kind of statement.'

/** Name → the model's SQL, and what is said of it: code, message, hint, place. */
const bad = {
  two: [
    'SELECT 1 AS a; SELECT 2 AS b',
    'model.sql',
    'The file holds more than one statement.',
    'Keep one SELECT in the file.',
    undefined,
  ],
  empty: ['', 'model.sql', 'The file holds no query.', 'Write one SELECT, or remove the file.', undefined],
  comment: [
    '-- nothing yet',
    'model.sql',
    'The file holds no query.',
    'Write one SELECT, or remove the file.',
    undefined,
  ],
  typo: [
    'SELECT *\nFORM raw.orders',
    'model.sql',
    /syntax error at or near "raw"/,
    'Keep one SELECT in the file.',
    [2, 6],
  ],
  lost: [
    'SELECT *\nFROM ordres',
    'model.unknown-reference',
    '"ordres" is neither a model nor a table of the warehouse.',
    'Did you mean "orders"?',
    [2, 6],
  ],
  missing_column: [
    'SELECT\n  nmae FROM raw.customers',
    'engine.failed',
    /"nmae" not found.*[\s\S]*"name"/,
    undefined,
    [2, 3],
  ],
  boom: [
    "SELECT error('no ' || id) AS a FROM raw.orders",
    'engine.failed',
    'Invalid Input Error: no 0',
    undefined,
    undefined,
  ],
  file: [
    "SELECT * FROM 'people.csv'",
    'model.file',
    'The commit has no file "people.csv".',
    /commit the file/,
    [1, 15],
  ],
  passwd: [
    "SELECT * FROM read_text('/etc/passwd')",
    'model.sql',
    'read_text() reads files, and a preview reads none with it.',
    NO_FILES,
    [1, 15],
  ],
  bucket: [
    "SELECT * FROM read_parquet('s3://b/x')",
    'model.sql',
    'read_parquet() reads files, and a preview reads none with it.',
    NO_FILES,
    [1, 15],
  ],
  spatial: ["SELECT * FROM st_read('x')", 'engine.failed', /exists in the spatial extension/, NO_EXTENSIONS, undefined],
  load: ['LOAD httpfs', 'model.sql', ONE_SELECT, 'Keep one SELECT in the file.', undefined],
  detach: ['DETACH shop', 'model.sql', ONE_SELECT, undefined, undefined],
  attach: ["ATTACH ':memory:' AS shop2", 'model.sql', ONE_SELECT, undefined, undefined],
  copy: ["COPY raw.orders TO '/tmp/stolen.csv'", 'model.sql', ONE_SELECT, undefined, undefined],
  pragma: ['PRAGMA version', 'model.sql', ONE_SELECT, undefined, undefined],
  show: ['SHOW TABLES', 'model.sql', ONE_SELECT, undefined, undefined],
  logging: [
    "SELECT * FROM enable_logging(storage := 'stdout')",
    'model.sql',
    /^enable_logging\(\) is not for models/,
    'Leave the call out.',
    [1, 15],
  ],
  inject: [
    "SELECT write_log(E'\\n::warning::x') AS a",
    'model.sql',
    /^write_log\(\) is not for models/,
    'Leave the call out.',
    [1, 8],
  ],
} as const satisfies Record<
  string,
  readonly [string, string, string | RegExp, string | RegExp | undefined, readonly [number, number] | undefined]
>

describe('a bad model', () => {
  let result: CliResult
  let run: RunOutput
  const model = (name: string): Row => run.models.find(({ model_name }) => model_name === name)!

  beforeAll(async () => {
    const files = Object.entries(bad).map(([name, [sql]]) => [`models/bad/${name}.sql`, sql] as const)
    const repository = shopRepository({
      ...edited,
      'models/bad/_defaults.toml': '[target]\ncatalog = "shop"\nschema = "bad"\n',
      ...Object.fromEntries(files),
      'models/bad/reader.sql': 'SELECT * FROM boom',
      'models/bad/reader_of_reader.sql': 'SELECT * FROM reader',
      'models/bad/chicken.sql': 'SELECT * FROM egg',
      'models/bad/egg.sql': 'SELECT * FROM chicken',
      'models/bad/merged.sql': 'SELECT 1 AS id',
      'models/bad/merged.toml': '[strategy]\ntype = "merg"\n',
      'models/bad/crooked.sql': 'SELECT 1 AS id',
      'models/bad/crooked.toml': 'depends_on = [\n',
    })
    result = await runCli(['run', '--base', 'main'], { cwd: repository.folder })
    run = documentOf(result)
  })

  it('leaves the run at status 0 with the verdict "failed", and the output clean', () => {
    expect(result.status).toBe(0)
    expectClean(result)
    expect(run).toMatchObject({ verdict: 'failed', failures: [] })
  })

  it.each(Object.entries(bad))('is told with message, hint and place: %s', (name, [, code, message, hint, place]) => {
    const { verdict, findings } = model(name)
    expect(verdict).toBe('failed')
    const finding = findings.find((found) => found.code === code)!
    expect(finding.message).toMatch(message)
    if (hint !== undefined) expect((finding as { readonly hint?: string }).hint).toMatch(hint)
    expect(finding.path).toBe(`models/bad/${name}.sql`)
    expect([finding.line, finding.column]).toEqual(place ?? [undefined, undefined])
  })

  it('takes down its readers only: they are not checked, and the rest goes on', () => {
    expect(model('reader')).toMatchObject({ verdict: 'not_checked', evidence: { detail: 'upstream `boom` failed' } })
    expect(model('reader_of_reader')).toMatchObject({ verdict: 'not_checked' })
    expect(model('orders')).toMatchObject({ verdict: 'changed', rows: { base: 199, head: 189, removed: 10 } })
    expect(model('revenue')).toMatchObject({ verdict: 'changed' })
    expect(model('people')).toMatchObject({ verdict: 'not_affected' })
  })

  it('names the members of a cycle, in each of them', () => {
    for (const name of ['chicken', 'egg']) {
      expect(model(name).findings[0]).toMatchObject({
        code: 'model.cycle',
        message: expect.stringContaining('chicken, egg'),
      })
    }
  })

  it('suggests a strategy for an unknown one, and shows where it stands', () => {
    const [finding] = model('merged').findings
    expect(finding).toMatchObject({ path: 'models/bad/merged.toml', line: 2 })
    expect(`${finding!.message} ${JSON.stringify(finding)}`).toMatch(/merg.*Did you mean \\?"merge\\?"/s)
  })

  it('shows file and line of a sidecar that does not parse', () => {
    expect(model('crooked').findings[0]).toMatchObject({
      code: 'project.toml',
      path: 'models/bad/crooked.toml',
      line: 2,
    })
  })

  it('never lets its own text reach the log as a command', () => {
    expect(result.stderr).not.toContain('::warning')
  })
})

describe('a project of odd names, loops and namesakes', () => {
  const ODD = 'it\'s "odd" naïve 模型 \u{1F980}'
  const quoted = `"${ODD.replaceAll('"', '""')}"`
  const reader = 'reads the odd one'

  it('is told name by name, and goes on', async () => {
    const repository = shopRepository(
      {},
      {
        'models/odd/_defaults.toml': '[target]\ncatalog = "shop"\nschema = "odd schema"\n',
        [`models/odd/${ODD}.sql`]: 'SELECT id, amount FROM raw.orders\n',
        [`models/odd/${reader}.sql`]: `SELECT count(*) AS n FROM ${quoted}\n`,
        'models/odd/twin.sql': 'SELECT 1 AS id\n',
        'models/ring/_defaults.toml': '[target]\ncatalog = "shop"\nschema = "ring"\n',
      },
    )
    repository.write({
      [`models/odd/${ODD}.sql`]: 'SELECT id, amount FROM raw.orders WHERE id >= 50\n',
      'models/ring/twin.sql': 'SELECT 2 AS id\n',
      'models/ring/wheel.sql': 'SELECT * FROM axle\n',
      'models/ring/axle.sql': 'SELECT * FROM wheel\n',
      'models/ring/axle.toml': '[strategy]\ntype = "ephemeral"\n',
      'models/ring/rider.sql': 'SELECT * FROM wheel\n',
    })
    symlinkSync('loop.sql', join(repository.folder, 'models/loop.sql'))
    symlinkSync('.', join(repository.folder, 'models/again'))
    repository.commit({}, 'loops')

    const result = await runCli(['run', '--base', 'main'], { cwd: repository.folder })
    expectClean(result)
    const run = documentOf(result)
    const rows = new Map(run.models.map((row) => [row.model_name, row]))
    expect(run.failures).toEqual([])
    expect(rows.get(ODD)).toMatchObject({ verdict: 'changed', rows: { base: 200, head: 150, removed: 50 } })
    expect(rows.get(reader)).toMatchObject({ verdict: 'changed', rows: { base: 1, head: 1 } })
    for (const name of ['wheel', 'axle']) {
      const message = expect.stringContaining('axle, wheel')
      expect(rows.get(name)?.findings[0]).toMatchObject({ code: 'model.cycle', message })
    }
    expect(rows.get('rider')?.verdict).toBe('not_checked')
    expect(rows.get('twin')?.findings[0]).toMatchObject({ code: 'model.duplicate' })
    expect(rows.get('orders')?.verdict).toBe('not_affected')
    const links = run.notices.filter(({ message }) => message.includes('symlink is not followed'))
    expect(links.map(({ path }) => path).sort()).toEqual(['models/again', 'models/loop.sql'])
  })
})

describe('what is bad on base and good on head', () => {
  it('is told as fixed here, in the file and in rocky.toml', async () => {
    const good = shopRepository({}, {}).git('show', 'main:rocky.toml')
    const repository = shopRepository(
      { 'rocky.toml': `${good}\n`, 'models/people.sql': 'SELECT id, name FROM raw.customers\n' },
      { 'rocky.toml': '[adapter\n', 'models/people.sql': 'SELECT id name FORM raw.customers\n' },
    )
    const result = await runCli(['run', '--base', 'main'], { cwd: repository.folder })
    expectClean(result)
    expect(result.status).toBe(0)
    const run = documentOf(result)
    expect(run.notices).toContainEqual(
      expect.objectContaining({ code: 'base-config-fixed', message: expect.stringContaining('fixed here') }),
    )
    const people = run.models.find(({ model_name }) => model_name === 'people')!
    expect(people.verdict).not.toBe('failed')
    expect(JSON.stringify([people, run.markdown])).toContain('fixed here')
  })
})
