import { describe, expect, it } from '@jest/globals'
import { tripped } from '../../../src/commands/fail-on.ts'
import type { ContractFinding, SideOutcome, TestResult } from '../../../src/core/checks/result.ts'
import { statusOf } from '../../../src/core/checks/result.ts'
import { runSchema, toRunOutput, type RunOutput } from '../../../src/core/contract/run.ts'
import { reportRenderers } from '../../../src/core/report/renderers.ts'
import { renderText } from '../../../src/core/report/text.ts'
import { previewResult, type ModelCase } from '../../support/preview-result.ts'

const ran = (failing: bigint, parts: Partial<SideOutcome & { kind: 'ran' }> = {}): SideOutcome => ({
  kind: 'ran',
  failing,
  keys: [],
  ...parts,
})
const fault: SideOutcome = { kind: 'fault', because: 'there is no column `x`' }
const absent: SideOutcome = { kind: 'absent' }

function result(base: SideOutcome, head: SideOutcome, parts: Partial<TestResult> = {}): TestResult {
  return {
    kind: 'data',
    name: 'not_null(id)',
    type: 'not_null',
    column: 'id',
    severity: 'error',
    status: statusOf(base, head),
    base,
    head,
    stored: false,
    place: { kind: 'test', index: 0 },
    location: { path: 'models/a.toml', line: 4, column: 1 },
    ...parts,
  }
}

function runWith(
  tests: readonly TestResult[],
  contract: readonly ContractFinding[] = [],
  model: Partial<ModelCase> = {},
): RunOutput {
  const checks = [{ model: 'a', tests, contract }]
  return runSchema.parse(toRunOutput(previewResult([{ name: 'a', ...model }], { checks }), reportRenderers()))
}

describe('a run with tests', () => {
  it.each<
    [
      string,
      TestResult,
      { verdict: string; headline: string; severity: string; trips: boolean; codes: readonly string[] },
    ]
  >([
    [
      'that newly fails',
      result(ran(0n), ran(1204n)),
      {
        verdict: 'failed',
        headline: '1 test newly fails, 1 model identical.',
        severity: 'breaking',
        trips: true,
        codes: ['test.failed'],
      },
    ],
    [
      'that newly fails and is a warning',
      result(ran(0n), ran(2n), { severity: 'warning' }),
      {
        verdict: 'unchanged',
        headline: '1 test newly fails, 1 model identical.',
        severity: 'warning',
        trips: false,
        codes: ['test.failed'],
      },
    ],
    [
      'that fails as before',
      result(ran(9n), ran(9n)),
      {
        verdict: 'unchanged',
        headline: '1 model identical.',
        severity: 'info',
        trips: false,
        codes: ['test.still-failing'],
      },
    ],
    [
      'that is fixed',
      result(ran(9n), ran(0n)),
      { verdict: 'unchanged', headline: '1 model identical.', severity: 'info', trips: false, codes: ['test.fixed'] },
    ],
    [
      'that passes',
      result(ran(0n), ran(0n)),
      { verdict: 'unchanged', headline: '1 model identical.', severity: 'none', trips: false, codes: [] },
    ],
    [
      'that cannot run any more',
      result(ran(0n), fault),
      {
        verdict: 'failed',
        headline: '1 test cannot run, 1 model identical.',
        severity: 'breaking',
        trips: true,
        codes: ['test.not-run'],
      },
    ],
    [
      'that is new and cannot run',
      result(absent, fault, { severity: 'warning' }),
      {
        verdict: 'unchanged',
        headline: '1 test cannot run, 1 model identical.',
        severity: 'warning',
        trips: false,
        codes: ['test.not-run'],
      },
    ],
    [
      'that could not run on base either',
      result(fault, fault),
      { verdict: 'unchanged', headline: '1 model identical.', severity: 'info', trips: false, codes: ['test.not-run'] },
    ],
    [
      'that has nothing to run on',
      result(ran(0n), { kind: 'untried', because: 'the model does not build' }),
      { verdict: 'unchanged', headline: '1 model identical.', severity: 'none', trips: false, codes: [] },
    ],
  ])('tells of one %s', (_, test, expected) => {
    const run = runWith([test])
    const [model] = run.models
    expect({
      verdict: run.verdict,
      headline: run.headline,
      severity: model?.severity,
      trips: tripped(run, ['tests']).length > 0,
      codes: model?.findings.map(({ code }) => code),
    }).toEqual(expected)
    expect(run.markdown.startsWith(`## ${expected.trips ? '🔴' : '🟢'}`)).toBe(true)
    expect(tripped(run, ['error'])).toEqual(expected.trips ? ['error'] : [])
  })

  it.each<[ContractFinding['status'], ContractFinding['severity'], string, boolean]>([
    ['new', 'error', 'breaking', true],
    ['new', 'warning', 'warning', false],
    ['old', 'error', 'info', false],
    ['fixed', 'error', 'info', false],
    ['not_checked', 'warning', 'info', false],
  ])('tells of a contract: %s, %s', (status, severity, told, trips) => {
    const run = runWith([], [{ message: 'column `id` is missing', severity, status, place: { kind: 'contract' } }])
    expect([run.models[0]?.severity, tripped(run, ['tests']).length > 0]).toEqual([told, trips])
    expect(tripped(run, ['error'])).toEqual(trips ? ['error'] : [])
    expect(run.headline.startsWith('1 contract broken')).toBe(status === 'new')
  })

  it('has them in the document, with counts, reasons and places', () => {
    const keys = [
      [
        { column: 'id', value: null },
        { column: 's', value: 'x' },
      ],
    ]
    const [model] = runWith([
      result(ran(0n), ran(2n ** 60n, { keys, observed: '7 rows' }), { stored: true }),
      result(absent, fault, { name: 'x', type: 'unique' }),
    ]).models
    expect(model?.tests).toEqual([
      {
        name: 'not_null(id)',
        kind: 'data',
        type: 'not_null',
        column_name: 'id',
        severity: 'error',
        status: 'newly_failing',
        failing_rows_base: 0,
        failing_rows_head: '1152921504606846976',
        observed_head: '7 rows',
        keys: [
          [
            { column: 'id', value: '', is_null: true },
            { column: 's', value: 'x' },
          ],
        ],
        on_stored_rows: true,
        path: 'models/a.toml',
        line: 4,
        column: 1,
      },
      {
        name: 'x',
        kind: 'data',
        type: 'unique',
        column_name: 'id',
        severity: 'error',
        status: 'not_run',
        reason: 'there is no column `x`',
        path: 'models/a.toml',
        line: 4,
        column: 1,
      },
    ])
    expect(model?.findings[0]).toMatchObject({ path: 'models/a.toml', line: 4 })
  })

  it('has no list where none were asked for', () => {
    expect(runWith([]).models[0]).not.toHaveProperty('tests')
  })

  it('shows what strangers wrote as text alone', () => {
    const nasty = '</td><img src=x> @everyone `|` [x](http://evil) <!-- \u202e'
    const keys = [[{ column: nasty, value: nasty }]]
    const outcome: SideOutcome = { kind: 'compared', failing: 2n, missing: keys, unexpected: keys }
    const run = runWith([
      result(ran(0n), ran(1n, { keys, observed: nasty }), { name: nasty }),
      result(absent, outcome, { kind: 'unit', name: nasty }),
      result(ran(0n), { kind: 'fault', because: nasty }, { name: nasty }),
    ])
    for (const sign of ['<img', '@everyone', '](http', '<!--', '\u202e']) expect(run.markdown).not.toContain(sign)
    expect(renderText(run)).not.toContain('\u202e')
    expect(run.markdown).toContain('newly fails')
  })

  it('puts a failed model before its tests', () => {
    const failed = { kind: 'failed', failure: { code: 'engine.failed', message: 'no', hint: 'h' } } as const
    const run = runWith([result(absent, ran(1n))], [], { outcome: { head: failed }, comparison: 'none' })
    expect(run.models[0]?.findings.map(({ code }) => code)).toEqual(['engine.failed', 'test.failed'])
    expect(run.headline).toBe('1 model fails, 1 test newly fails.')
  })
})
