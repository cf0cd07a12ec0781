import { describe, expect, it } from '@jest/globals'
import { deriveCommentKey } from '../../src/action/comment-key.ts'
import { inputTable, readInputs, salvagedInputs, secretInputs, type ActionInputs } from '../../src/action/inputs.ts'
import { parseTolerances } from '../../src/core/base/tolerance.ts'
import { PreviewError } from '../../src/core/base/errors.ts'
import { errorOf } from './error-of.ts'

/** The environment that the runner makes of a step's `with`. */
function given(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const workflow = {
    GITHUB_WORKFLOW_REF: 'octo/shop/.github/workflows/preview.yml@refs/pull/1/merge',
    GITHUB_JOB: 'rocky',
  }
  return {
    ...workflow,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  }
}

describe('readInputs', () => {
  it('gives the defaults of the table when nothing is given', () => {
    expect(readInputs(given({}))).toEqual({
      githubToken: undefined,
      project: '',
      config: 'rocky.toml',
      models: undefined,
      warehouse: undefined,
      seed: undefined,
      env: {},
      vars: {},
      fullRefresh: false,
      base: undefined,
      head: undefined,
      prNumber: undefined,
      comment: 'changes',
      commentKey: 'preview.yml/rocky',
      commentRequired: false,
      failOn: ['error'],
      allowFunctions: [],
      allowPaths: [],
      sampleValues: undefined,
      algorithm: undefined,
      sampleSize: undefined,
      facts: undefined,
      tolerance: undefined,
      timeBudget: undefined,
      maxBytes: undefined,
      allowUnsafeForkSql: false,
      runnerPricePerMinute: undefined,
      runsPerMonth: undefined,
      maxCostUsd: undefined,
      records: undefined,
      timeout: undefined,
      memoryLimit: undefined,
      threads: undefined,
      maxDisk: undefined,
      name: undefined,
      json: undefined,
      keep: undefined,
      nativePath: undefined,
      registryUrl: undefined,
    })
  })

  it.each<[string, string, keyof ActionInputs, unknown]>([
    ['github-token', ' secret-token ', 'githubToken', 'secret-token'],
    ['project', './warehouse/dbt/', 'project', 'warehouse/dbt'],
    ['project', '.', 'project', ''],
    ['models', 'extra\\models', 'models', 'extra/models'],
    ['warehouse', '/mnt/data/shop.duckdb', 'warehouse', '/mnt/data/shop.duckdb'],
    ['env', '# why\nA=1\r\n\n_B=x=y\nEMPTY=', 'env', { A: '1', _B: 'x=y', EMPTY: '' }],
    ['env', '__proto__=x', 'env', Object.fromEntries([['__proto__', 'x']])],
    ['pr-number', '42', 'prNumber', 42],
    ['runner-price-per-minute', '0.008', 'runnerPricePerMinute', 0.008],
    ['runs-per-month', '30', 'runsPerMonth', 30],
    ['max-cost-usd', '1.5', 'maxCostUsd', 1.5],
    ['comment', 'Never', 'comment', 'never'],
    ['comment-key', 'a/b.c_d-e', 'commentKey', 'a/b.c_d-e'],
    ['comment-required', 'True', 'commentRequired', true],
    ['fail-on', 'tests, breaking\nerror error', 'failOn', ['breaking', 'error', 'tests']],
    ['fail-on', 'never', 'failOn', []],
    ['allow-functions', 'read_parquet, Read_Text', 'allowFunctions', ['read_parquet', 'read_text']],
    ['allow-paths', '/srv/data/\n/mnt/x', 'allowPaths', ['/srv/data', '/mnt/x']],
    ['sample-values', 'masked', 'sampleValues', 'masked'],
    ['sample-values', 'all', 'sampleValues', 'all'],
    ['algorithm', 'Sampled', 'algorithm', 'sampled'],
    ['sample-size', '5000', 'sampleSize', 5000],
    ['facts', 'never', 'facts', 'never'],
    ['time-budget', '2m', 'timeBudget', 120_000],
    ['max-bytes', '2GB', 'maxBytes', 2_000_000_000],
    ['tolerance', '0.01', 'tolerance', parseTolerances('0.01')],
    ['timeout', '15m', 'timeout', 900_000],
    ['memory-limit', '2GB', 'memoryLimit', 2_000_000_000],
    ['threads', '4', 'threads', 4],
    ['max-disk', '512MB', 'maxDisk', 512_000_000],
    ['name', 'pr-preview-größer', 'name', 'pr-preview-größer'],
    ['registry-url', 'https://npm.example/x', 'registryUrl', 'https://npm.example/x'],
  ])('reads %s: %j', (name, value, field, expected) => {
    expect(readInputs(given({ [name]: value }))[field]).toEqual(expected)
  })

  it.each([
    ['project', '../other', 'Input `project` is "../other"; expected a folder inside the repository'],
    ['project', '/etc', 'is "/etc"'],
    ['project', 'C:\\x', 'is "C:\\x"'],
    ['config', '.', 'expected a file inside the project folder'],
    ['pr-number', '0', 'is "0"; expected a number'],
    ['pr-number', '1e3', 'is "1e3"'],
    ['comment', 'sometimes', 'is "sometimes"; expected changes, always or never.'],
    ['comment-key', 'no --> way', 'expected up to 100 letters'],
    ['comment-required', 'yes', 'expected true or false'],
    ['fail-on', 'error, never', 'is "never"; expected a list of error, breaking'],
    ['fail-on', ',', 'expected a list of'],
    ['algorithm', 'quick', 'is "quick"; expected sampled or bisection.'],
    ['sample-size', '0', 'expected a whole number from 1'],
    ['facts', 'yes', 'expected always or never'],
    ['tolerance', 'a lot', 'expected a number, a percentage'],
    ['timeout', '90', 'is "90"; expected a number and one of ms, s, m, h'],
    ['memory-limit', '80%', 'is "80%"'],
    ['threads', '2000', 'expected a number from 1 to 1024'],
    ['name', 'x'.repeat(101), `is "${'x'.repeat(80)}…"`],
    ['registry-url', 'file:///etc', 'is "file:///etc"'],
    ['registry-url', 'https://me:pw@npm.example', 'without a password'],
  ])('refuses %s: %j', (name, value, message) => {
    const error = errorOf(() => readInputs(given({ [name]: value })))
    expect(error).toMatchObject({ code: 'input.invalid', message: expect.stringContaining(message) })
  })

  it('suggests the word that was meant', () => {
    expect(errorOf(() => readInputs(given({ comment: 'change' }))).hint).toBe('Did you mean "changes"?')
    expect(errorOf(() => readInputs(given({ 'fail-on': 'error, braking' }))).hint).toBe('Did you mean "breaking"?')
  })

  it('shows no value of an input that may be secret', () => {
    const error = errorOf(() => readInputs(given({ env: 'PASSWORD hunter22' })))
    expect(error.message).toBe('Input `env` expected lines of the form NAME=value.')
  })

  it('knows the token as a secret', () => {
    expect(secretInputs(given({ 'github-token': 'secret-token' }))).toEqual(['secret-token'])
    expect(secretInputs(given({}))).toEqual([])
  })

  it('has a default for every input that its own parser takes', () => {
    for (const definition of Object.values(inputTable)) {
      if (definition.default.startsWith('${{')) continue
      expect(() =>
        definition.parse(definition.default, () => {
          throw new PreviewError('bug', definition.description)
        }),
      ).not.toThrow()
    }
  })
})

describe('deriveCommentKey', () => {
  it.each([
    ['names workflow and job', given({}), '', 'preview.yml/rocky'],
    ['names the project when there is one', given({}), 'teams/shop', 'preview.yml/rocky/teams/shop'],
    ['has a word for nothing at all', {}, '', 'default'],
    ['tells names apart that look the same when cleaned', given({}), 'größer', 'preview.yml/rocky/gr--er'],
  ])('%s', (_fact, environment, project, expected) => {
    const key = deriveCommentKey(environment, project)
    expect(key.replace(/-[0-9a-f]{8}$/, '')).toBe(expected.replace(/-[0-9a-f]{8}$/, ''))
    expect(key).toMatch(/^[A-Za-z0-9._/-]{1,100}$/)
  })

  it('stays within 100 characters, and apart', () => {
    const [one, other] = ['a', 'b'].map((last) => deriveCommentKey(given({}), `${'x'.repeat(200)}${last}`))
    expect(one).toHaveLength(100)
    expect(one).not.toBe(other)
  })
})

describe('salvagedInputs', () => {
  it('takes an input that holds what it may not as not given, and keeps the others', () => {
    const salvaged = salvagedInputs(
      given({ timeout: 'soon', comment: 'always', 'comment-key': 'a b', project: 'shop' }),
    )
    expect(salvaged).toMatchObject({ timeout: undefined, comment: 'always', project: 'shop' })
    expect(salvaged.commentKey).toBe('preview.yml/rocky/shop')
  })
})
