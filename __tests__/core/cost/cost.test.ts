import { describe, expect, it } from '@jest/globals'
import { priceOf } from '../../../src/core/cost/price.ts'
import { costReport } from '../../../src/core/cost/report.ts'
import type { ModelOutcome } from '../../../src/core/environment/outcome.ts'
import type { Plan, PlannedModel } from '../../../src/core/plan/plan.ts'
import type { Budget, CostConfig, ProjectConfig } from '../../../src/core/project/model.ts'
import type { Usage } from '../../../src/core/ports/warehouse.ts'
import { aModel } from '../../support/model.ts'

const rates: CostConfig = { storageCostPerGbMonth: 0.023, computeCostPerDbu: 0.4, warehouseSize: 'Medium' }
const anHour: Usage = { durationMs: 3_600_000, bytesScanned: 2e12 }

describe('priceOf', () => {
  it.each([
    ['databricks', 'Medium', 24 * 0.4],
    ['snowflake', '2X-Small', 4 * 0.4],
    ['snowflake', '4x-large', 528 * 0.4],
    ['snowflake', 'Gigantic', undefined],
    ['bigquery', 'Medium', 12.5],
    ['duckdb', 'Medium', undefined],
  ])('prices an hour and two terabytes on %s, size %s', (type, warehouseSize, usd) => {
    expect(priceOf(anHour, { name: 'default', type }, { ...rates, warehouseSize })).toBe(usd)
  })

  it('has no price where the figure that it needs is absent', () => {
    expect(priceOf({ durationMs: 1 }, { name: 'default', type: 'bigquery' }, rates)).toBeUndefined()
  })
})

describe('costReport', () => {
  it('takes head from base, and leaves out what is absent', () => {
    const report = costReport(
      planOf(planned('b'), planned('a', 'copy')),
      [outcome('b', { durationMs: 20, bytesScanned: 5 }, { durationMs: 30 })],
      config('databricks'),
    )
    expect(report.models.map(({ model, skippedViaCopy }) => [model, skippedViaCopy])).toEqual([
      ['a', true],
      ['b', false],
    ])
    expect(report.totals).toMatchObject({ baseDurationMs: 20, headDurationMs: 30, modelsSkippedViaCopy: 1 })
    expect(report.totals.headBytesScanned).toBeUndefined()
    expect(report.totals.deltaUsd).toBeCloseTo((10 / 3_600_000) * 24 * 0.4, 12)
  })

  it.each([
    ['equal is no breach', { maxDurationMs: 30 }, undefined, []],
    ['one more is', { maxDurationMs: 29 }, undefined, [[undefined, 'max_duration_ms', 29, 30, 'warn']]],
    ['an absent figure skips its limit', { maxUsd: 0 }, undefined, []],
    [
      'a sidecar limits its model',
      {},
      { maxBytesScanned: 6, onBreach: 'error' },
      [['b', 'max_bytes_scanned', 6, 7, 'error']],
    ],
    [
      'a sidecar takes what it does not say from the project',
      { onBreach: 'error' },
      { maxDurationMs: 1 },
      [['b', 'max_duration_ms', 1, 30, 'error']],
    ],
  ] as const)('holds head against the budgets: %s', (_, project, sidecar, breaches) => {
    const model = planned('b', 'prune', sidecar)
    const { breaches: found } = costReport(
      planOf(model),
      [outcome('b', { durationMs: 1 }, { durationMs: 30, bytesScanned: 7 })],
      config('duckdb', project),
    )
    expect(
      found.map(({ model: name, limitType, limit, actual, onBreach }) => [name, limitType, limit, actual, onBreach]),
    ).toEqual(breaches)
  })
})

function config(type: string, budget: Budget = {}): ProjectConfig {
  return { adapter: { name: 'default', type }, cost: rates, budget, modelGlobs: [], location: { path: 'rocky.toml' } }
}

function planOf(...models: readonly PlannedModel[]): Plan {
  return { models, failures: [], notices: [] }
}

function planned(name: string, placement: PlannedModel['placement'] = 'prune', budget?: Budget): PlannedModel {
  const model = aModel({ name, ...(budget === undefined ? {} : { budget }) })
  return {
    name,
    base: model,
    head: model,
    change: { kind: 'none' },
    placement,
    reason: 'changed',
    baseInputs: [],
    headInputs: [],
    target: model.target,
  }
}

function outcome(model: string, base: Usage, head: Usage): ModelOutcome {
  const relation = { table: model }
  return { model, base: { kind: 'built', relation, usage: base }, head: { kind: 'built', relation, usage: head } }
}
