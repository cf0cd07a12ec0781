import fc from 'fast-check'
import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import type { ModelCase } from '../../support/preview-result.ts'
import type { TwinOutcome } from '../../../src/core/environment/outcome.ts'
import { documents } from '../../../src/core/contract/documents.ts'
import { measured, previewResult, rowCounts, sameColumns, twinFailure } from '../../support/preview-result.ts'
import { toRunOutput } from '../../../src/core/contract/run.ts'

const renderers = { diff: () => 'diff', cost: () => 'cost', run: () => 'run' }

describe('documents', () => {
  it.each(Object.entries(documents))('%s has a JSON schema', (_, schema) => {
    const json = z.toJSONSchema(schema, { target: 'draft-7' })
    expect(json).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' })
    expect(JSON.stringify(json)).not.toContain('"not":{}')
  })

  it('describe what we print, and row counts reconcile, whatever the run', () => {
    fc.assert(
      fc.property(results, (result) => {
        const run = toRunOutput(result, renderers)
        expect(documents.preview_create.parse(run.create)).toEqual(run.create)
        expect(documents.preview_diff.parse(run.diff)).toEqual(run.diff)
        expect(documents.preview_cost.parse(run.cost)).toEqual(run.cost)
        expect(JSON.stringify(documents.preview_run.parse(JSON.parse(JSON.stringify(run))))).toHaveLength(
          JSON.stringify(run).length,
        )
        for (const { rows } of run.models) {
          if (rows === undefined) continue
          const [base, head, added, removed] = [rows.base, rows.head, rows.added, rows.removed].map(BigInt)
          expect((base ?? 0n) - (removed ?? 0n) + (added ?? 0n)).toBe(head)
        }
      }),
    )
  })

  it('hold no undefined and come in the same bytes twice', () => {
    fc.assert(
      fc.property(results, (result) => {
        const run = toRunOutput(result, renderers)
        expect(JSON.stringify(toRunOutput(result, renderers))).toBe(JSON.stringify(run))
        expect(run).toStrictEqual(JSON.parse(JSON.stringify(run)))
      }),
    )
  })

  it('put every model of the plan in exactly one set, and a removed one in none', () => {
    fc.assert(
      fc.property(results, (result) => {
        const { create } = toRunOutput(result, renderers)
        const names = [...create.prune_set, ...create.copy_set]
          .map(({ model_name }) => model_name)
          .concat(create.skipped_set)
        const expected = result.plan.models.filter(({ head }) => head !== undefined).map(({ name }) => name)
        expect(names.sort()).toEqual(expected.sort())
      }),
    )
  })

  it('write counts past 2^53 as text', () => {
    const comparison = measured({ rows: rowCounts({ base: 2n ** 60n, changed: 3 }) })
    const run = toRunOutput(previewResult([{ name: 'm', comparison }]), renderers)
    expect(run.models[0]?.rows).toMatchObject({ base: '1152921504606846976', changed: 3 })
  })

  it('tell NULL from the empty text, and keep a composite key', () => {
    const samples = [
      { kind: 'changed', key: { a: '1', b: null }, changes: [{ column: 'c', base: null, head: '' }] },
    ] as const
    const run = toRunOutput(
      previewResult([{ name: 'm', comparison: measured({ samples, rows: rowCounts({ changed: 1 }) }) }]),
      renderers,
    )
    expect(run.diff.models[0]?.algorithm).toMatchObject({
      kind: 'bisection',
      diff: {
        samples: [
          {
            primary_key: 'a=1, b=NULL',
            key: [
              { column: 'a', value: '1' },
              { column: 'b', value: '', is_null: true },
            ],
            changes: [{ column: 'c', base_value: '', branch_value: '', base_is_null: true }],
          },
        ],
      },
    })
  })

  it('say of a model that was not compared that nothing was, and count it as neither changed nor unchanged', () => {
    const run = toRunOutput(
      previewResult([{ name: 'm', comparison: { kind: 'not-compared', because: 'out of time' } }]),
      renderers,
    )
    expect(run.diff.summary).toMatchObject({ models_with_changes: 0, models_unchanged: 0, any_coverage_warning: true })
    expect(run.diff.models[0]?.algorithm).toMatchObject({
      kind: 'sampled',
      sampling_window: { coverage: 'none: out of time', coverage_warning: true },
    })
  })
})

const twins: fc.Arbitrary<TwinOutcome | undefined> = fc.constantFrom<(TwinOutcome | undefined)[]>(
  undefined,
  twinFailure(),
  { kind: 'upstream-failed', model: 'm0' },
  { kind: 'not-built', because: 'the deadline passed' },
)
const count = fc.oneof(fc.bigInt(0n, 50n), fc.bigInt(0n, 2n ** 62n))
const comparisons = fc.oneof(
  fc.constant<NonNullable<ModelCase['comparison']>>('none'),
  fc.constant<NonNullable<ModelCase['comparison']>>({ kind: 'not-compared', because: 'x', columns: sameColumns }),
  fc
    .record({ removed: count, changed: count, same: count, added: count, scope: fc.constantFrom('whole', 'delta') })
    .map(({ removed, changed, same, added, scope }) =>
      measured({ rows: rowCounts({ base: removed + changed + same, added, removed, changed }), scope }),
    ),
)
const changes = fc.constantFrom<NonNullable<ModelCase['change']>[]>(
  { kind: 'none' },
  { kind: 'edited', fields: ['sql'] },
  { kind: 'metadata', fields: ['tags'] },
  { kind: 'renamed', from: 'old', fields: [] },
  { kind: 'added' },
  { kind: 'removed' },
)
const models: fc.Arbitrary<ModelCase> = fc
  .record({
    change: changes,
    base: twins,
    head: twins,
    comparison: comparisons,
    placement: fc.constantFrom('prune', 'copy', 'shared', 'skipped'),
  })
  .map(({ change, base, head, comparison, placement }): ModelCase => ({
    name: '',
    change,
    comparison,
    placement: change.kind === 'added' || change.kind === 'removed' ? 'prune' : placement,
    outcome: { ...(base !== undefined && { base }), ...(head !== undefined && { head }) },
  }))
const results = fc
  .record({ cases: fc.array(models, { maxLength: 8 }), planned: fc.boolean() })
  .map(({ cases, planned }) =>
    previewResult(
      cases.map((given, index) => ({ ...given, name: `m${String(index)}` })),
      planned ? { planOnly: { because: 'no warehouse', remedy: ['Give one.'] } } : {},
    ),
  )
