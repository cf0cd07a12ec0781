import type { ModelCase } from '../../support/preview-result.ts'
import type { PreviewResult } from '../../../src/core/contract/result.ts'
import type { RunOutput } from '../../../src/core/contract/run.ts'
import {
  measured,
  previewResult,
  rowCounts,
  sameColumns,
  twinFailure,
  uniqueKey,
} from '../../support/preview-result.ts'
import { toRunOutput } from '../../../src/core/contract/run.ts'

/** The run document of a result, without Markdown in it. */
export function runOf(result: PreviewResult): RunOutput {
  return toRunOutput(result, { diff: () => '', cost: () => '', run: () => '' })
}

const aside: readonly ModelCase[] = ['raw_orders', 'raw_customers', 'stg_payments'].map((name) => ({
  name,
  change: { kind: 'none' },
  placement: 'copy',
  reason: 'not_affected',
}))

export const revenue: ModelCase = {
  name: 'fct_revenue',
  inputs: ['raw_orders'],
  comparison: measured({
    rows: rowCounts({ base: 10_002_400, removed: 33, changed: 98_110 }),
    columns: [
      { name: 'order_id', change: 'same', typeBase: 'BIGINT', typeHead: 'BIGINT', rowsChanged: 0n },
      {
        name: 'net_amount',
        change: 'same',
        typeBase: 'DECIMAL(18,2)',
        typeHead: 'DECIMAL(18,2)',
        rowsChanged: 98_110n,
      },
      { name: 'currency', change: 'same', typeBase: 'VARCHAR', typeHead: 'VARCHAR', rowsChanged: 0n },
      { name: 'fx_rate', change: 'added', typeHead: 'DOUBLE' },
    ],
    key: { ...uniqueKey, columns: ['order_id'] },
    samples: [
      {
        kind: 'changed',
        key: { order_id: '100023' },
        changes: [{ column: 'net_amount', base: '104.20', head: '77.19' }],
      },
      { kind: 'changed', key: { order_id: '100031' }, changes: [{ column: 'net_amount', base: null, head: '' }] },
      { kind: 'removed', key: { order_id: '100040' }, changes: [] },
    ],
  }),
  durationMs: 820,
}

const reader: ModelCase = { name: 'active_customers', change: { kind: 'none' }, inputs: ['fct_revenue'] }

/** Ten touched models, one of each kind of news. */
const tenModels: readonly ModelCase[] = [
  ...aside,
  {
    name: 'dim_customer',
    inputs: ['raw_customers'],
    strategy: { kind: 'merge', uniqueKey: ['customer_id'] },
    comparison: measured({
      rows: rowCounts({ base: 50_000, added: 1_204 }),
      method: 'keyed_multiset',
      key: {
        ...uniqueKey,
        columns: ['customer_id'],
        uniqueHead: false,
        duplicatesHead: { keys: 1_204n, rows: 2_408n },
      },
    }),
  },
  {
    name: 'stg_orders',
    inputs: ['raw_orders'],
    outcome: {
      head: twinFailure('Binder Error: Referenced column "amnt" not found in FROM clause!', 'models/stg_orders.sql'),
    },
    comparison: 'none',
  },
  {
    name: 'fct_orders',
    change: { kind: 'none' },
    inputs: ['stg_orders'],
    outcome: { head: { kind: 'upstream-failed', model: 'stg_orders' } },
    comparison: 'none',
  },
  revenue,
  reader,
  {
    name: 'daily_revenue',
    change: { kind: 'none' },
    inputs: ['fct_revenue'],
    comparison: measured({
      rows: rowCounts({ base: 365, changed: 120 }),
      columns: [
        ...sameColumns.slice(0, 1),
        { name: 'amount', change: 'same', typeBase: 'DOUBLE', typeHead: 'DOUBLE', rowsChanged: 120n },
      ],
    }),
  },
  {
    name: 'fx_rates',
    change: { kind: 'added' },
    comparison: measured({
      rows: { base: 0n, head: 14n, added: 14n, removed: 0n, changed: 0n, identical: 0n },
      columns: [
        { name: 'currency', change: 'added', typeHead: 'VARCHAR' },
        { name: 'rate', change: 'added', typeHead: 'DOUBLE' },
      ],
    }),
  },
  {
    name: 'old_report',
    change: { kind: 'removed' },
    comparison: measured({
      rows: { base: 90n, head: 0n, added: 0n, removed: 90n, changed: 0n, identical: 0n },
      columns: [{ name: 'id', change: 'removed', typeBase: 'BIGINT' }],
    }),
  },
  {
    name: 'sessions',
    inputs: ['raw_orders'],
    comparison: { kind: 'not-compared', because: 'no rows reached the changed code' },
  },
  {
    name: 'payments',
    change: { kind: 'metadata', fields: ['tags', 'tests'] },
    placement: 'copy',
    reason: 'not_affected',
    inputs: ['stg_payments'],
  },
]

/** `count` touched models in folders, of which a few differ: a wide edit of a shared model. */
export function wideResult(count: number): PreviewResult {
  const models = Array.from({ length: count }, (_, index): ModelCase => {
    const name = `area_${String(index % 9)}_model_${String(index).padStart(4, '0')}`
    const inputs = index === 0 ? [] : [`area_${String((index - 1) % 9)}_model_${String(index - 1).padStart(4, '0')}`]
    if (index % 37 === 5) return { name, inputs, outcome: { head: twinFailure() }, comparison: 'none' }
    if (index % 12 === 3)
      return {
        name,
        inputs,
        comparison: measured({
          rows: rowCounts({ base: 100_000, changed: 1 + index * 7 }),
          columns: [
            ...sameColumns.slice(0, 1),
            {
              name: 'amount',
              change: 'same',
              typeBase: 'DOUBLE',
              typeHead: 'DOUBLE',
              rowsChanged: BigInt(1 + index * 7),
            },
          ],
        }),
      }
    if (index % 14 === 6)
      return {
        name,
        inputs,
        outcome: { head: { kind: 'not-built', because: 'the deadline of 15 minutes passed' } },
        comparison: 'none',
      }
    return { name, inputs, change: { kind: 'none' } }
  })
  const result = previewResult(models)
  const moved = result.plan.models.map((model, index) => ({
    ...model,
    head: model.head && { ...model.head, path: `models/area_${String(index % 9)}/${model.name}.sql` },
  }))
  return { ...result, plan: { ...result.plan, models: moved } }
}

export const scenes: Readonly<Record<string, PreviewResult>> = {
  '0-models': previewResult(aside),
  '1-model': previewResult([...aside, revenue, reader]),
  '10-models': previewResult(tenModels, {
    notices: [{ code: 'warehouse.stale', message: '`raw_orders` was last written 9 days ago' }],
  }),
  '40-models': wideResult(40),
  '300-models': wideResult(300),
  '3000-models': wideResult(3_000),
  'plan-only': previewResult([...aside, revenue, reader], {
    planOnly: {
      because: 'there is no warehouse file',
      remedy: [
        'Restore it in a step before this one,',
        'name another with the input `warehouse`,',
        'or keep a `data/seed.sql`.',
      ],
    },
  }),
  'settings-only': previewResult([
    ...aside,
    {
      name: 'payments',
      change: { kind: 'metadata', fields: ['tags', 'tests'] },
      placement: 'copy',
      reason: 'not_affected',
    },
  ]),
}
