import { describe, expect, it } from '@jest/globals'
import { tripped } from '../../../src/commands/fail-on.ts'
import { toRunOutput, type RunOutput } from '../../../src/core/contract/run.ts'
import type { Declarations } from '../../../src/core/expectations/declaration.ts'
import { readDeclarationFile, readDescription } from '../../../src/core/expectations/read.ts'
import { renderComment } from '../../../src/core/report/comment.ts'
import { reportRenderers } from '../../../src/core/report/renderers.ts'
import { renderText } from '../../../src/core/report/text.ts'
import type { ModelChecks } from '../../../src/core/checks/result.ts'
import {
  measured,
  previewResult,
  rowCounts,
  sameColumns,
  twinFailure,
  uniqueKey,
  type ModelCase,
} from '../../support/preview-result.ts'

const declared = (...lines: readonly string[]): Declarations =>
  readDescription(['```rocky-preview', ...lines, '```'].join('\n'))
const standing = (text: string): Declarations =>
  readDeclarationFile(text, { kind: 'file', path: 'preview.expectations.toml', standing: true })

const changedRows: ModelCase = {
  name: 'm',
  comparison: measured({
    rows: rowCounts({ changed: 10 }),
    columns: sameColumns.map((column) => (column.name === 'amount' ? { ...column, rowsChanged: 10n } : column)),
  }),
}

function run(
  models: readonly ModelCase[],
  expectations: Declarations,
  parts: Parameters<typeof previewResult>[1] = {},
): RunOutput {
  return toRunOutput(previewResult(models, { ...parts, expectations }), reportRenderers())
}

const statuses = ({ expectations }: RunOutput): readonly (readonly [string, string])[] =>
  (expectations?.declarations ?? []).map(({ status, detail }) => [status, detail])

describe('declarations about a model', () => {
  it.each([
    ['m.amount: changed <= 1 %', 'as_declared', '10 of 1,000 values changed (1%)'],
    ['m.amount: changed < 1 %', 'broken', '10 of 1,000 values changed (1%)'],
    ['m.id: identical', 'as_declared', 'no values changed'],
    ['m.amuont: changed', 'broken', 'neither side has the column; did you mean "amount"?'],
    ['n: identical', 'broken', 'neither side has a model of that name; did you mean "m"?'],
    ['m: new model', 'broken', 'both sides have it'],
    ['others: identical', 'as_declared', 'holds for all 2 models'],
  ])('%s is %s', (line, status, detail) => {
    const others = [
      { name: 'still', comparison: measured() },
      { name: 'aside', placement: 'copy' as const, change: { kind: 'none' as const } },
    ]
    expect(statuses(run([changedRows, ...others], declared(line, 'm: rows added = 0')))[0]).toEqual([status, detail])
  })

  it('turn its change green only when all of it is declared', () => {
    const statusOf = (...lines: readonly string[]): unknown =>
      run([changedRows], declared(...lines)).models[0]?.declared
    expect(statusOf('m.amount: changed')).toEqual({ status: 'as_declared', detail: '' })
    expect(statusOf('m: rows changed')).toEqual({ status: 'as_declared', detail: '' })
    const detail = '10 of 1,000 rows changed (1%)'
    expect(statusOf('m: rows added = 0')).toEqual({ status: 'undeclared', detail })
    expect(statusOf('m.id: identical')).toEqual({ status: 'undeclared', detail })
  })

  it('say in the comment that a change is as declared, and by whom', () => {
    const output = run([changedRows], declared('m.amount: changed'))
    expect(output.headline).toBe('1 model changes as declared.')
    expect(output.markdown).toContain('## 🟢 1 model changes as declared')
    expect(output.markdown).toContain('as declared in this pull request')
    expect(output.markdown).toContain('10 of 1,000 rows changed')
    expect(renderText(output)).toContain('= as declared: m.amount: changed')
    expect(tripped(output, ['error', 'changes'])).toEqual(['changes'])
  })

  it('are red when broken, and when they cannot be read', () => {
    for (const line of ['m: identical', 'm: idontical', 'zebra: identical']) {
      const output = run([changedRows], declared(line))
      expect(output).toMatchObject({ verdict: 'failed', headline: expect.stringMatching(/^1 declaration broken/) })
      expect(output.markdown).toContain('## 🔴 1 declaration broken')
      expect(tripped(output, ['error'])).toEqual(['error'])
    }
  })

  it('hide no failure, no failing test and no key that is lost', () => {
    const everything = declared('m: rows changed', 'm.amount: changed', 'others: identical')
    const failed = run([{ name: 'm', outcome: { head: twinFailure() } }], everything)
    expect(failed).toMatchObject({
      verdict: 'failed',
      models: [{ verdict: 'failed', declared: { status: 'not_checked' } }],
    })
    expect(tripped(failed, ['error'])).toEqual(['error'])

    const warned = run([changedRows], everything, { checks: [newlyFailing] })
    expect(warned.models[0]?.declared?.status).toBe('not_checked')
    expect(warned.markdown).toContain('## 🟠')

    const duplicates = { ...uniqueKey, uniqueHead: false, duplicatesHead: { keys: 3n, rows: 6n } }
    const lost = run(
      [{ name: 'm', comparison: measured({ rows: rowCounts({ changed: 10 }), key: duplicates }) }],
      everything,
    )
    expect(lost.markdown).toContain('## 🔴')
  })

  it('are not checked where nothing was measured, or a sample does not decide', () => {
    const sampled: ModelCase = {
      name: 'm',
      comparison: {
        ...measured({ rows: rowCounts({ base: 100, changed: 5 }) }),
        kind: 'sampled',
        totals: { base: 1_000n, head: 1_000n },
        keys: 100n,
        atMost: 0.11,
      },
    }
    const output = run([sampled], declared('m: rows changed >= 1', 'm: rows changed <= 1 %', 'm: rows changed < 0.5 %'))
    expect(statuses(output).map(([status]) => status)).toEqual(['as_declared', 'not_checked', 'broken'])
    const plan = run([{ name: 'm' }], declared('m: identical'), { planOnly: { because: 'no data', remedy: [] } })
    expect(statuses(plan)).toEqual([['not_checked', 'no data']])
  })

  it('that base has too can be broken, and declare nothing', () => {
    expect(run([changedRows], standing('m = "rows changed <= 5 %"')).models[0]?.declared?.status).toBe('undeclared')
    expect(statuses(run([changedRows], standing('m = "rows changed <= 0.5 %"')))[0]?.[0]).toBe('broken')
  })

  it('take no more than their room in a comment, however many there are', () => {
    const lines = Array.from({ length: 500 }, (_, n) => `"${'x'.repeat(90)}${String(n)}": identical`)
    const output = run([changedRows], declared(...lines))
    expect(renderComment(output, { maxUnits: 20_000 }).length).toBeLessThanOrEqual(20_000)
    expect(renderComment(output, { maxUnits: 20_000 })).toContain('more declarations')
  })
})

const newlyFailing: ModelChecks = {
  model: 'm',
  contract: [],
  tests: [
    {
      kind: 'data',
      name: 'not_null(amount)',
      type: 'not_null',
      severity: 'warning',
      status: 'newly_failing',
      base: { kind: 'ran', failing: 0n, keys: [] },
      head: { kind: 'ran', failing: 3n, keys: [] },
      stored: false,
      place: { kind: 'test', index: 0 },
    },
  ],
}
