import { describe, expect, it } from '@jest/globals'
import type { ModelCase } from '../../support/preview-result.ts'
import type { ModelRow } from '../../../src/core/contract/model.ts'
import type { PreviewResult } from '../../../src/core/contract/result.ts'
import { PreviewError } from '../../../src/core/base/errors.ts'
import {
  measured,
  previewResult,
  rowCounts,
  sameColumns,
  twinFailure,
  uniqueKey,
} from '../../support/preview-result.ts'
import { toRunOutput } from '../../../src/core/contract/run.ts'

type Parts = Parameters<typeof previewResult>[1]

describe('the verdict on a model', () => {
  const table: readonly (readonly [
    string,
    Omit<ModelCase, 'name'>,
    Partial<ModelRow['evidence']> & { readonly verdict: string; readonly codes?: readonly string[] },
  ])[] = [
    ['equal twins', {}, { verdict: 'identical', kind: 'measured', detail: 'every row compared' }],
    [
      'equal deltas',
      { comparison: measured({ scope: 'delta' }) },
      { verdict: 'identical', detail: 'every row of the next run compared', codes: ['history.unchecked'] },
    ],
    [
      'deltas that an edit of the model makes differ',
      {
        comparison: measured({ scope: 'delta', rows: rowCounts({ changed: 1 }) }),
      },
      { verdict: 'changed', codes: ['history.unchecked', 'rows.changed'] },
    ],
    [
      'deltas with a column that the table’s rows have no value for',
      {
        comparison: measured({
          scope: 'delta',
          columns: [...sameColumns, { name: 'x', change: 'added', typeHead: 'DATE' }],
        }),
      },
      { verdict: 'changed', codes: ['history.column', 'column.added'] },
    ],
    ...(
      [
        ['differs', measured({ rows: rowCounts({ changed: 1 }) }), 'history.changed'],
        ['is equal', measured(), 'history.same'],
        ['could not be compared', { kind: 'not-compared', because: 'no time' }, 'history.unchecked'],
      ] as const
    ).map(
      ([what, history, code]) =>
        [
          `a next run beside a full refresh that ${what}`,
          { comparison: measured({ scope: 'delta' }), history },
          { verdict: 'identical', detail: 'every row of the next run compared', codes: [code] },
        ] as const,
    ),
    [
      'a full refresh that was asked for',
      { comparison: measured({ scope: 'full_refresh', rows: rowCounts({ changed: 1 }) }) },
      { verdict: 'changed', detail: 'every row of a full refresh compared', codes: ['rows.changed'] },
    ],
    [
      'a full refresh in the place of a next run that adds nothing',
      {
        comparison: measured({ scope: 'full_refresh' }),
        outcome: {
          refresh: {
            base: { kind: 'built', relation: { table: 'a' }, usage: { durationMs: 1 } },
            head: { kind: 'built', relation: { table: 'b' }, usage: { durationMs: 1 } },
          },
        },
      },
      { verdict: 'identical', detail: 'a full refresh of both sides; the next run adds no rows' },
    ],
    [
      'changed rows',
      { comparison: measured({ rows: rowCounts({ changed: 1 }) }) },
      { verdict: 'changed', kind: 'measured', codes: ['rows.changed'] },
    ],
    [
      'a new column, equal rows',
      { comparison: measured({ columns: [...sameColumns, { name: 'x', change: 'added', typeHead: 'DATE' }] }) },
      { verdict: 'changed', codes: ['column.added'] },
    ],
    [
      'no rows on either side',
      { comparison: measured({ rows: rowCounts({ base: 0 }) }) },
      { verdict: 'not_checked', detail: 'no rows reached the changed code' },
    ],
    [
      'counts that contradict themselves',
      { comparison: measured({ rows: { ...rowCounts(), head: 7n } }) },
      { verdict: 'not_checked', kind: 'none' },
    ],
    [
      'twins that were not compared',
      { comparison: { kind: 'not-compared', because: 'out of time' } },
      { verdict: 'not_checked', detail: 'out of time' },
    ],
    ['no comparison at all', { comparison: 'none' }, { verdict: 'not_checked', detail: 'the twins were not compared' }],
    [
      'chance in its SQL',
      { outcome: { instability: { kind: 'rows', because: 'it calls `random`' } } },
      { verdict: 'not_checked', detail: 'it calls `random`' },
    ],
    [
      'a failure on head',
      { outcome: { head: twinFailure() } },
      { verdict: 'failed', kind: 'none', codes: ['engine.failed'] },
    ],
    [
      'a failure on both sides',
      { outcome: { base: twinFailure(), head: twinFailure() } },
      { verdict: 'failed', codes: ['engine.failed', 'failure.old'] },
    ],
    [
      'a failure on base only',
      { outcome: { base: twinFailure() }, comparison: 'none' },
      {
        verdict: 'not_checked',
        detail: 'fixed here: base does not build, so there is nothing to compare with',
        codes: ['failure.fixed'],
      },
    ],
    [
      'a failure upstream',
      { outcome: { head: { kind: 'upstream-failed', model: 'stg' } } },
      { verdict: 'not_checked', detail: 'upstream `stg` failed' },
    ],
    [
      'a passed deadline',
      { outcome: { head: { kind: 'not-built', because: 'the deadline passed' } } },
      { verdict: 'not_checked', detail: 'the deadline passed' },
    ],
    ['a new model', { change: { kind: 'added' } }, { verdict: 'added', kind: 'measured', codes: ['model.added'] }],
    [
      'a removed model',
      { change: { kind: 'removed' }, comparison: 'none' },
      { verdict: 'removed', codes: ['model.removed'] },
    ],
    [
      'a copied model',
      { change: { kind: 'none' }, placement: 'copy', reason: 'not_affected' },
      { verdict: 'not_affected', kind: 'none', detail: 'not affected by this change: read where it is' },
    ],
    [
      'a skipped model',
      { change: { kind: 'none' }, placement: 'skipped', reason: 'not_affected' },
      { verdict: 'not_affected', kind: 'none' },
    ],
    [
      'a model built for both sides',
      { change: { kind: 'none' }, placement: 'shared', reason: 'missing_in_warehouse' },
      { verdict: 'not_affected', detail: 'not affected by this change: built once, for both sides' },
    ],
    [
      'settings only',
      { change: { kind: 'metadata', fields: ['tags'] }, placement: 'copy', reason: 'not_affected' },
      { verdict: 'not_affected', codes: ['model.metadata'] },
    ],
  ]

  it.each(table)('of %s', (_, given, expected) => {
    const { verdict, evidence, findings } = rowOf(given)
    const { codes = [], ...rest } = expected
    expect({ verdict, ...evidence }).toMatchObject(rest)
    expect(findings.map(({ code }) => code)).toEqual(codes)
  })

  it('holds the place, the message and the hint of a failure', () => {
    const { findings, severity } = rowOf({ outcome: { head: twinFailure('no', 'models/a.sql') } })
    expect(severity).toBe('breaking')
    expect(findings).toEqual([
      {
        code: 'engine.failed',
        severity: 'breaking',
        message: 'no',
        hint: 'Name a column that is there.',
        path: 'models/a.sql',
        line: 3,
      },
    ])
  })

  it('shows no counts that prove nothing', () => {
    const row = rowOf({
      outcome: { instability: { kind: 'rows', because: 'memory pressure' } },
      comparison: measured({ rows: rowCounts({ changed: 9 }) }),
    })
    expect(row.rows).toBeUndefined()
    expect(row.columns?.map(({ rows_changed }) => rows_changed)).toEqual([undefined, undefined])
  })

  it('names where a renamed model comes from', () => {
    expect(rowOf({ change: { kind: 'renamed', from: 'old', fields: [] } })).toMatchObject({
      change: 'renamed',
      renamed_from: 'old',
    })
  })

  it('is breaking when the key loses its uniqueness', () => {
    const key = { ...uniqueKey, uniqueHead: false, duplicatesHead: { keys: 2n, rows: 5n } }
    const row = rowOf({ comparison: measured({ key, rows: rowCounts({ added: 3 }) }) })
    expect(row.severity).toBe('breaking')
    expect(row.findings[0]).toMatchObject({
      code: 'key.duplicated',
      message: 'key `id` is no longer unique: 2 keys stand in 5 rows',
    })
    expect(row.key).toMatchObject({ unique_head: false, duplicates_head: { keys: 2, rows: 5 } })
  })

  it('is not checked for every model to be rebuilt when no data were read', () => {
    const result = previewResult([{ name: 'a' }, { name: 'b', change: { kind: 'added' } }], {
      planOnly: { because: 'no warehouse', remedy: [] },
    })
    const run = documentOf(result)
    expect(run.models.map(({ verdict, evidence }) => [verdict, evidence.detail])).toEqual([
      ['not_checked', 'no warehouse'],
      ['not_checked', 'no warehouse'],
    ])
    expect(run).toMatchObject({
      verdict: 'incomplete',
      headline: 'Plan only, no data compared: 2 models would be rebuilt.',
    })
    expect(run.create.run_status).toBe('planned')
  })

  it('spares no reader of a model that the change makes fail, whatever the reader reads of it', () => {
    const aside = { placement: 'skipped', change: { kind: 'none' }, proof: 'reads_nothing_changed' } as const
    const verdicts = (of: ModelCase): readonly string[] =>
      toRunOutput(
        previewResult([
          of,
          { ...aside, name: 'reader', inputs: ['stg'] },
          { ...aside, name: 'above', inputs: ['reader'] },
          { ...aside, name: 'beside' },
        ]),
        { diff: () => '', cost: () => '', run: () => '' },
      ).models.map(({ verdict, evidence: { detail } }) => `${verdict}: ${detail}`)
    const spared = 'not_affected: proven: reads nothing that changes'
    const failed = 'failed: it does not build'
    const fallen = 'not_checked: upstream `stg` failed'
    expect(verdicts({ name: 'stg', outcome: { head: twinFailure() } })).toEqual([failed, fallen, fallen, spared])
    const old = { head: twinFailure(), base: twinFailure() }
    expect(verdicts({ name: 'stg', outcome: old })).toEqual([failed, spared, spared, spared])
    expect(verdicts({ name: 'stg' }).slice(1)).toEqual([spared, spared, spared])
  })

  it('is given to a model that could not be planned', () => {
    const error = new PreviewError('model.sql', 'two statements', { location: { path: 'models/x.sql', line: 2 } })
    const run = documentOf(
      previewResult([], { plan: { failures: [{ model: 'x', side: 'head', error, fixed: false }] } }),
    )
    expect(run.models).toMatchObject([{ model_name: 'x', path: 'models/x.sql', verdict: 'failed', change: 'edited' }])
  })

  it('tells of a fault that head no longer has', () => {
    const error = new PreviewError('model.sql', 'two statements')
    const parts: Parts = { plan: { failures: [{ model: 'm', side: 'base', error, fixed: true }] } }
    const row = documentOf(previewResult([{ name: 'm' }], parts)).models[0]
    expect(row).toMatchObject({ verdict: 'not_checked', findings: [{ code: 'failure.fixed', severity: 'info' }] })
  })
})

describe('the verdict on a run', () => {
  const failing: ModelCase = { name: 'f', outcome: { head: twinFailure() } }
  const changed: ModelCase = { name: 'c', comparison: measured({ rows: rowCounts({ changed: 1 }) }) }
  const unchecked: ModelCase = { name: 'u', comparison: 'none' }
  const same: ModelCase = { name: 's' }

  it.each([
    ['failed', [failing, changed], '1 model fails, 1 changes data.'],
    ['changed', [changed, unchecked, same], '1 model changes data, 1 not checked, 1 identical.'],
    ['incomplete', [unchecked, same], '1 model not checked, 1 identical.'],
    ['unchanged', [same, { ...same, name: 't' }], '2 models identical.'],
    ['unchanged', [], 'No model is affected.'],
  ] as const)('is the worst that was seen: %s', (verdict, models, headline) => {
    expect(documentOf(previewResult(models))).toMatchObject({ verdict, headline })
  })

  it('is "failed" when a stage failed', () => {
    const failures = [new PreviewError('kernel.memory', 'the worker was ended')]
    expect(documentOf(previewResult([same], { failures }))).toMatchObject({
      verdict: 'failed',
      headline: 'The run did not finish: 1 model identical.',
      failures: [{ code: 'kernel.memory', blame: 'user', message: 'the worker was ended' }],
    })
  })
})

function rowOf(given: Omit<ModelCase, 'name'>): ModelRow {
  const row = documentOf(previewResult([{ name: 'm', ...given }])).models[0]
  if (row === undefined) throw new Error('no row')
  return row
}

function documentOf(result: PreviewResult) {
  return toRunOutput(result, { diff: () => '', cost: () => '', run: () => '' })
}
