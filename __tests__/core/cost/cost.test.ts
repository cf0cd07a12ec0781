import { describe, expect, it } from '@jest/globals'
import { priceFrom, type PriceSources } from '../../../src/core/cost/price.ts'
import { costReport } from '../../../src/core/cost/report.ts'
import type { ModelOutcome } from '../../../src/core/environment/outcome.ts'
import type { Plan, PlannedModel } from '../../../src/core/plan/plan.ts'
import type { Budget, CostConfig, ProjectConfig } from '../../../src/core/project/model.ts'
import type { OwnPrices } from '../../../src/core/project/own-prices.ts'
import type { Usage } from '../../../src/core/ports/warehouse.ts'
import { aModel } from '../../support/model.ts'

const rates: CostConfig = { storageCostPerGbMonth: 0.023, computeCostPerDbu: 0.4, warehouseSize: 'Medium' }
const anHour = { durationMs: 3_600_000, bytesScanned: 2e12 }

function sources(type: string, parts: Partial<PriceSources> = {}): PriceSources {
  return { adapter: { name: 'default', type }, cost: rates, own: {}, ...parts }
}

describe('priceFrom', () => {
  // An hour and two terabytes, by hand: DBUs of the size × $0.40; 2 × $6.25.
  it.each([
    ['databricks', '2X-Small', 1.6],
    ['databricks', 'X-Small', 2.4],
    ['databricks', 'Small', 4.8],
    ['databricks', 'Medium', 9.6],
    ['databricks', 'Large', 16],
    ['databricks', 'X-Large', 32],
    ['databricks', '2X-Large', 57.6],
    ['databricks', '3X-Large', 108.8],
    ['databricks', '4X-Large', 211.2],
    ['snowflake', 'medium', 9.6],
    ['snowflake', '4x-large', 211.2],
    ['snowflake', 'Gigantic', undefined],
    ['bigquery', 'Medium', 12.5],
    ['duckdb', 'Medium', undefined],
    ['trino', 'Medium', undefined],
  ])('prices an hour and two terabytes on %s, size %s', (type, warehouseSize, usd) => {
    const price = priceFrom(sources(type, { cost: { ...rates, warehouseSize } }))?.of(anHour)
    if (usd === undefined) expect(price).toBeUndefined()
    else expect(price).toBeCloseTo(usd, 9)
  })

  it.each([
    ['a runner by the minute', 'duckdb', {}, 0.008, 0.48],
    ['a runner prices DuckDB only', 'trino', {}, 0.008, undefined],
    ['seconds', 'trino', { usdPerSecond: 0.0005 }, undefined, 1.8],
    ['terabytes', 'trino', { usdPerTerabyte: 5 }, undefined, 10],
    ['compute units', 'trino', { usdPerComputeUnit: 0.3, computeUnitsPerHour: 8 }, undefined, 2.4],
    ['a unit an hour unless said', 'trino', { usdPerComputeUnit: 0.3 }, undefined, 0.3],
    ['all of them', 'trino', { usdPerSecond: 0.0005, usdPerTerabyte: 5, usdPerComputeUnit: 0.3 }, undefined, 12.1],
    ['own prices before the adapter’s', 'bigquery', { usdPerTerabyte: 5 }, undefined, 10],
    ['own prices before the runner’s', 'duckdb', { usdPerSecond: 0.0005 }, 0.008, 1.8],
    ['storage alone prices no run', 'trino', { usdPerGbMonth: 0.02 }, undefined, undefined],
  ] as const satisfies readonly (readonly [string, string, OwnPrices, number | undefined, number | undefined])[])(
    'prices %s',
    (_, type, own, runnerPerMinute, usd) => {
      const price = priceFrom(sources(type, { own, runnerPerMinute }))?.of(anHour)
      if (usd === undefined) expect(price).toBeUndefined()
      else expect(price).toBeCloseTo(usd, 9)
    },
  )

  it('has no price where the figure that it needs is absent', () => {
    expect(priceFrom(sources('bigquery'))?.of({ durationMs: 1 })).toBeUndefined()
    expect(priceFrom(sources('trino', { own: { usdPerTerabyte: 5 } }))?.of({ durationMs: 1 })).toBeUndefined()
  })

  it('says its formula', () => {
    expect(priceFrom(sources('databricks'))?.formula).toBe('hours × 24 DBU (Medium) × $0.4')
    expect(priceFrom(sources('bigquery'))?.formula).toBe('terabytes scanned × $6.25')
  })
})

describe('costReport', () => {
  it('takes head from base, and leaves out what is absent', () => {
    const report = reportOf(
      [planned('b'), planned('a', 'copy')],
      [outcome('b', { durationMs: 2_000, bytesScanned: 5 }, { durationMs: 5_000 })],
      config('databricks'),
    )
    expect(report.models.map(({ model, skippedViaCopy }) => [model, skippedViaCopy])).toEqual([
      ['a', true],
      ['b', false],
    ])
    expect(report.totals).toMatchObject({ baseDurationMs: 2_000, headDurationMs: 5_000, modelsSkippedViaCopy: 1 })
    expect(report.totals.headBytesScanned).toBeUndefined()
    expect(report.totals.deltaUsd).toBeCloseTo((3_000 / 3_600_000) * 24 * 0.4, 12)
  })

  it('has no figure for a side that was not run', () => {
    const readInPlace: ModelOutcome = {
      ...outcome('b', { durationMs: 1 }, { durationMs: 30 }),
      base: { kind: 'built', relation: { table: 'b' } },
    }
    const [model] = reportOf([planned('b')], [readInPlace]).models
    expect(model).toMatchObject({ head: { durationMs: 30 }, moved: [] })
    expect(model).not.toHaveProperty('base')
    expect(model).not.toHaveProperty('deltaUsd')
  })

  it('holds head against what earlier runs recorded of a base that was not built, and says so', () => {
    const readInPlace: ModelOutcome = {
      ...outcome('b', { durationMs: 1 }, { durationMs: 3_000, rows: 9 }),
      base: { kind: 'built', relation: { table: 'b' } },
    }
    const recorded = new Map([['b', { durationMs: 1_000, rows: 5 }]])
    const given = { config: config('duckdb'), own: {}, recorded }
    const [model] = costReport(planOf(planned('b')), [readInPlace], given).models
    expect(model).toMatchObject({ baseFrom: 'records', base: { rows: 5 }, moved: ['rows-written', 'time'] })
    const built = costReport(planOf(planned('b')), [outcome('b', { durationMs: 7 }, { durationMs: 7 })], given)
    expect(built.models[0]).toMatchObject({ base: { durationMs: 7 }, moved: [] })
    expect(built.models[0]).not.toHaveProperty('baseFrom')
  })

  it('says through what a relation is read that the SQL does not name', () => {
    const scan = { relation: 'main.events', columns: ['id'], filtered: ['day'], rowsScanned: 10, rows: 1 }
    const plan = (parts: Partial<typeof scan>) => ({ scans: [{ ...scan, ...parts }], joins: [], filteredLate: [] })
    const [model] = costReport(
      planOf(planned('b')),
      [
        outcome(
          'b',
          { durationMs: 1, rowsScanned: 1, plan: plan({}) },
          { durationMs: 1, rowsScanned: 10, plan: plan({ filtered: [], rows: 10 }) },
        ),
      ],
      {
        config: config('duckdb'),
        own: {},
        locate: () => ({ location: { path: 'b.sql', line: 3, column: 1 }, through: 'the view `recent`' }),
      },
    ).models
    expect(model?.reasons).toMatchObject([
      {
        message: 'now scans `events` whole: 10 rows instead of 1, with no filter on `day` (through the view `recent`)',
        location: { path: 'b.sql', line: 3 },
      },
    ])
  })

  it('gives the one build of a shared model to both sides', () => {
    const twin = outcome('s', { durationMs: 40, rows: 3 }, { durationMs: 40, rows: 3 })
    const { models, totals } = reportOf([planned('s', 'shared')], [{ ...twin, head: twin.base }])
    expect(models[0]).toMatchObject({ base: { rows: 3 }, head: { rows: 3 }, moved: [], time: { kind: 'same' } })
    expect(totals).toMatchObject({ baseDurationMs: 40, headDurationMs: 40 })
  })

  it('charges nothing for a difference that is noise', () => {
    const { totals, models } = reportOf(
      [planned('b')],
      [outcome('b', { durationMs: 900, rows: 5 }, { durationMs: 1_100, rows: 5 })],
      config('snowflake'),
    )
    expect(totals.deltaUsd).toBe(0)
    expect(models[0]).toMatchObject({ moved: [], time: { kind: 'same' } })
  })

  it('projects a month from the model’s own schedule, on the data as they are', () => {
    const model = planned('b', 'prune', undefined, { freshness: { expected_lag_seconds: 86_400 } })
    const scanned = (tb: number): Usage => ({ durationMs: 10, bytesScanned: tb * 1e12, bytesWritten: tb * 1e9 })
    const [cost] = reportOf([model], [outcome('b', scanned(1), scanned(3))], config('bigquery')).models
    // 30.4375 days × 2 TB × $6.25, and 2 GB more at $0.023.
    expect(cost?.month).toMatchObject({ runs: 30.4375, storageUsd: 0.046 })
    expect(cost?.month?.deltaUsd).toBeCloseTo(30.4375 * 12.5 + 0.046, 9)
  })

  it.each([
    ['the model’s schedule', { schedule: { every: '12h' }, freshness: { expected_lag_seconds: 3_600 } }, 'every 12h'],
    ['the model’s freshness', { freshness: { expected_lag_seconds: 3_600 } }, 'freshness of 3600 s'],
    ['preview.toml', {}, 'runs_per_month of preview.toml'],
  ])('goes by %s before what stands after it', (_, metadata, because) => {
    const given = { ...config('bigquery'), runs: { runs: 1, because: 'the project' } }
    const built = [outcome('b', { durationMs: 10 }, { durationMs: 10 })]
    const own = { runsPerMonth: 3 }
    const of = (report: ReturnType<typeof costReport>) => report.models[0]?.month?.because
    expect(of(costReport(planOf(planned('b', 'prune', undefined, metadata)), built, { config: given, own }))).toBe(
      because,
    )
    expect(of(costReport(planOf(planned('b')), built, { config: given, own: {} }))).toBe('the project')
  })

  it('tells of growth from the second pull request in a row on', () => {
    const grown = [outcome('b', { durationMs: 10, rows: 100 }, { durationMs: 10, rows: 120 })]
    const of = (earlier: number, outcomes = grown) =>
      costReport(planOf(planned('b')), outcomes, { config: config('duckdb'), own: {}, earlierGrowth: () => earlier })
        .models[0]?.growingFor
    expect([of(0), of(1), of(2)]).toEqual([undefined, 2, 3])
    expect(of(2, [outcome('b', { durationMs: 10, rows: 100 }, { durationMs: 10, rows: 100 })])).toBeUndefined()
  })

  it('takes the caller’s runs per month before all others, and has no month where nobody knows', () => {
    const built = [outcome('b', { durationMs: 10, bytesScanned: 1e12 }, { durationMs: 10, bytesScanned: 2e12 })]
    const asked = costReport(planOf(planned('b')), built, { config: config('bigquery'), own: {}, runsPerMonth: 4 })
    expect(asked.totals.monthDeltaUsd).toBeCloseTo(25, 9)
    expect(reportOf([planned('b')], built, config('bigquery')).totals.monthDeltaUsd).toBeUndefined()
  })
})

describe('budgets', () => {
  it.each([
    ['equal is no breach', { maxDurationMs: 30 }, undefined, []],
    ['just above is', { maxDurationMs: 29.9 }, undefined, [[undefined, 'max_duration_ms', 29.9, 30, 'warn']]],
    ['an absent figure skips its limit', { maxUsd: 0 }, undefined, []],
    ['no budget, no breach', {}, undefined, []],
    [
      'a sidecar limits its model',
      {},
      { maxBytesScanned: 6, onBreach: 'error' },
      [['b', 'max_bytes_scanned', 6, 7, 'error']],
    ],
    [
      'a sidecar takes what it does not say from the project',
      { onBreach: 'error', maxBytesScanned: 6 },
      { maxDurationMs: 1 },
      [
        [undefined, 'max_bytes_scanned', 6, 7, 'error'],
        ['b', 'max_duration_ms', 1, 30, 'error'],
        ['b', 'max_bytes_scanned', 6, 7, 'error'],
      ],
    ],
    [
      'a sidecar overrides field by field',
      { maxDurationMs: 100, maxBytesScanned: 6, onBreach: 'error' },
      { maxDurationMs: 20, maxBytesScanned: 7, onBreach: 'warn' },
      [
        [undefined, 'max_bytes_scanned', 6, 7, 'error'],
        ['b', 'max_duration_ms', 20, 30, 'warn'],
      ],
    ],
    ['a model without a budget counts for the project’s alone', { maxBytesScanned: 7 }, undefined, []],
  ] as const)('holds head against them: %s', (_, project, sidecar, breaches) => {
    const model = planned('b', 'prune', sidecar)
    const { breaches: found } = reportOf(
      [model],
      [outcome('b', { durationMs: 1 }, { durationMs: 30, bytesScanned: 7 })],
      config('duckdb', project),
    )
    expect(
      found.map(({ model: name, limitType, limit, actual, onBreach }) => [name, limitType, limit, actual, onBreach]),
    ).toEqual(breaches)
  })

  it('does not let a pull request raise the budget of a model that base has', () => {
    const raised = { ...planned('b'), base: aModel({ name: 'b', budget: { maxDurationMs: 20 } }) }
    const { breaches } = reportOf(
      [{ ...raised, head: aModel({ name: 'b', budget: { maxDurationMs: 100 } }) }],
      [outcome('b', { durationMs: 1 }, { durationMs: 30 })],
    )
    expect(breaches.map(({ limit }) => limit)).toEqual([20])
  })

  it.each([
    [37.6, []],
    [37.5, [30]],
    [30, [30]],
    [29, []],
  ])('tells what is left of a limit of %s from 80 %% on', (maxDurationMs, close) => {
    const report = reportOf(
      [planned('b')],
      [outcome('b', { durationMs: 1 }, { durationMs: 30 })],
      config('duckdb', { maxDurationMs }),
    )
    expect(report.close.map(({ actual }) => actual)).toEqual(close)
  })
})

describe('savings', () => {
  const estimate = { durationMs: 4_000, bytesScanned: 1e12, bytesWritten: 0, memoryBytes: 0, from: 'sizes' } as const

  it('tells what was not rebuilt, and what a full rebuild would take', () => {
    const cutOff: ModelOutcome = {
      model: 'c',
      base: { kind: 'absent' },
      head: { kind: 'absent' },
      cutOff: { inputs: ['b'], readFrom: 'nowhere' },
    }
    const report = costReport(
      planOf(planned('a', 'copy'), planned('b'), planned('c'), { ...planned('d', 'skipped'), proof: 'same_plan' }),
      [outcome('b', { durationMs: 10, bytesScanned: 1e12 }, { durationMs: 500, bytesScanned: 1e12 }), cutOff],
      {
        config: config('bigquery'),
        own: {},
        estimates: new Map(['a', 'c', 'd'].map((name) => [name, estimate])),
      },
    )
    expect(report.savings).toEqual({
      models: 3,
      copied: 1,
      proven: 1,
      cutOff: 1,
      basis: 'estimated',
      durationMs: 12_000,
      fullDurationMs: 12_500,
      usd: 18.75,
      fullUsd: 25,
    })
  })

  it('counts what holds no data and what was built once for both sides not at all', () => {
    const view = aModel({ name: 'v', strategy: { kind: 'view' } })
    const inline = aModel({ name: 'e', strategy: { kind: 'ephemeral' } })
    const { savings } = costReport(
      planOf(
        planned('a', 'copy'),
        planned('s', 'shared'),
        { ...planned('v', 'copy'), head: view },
        { ...planned('e', 'copy'), head: inline },
      ),
      [],
      { config: config('duckdb'), own: {}, estimates: new Map(['a', 's', 'v', 'e'].map((name) => [name, estimate])) },
    )
    expect(savings).toMatchObject({ models: 1, copied: 1, durationMs: 4_000 })
  })

  it('is measured only where all of it is', () => {
    const of = (...from: readonly ('records' | 'sizes')[]) =>
      costReport(planOf(planned('a', 'copy'), planned('b', 'copy')), [], {
        config: config('duckdb'),
        own: {},
        estimates: new Map(from.map((one, index) => [['a', 'b'][index] ?? '', { ...estimate, from: one }])),
      }).savings?.basis
    expect([of('records', 'records'), of('records', 'sizes'), of('records')]).toEqual([
      'records',
      'estimated',
      'estimated',
    ])
  })

  it('guesses nothing where one of them is not known', () => {
    const plan = planOf(planned('a', 'copy'), planned('b'))
    const { savings } = costReport(plan, [], { config: config('duckdb'), own: {}, estimates: new Map() })
    expect(reportOf(plan.models, []).savings).toBeUndefined()
    expect(savings).toEqual({ models: 1, copied: 1, proven: 0, cutOff: 0, basis: 'estimated' })
  })
})

function reportOf(
  models: readonly PlannedModel[],
  outcomes: readonly ModelOutcome[],
  given: ProjectConfig = config('duckdb'),
): ReturnType<typeof costReport> {
  return costReport(planOf(...models), outcomes, { config: given, own: {} })
}

function config(type: string, budget: Budget = {}): ProjectConfig {
  return { adapter: { name: 'default', type }, cost: rates, budget, modelGlobs: [], location: { path: 'rocky.toml' } }
}

function planOf(...models: readonly PlannedModel[]): Plan {
  return { models, failures: [], notices: [] }
}

function planned(
  name: string,
  placement: PlannedModel['placement'] = 'prune',
  budget?: Budget,
  metadata: Readonly<Record<string, unknown>> = {},
): PlannedModel {
  const model = aModel({ name, metadata, ...(budget === undefined ? {} : { budget }) })
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
