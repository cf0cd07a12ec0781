import { describe, expect, it } from '@jest/globals'
import { formatError, PreviewError } from '../../../src/core/base/errors.ts'
import { loadConfig } from '../../../src/core/project/config.ts'
import { filesOf, optionsWith, ROCKY } from './builder.ts'

describe('loadConfig', () => {
  it('fills in what rocky.toml leaves out', () => {
    expect(configOf(ROCKY)).toEqual({
      adapter: { name: 'default', type: 'duckdb', path: 'poc.duckdb' },
      cost: { storageCostPerGbMonth: 0.023, computeCostPerDbu: 0.4, warehouseSize: 'Medium' },
      budget: { onBreach: 'warn' },
      modelGlobs: ['models/**'],
      location: { path: 'rocky.toml' },
    })
  })

  it.each([
    ['the one named default', '[adapter.a]\ntype = "duckdb"\n[adapter.default]\ntype = "snowflake"', 'default'],
    [
      'else the first warehouse',
      '[adapter.in]\ntype = "fivetran"\n[adapter.b]\ntype = "duckdb"\n[adapter.a]\ntype = "duckdb"',
      'b',
    ],
    [
      'the one that a pipeline names',
      `[adapters.a]\ntype = "duckdb"\n[adapters.default]\ntype = "duckdb"\n[pipeline]\ntype = "transformation"\ntarget.adapter = "a"`,
      'a',
    ],
  ])('chooses the adapter: %s', (_, text, name) => {
    expect(configOf(text).adapter.name).toBe(name)
  })

  it.each([
    ['no path', ''],
    ['an empty path', 'path = ""'],
    ['DuckDB’s own name for it', 'path = ":memory:"'],
  ])('holds a warehouse in memory for %s', (_, line) => {
    expect(configOf(`[adapter]\ntype = "duckdb"\n${line}`).adapter).toEqual({ name: 'default', type: 'duckdb' })
  })

  it.each([
    ['the default', '[pipeline.a]\n', ['models/**']],
    [
      'each pipeline’s once',
      '[pipeline.a]\nmodels = "x/**"\n[pipeline.b]\nmodels = "./x/**"\n[pipelines.c]\n',
      ['x/**', 'models/**'],
    ],
    ['a folder as all that is in it', '[pipeline]\nmodels = "src/models/"\n', ['src/models/**']],
  ])('takes globs: %s', (_, text, globs) => {
    expect(configOf(ROCKY + text).modelGlobs).toEqual(globs)
  })

  it('reads cost and budget, with variables from the caller', () => {
    const text = `${ROCKY}[cost]\ncompute_cost_per_dbu = \${PRICE}\n[budget]\nmax_usd = 5\nmax_duration_ms = 10\nmax_bytes_scanned = 20\non_breach = "error"\n`
    const config = configOf(text, { PRICE: '0.5' })
    expect(config.cost.computeCostPerDbu).toBe(0.5)
    expect(config.budget).toEqual({ maxUsd: 5, maxDurationMs: 10, maxBytesScanned: 20, onBreach: 'error' })
  })

  it('needs no variable of an adapter but its type and path', () => {
    const text = '[adapter]\ntype = "duckdb"\ntoken = "${TOKEN}"\nport = ${PORT}\n'
    expect(configOf(text).adapter).toEqual({ name: 'default', type: 'duckdb' })
  })

  it('notices pipelines that it does not preview, and takes their models', () => {
    const text = `${ROCKY}[pipeline.in]\ntype = "replication"\nmodels = "raw/**"\n[pipeline.main]\ntype = "transformation"\n[pipeline.history]\ntype = "snapshot"\n[pipeline.files]\ntype = "load"\n[pipeline.checks]\ntype = "quality"\n`
    const { config, notices } = loadConfig(filesOf({ 'rocky.toml': text }), optionsWith())
    expect(config.modelGlobs).toContain('raw/**')
    expect(notices.map(({ code, message, location }) => [code, location?.line, message.split(',')[0]])).toEqual([
      ['pipeline.not-previewed', 5, 'The pipeline "in" is not previewed: it is of type replication'],
      ['pipeline.not-previewed', 10, 'The pipeline "history" is not previewed: it is of type snapshot'],
      ['pipeline.not-previewed', 12, 'The pipeline "files" is not previewed: it is of type load'],
      ['pipeline.not-previewed', 14, 'The pipeline "checks" is not previewed: it is of type quality'],
    ])
  })

  it('notices keys that it does not know', () => {
    const { notices } = loadConfig(filesOf({ 'rocky.toml': `${ROCKY}[pipelin]\n[mask]\n` }), optionsWith())
    expect(notices).toEqual([
      {
        code: 'project.unknown-key',
        message: '`pipelin` is not a key that we know; it is ignored. Did you mean "pipeline"?',
        location: { path: 'rocky.toml', line: 4, column: 1 },
      },
    ])
  })

  it.each([
    [
      'no such file',
      { 'sub/rocky.toml': ROCKY },
      `[project.missing] rocky.toml  There is no such file.
  There is a sub/rocky.toml: name its folder with --project sub (input \`project\`).`,
    ],
    [
      'TOML that does not parse',
      { 'rocky.toml': '[adapter]\ntype = "duckdb\n' },
      `[project.toml] rocky.toml:2:15  Control characters are not allowed in strings.
  1 │ [adapter]
  2 │ type = "duckdb
    │               ^
  Mend the line that the message points at.`,
    ],
    [
      'no adapter',
      { 'rocky.toml': '' },
      `[project.invalid] rocky.toml  The project has no \`[adapter]\`.
  Add one: [adapter], type = "duckdb", path = "warehouse.duckdb".`,
    ],
    [
      'no warehouse',
      { 'rocky.toml': '[adapter.x]\ntype = "fivetran"\n' },
      `[project.invalid] rocky.toml:1:1  No adapter is a warehouse; expected one of type duckdb, databricks, snowflake, … or sqlserver.
  1 │ [adapter.x]
    │ ^
  Mend the key that the message names.`,
    ],
    [
      'an adapter that is not there',
      { 'rocky.toml': '[adapter.prod]\ntype = "duckdb"\n[pipeline.p.target]\nadapter = "prd"\n' },
      `[project.invalid] rocky.toml:4:11  \`pipeline.p.target.adapter\` is "prd"; expected the name of an adapter: prod.
  3 │ [pipeline.p.target]
  4 │ adapter = "prd"
    │           ^
  Did you mean "prod"?`,
    ],
    [
      'a glob that leads out of the project',
      { 'rocky.toml': `${ROCKY}[pipeline]\nmodels = "../x/**"\n` },
      `[project.invalid] rocky.toml:5:10  \`pipeline.models\` is "../x/**"; expected a glob inside the project’s folder.
  4 │ [pipeline]
  5 │ models = "../x/**"
    │          ^
  Mend the key that the message names.`,
    ],
    [
      'a glob that would take forever',
      { 'rocky.toml': `${ROCKY}[pipeline]\nmodels = "*a*a*a*a*a*a*a*b"\n` },
      `[project.invalid] rocky.toml:5:10  \`pipeline.models\` is "*a*a*a*a*a*a*a*b"; expected a glob of at most 6 wildcards.
  4 │ [pipeline]
  5 │ models = "*a*a*a*a*a*a*a*b"
    │          ^
  Mend the key that the message names.`,
    ],
    [
      'a price that is text',
      { 'rocky.toml': `${ROCKY}[cost]\ncompute_cost_per_dbu = "0.4"\n` },
      `[project.invalid] rocky.toml:5:24  \`cost.compute_cost_per_dbu\` is "0.4"; expected a number.
  4 │ [cost]
  5 │ compute_cost_per_dbu = "0.4"
    │                        ^
  Mend the key that the message names.`,
    ],
    [
      'a choice that is not one',
      { 'rocky.toml': `${ROCKY}[budget]\non_breach = "eror"\n` },
      `[project.invalid] rocky.toml:5:13  \`budget.on_breach\` is "eror"; expected warn or error.
  4 │ [budget]
  5 │ on_breach = "eror"
    │             ^
  Did you mean "error"?`,
    ],
    [
      'a path with a variable that was not given',
      { 'rocky.toml': '[adapter]\ntype = "duckdb"\npath = "${DB}.duckdb"\n' },
      `[project.variable-missing] rocky.toml:3:8  \`adapter.path\` needs \${DB}, which was not given.
  2 │ type = "duckdb"
  3 │ path = "\${DB}.duckdb"
    │        ^
  Give it with --env DB=value, or add it to the \`env\` input. Secrets are not needed and not read.`,
    ],
  ])('fails for %s', (_, texts, expected) => {
    expect(failure(() => loadConfig(filesOf(texts), optionsWith()))).toBe(expected)
  })

  it('does not follow a link in place of rocky.toml', () => {
    const files = filesOf({}, { 'rocky.toml': 'symlink' })
    expect(failure(() => loadConfig(files, optionsWith()))).toContain('The file is a symlink, which is not followed.')
  })

  it('points into the author’s text behind values that were substituted', () => {
    const texts = { 'rocky.toml': '[adapter]\ntype = "${TYPE}" x\n' }
    expect(failure(() => loadConfig(filesOf(texts), optionsWith({ env: { TYPE: 'a much longer text' } }))))
      .toBe(`[project.toml] rocky.toml:2:18  Each key-value declaration must be followed by an end-of-line.
  1 │ [adapter]
  2 │ type = "\${TYPE}" x
    │                  ^
  Mend the line that the message points at.`)
  })
})

function configOf(text: string, env: Readonly<Record<string, string>> = {}) {
  return loadConfig(filesOf({ 'rocky.toml': text }), optionsWith({ env })).config
}

function failure(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof PreviewError) return `[${error.code}] ${formatError(error)}`
    throw error
  }
  return 'none'
}
