const columns = 12

/** A run document of so many touched models: one in twelve differs, one in forty fails, a few were not checked. */
export function wideRun(count) {
  const name = (index) => `area_${String(index % 9)}_model_${String(index).padStart(5, '0')}`
  const models = Array.from({ length: count }, (_, index) =>
    modelOf(name(index), index === 0 ? [] : [name(index - 1)], index),
  )
  const usage = (model_name) => ({
    ...{ model_name, skipped_via_copy: false, branch_duration_ms: 120, base_duration_ms: 100 },
    ...{ branch_rows: 100_000, base_rows: 100_000 },
  })
  const commit = (digit) => digit.repeat(40)
  return {
    version: '0.1.0',
    command: 'preview-run',
    verdict: 'failed',
    headline: '',
    refs: { base: commit('b'), head: commit('c'), merge_base: commit('a') },
    create: {
      ...{ version: '0.1.0', command: 'preview-create', branch_name: 'pr-preview', branch_schema: '__head' },
      ...{ base_ref: 'main', head_ref: 'change', prune_set: [], copy_set: [], skipped_set: [], run_id: 'r' },
      ...{ run_status: 'partial', duration_ms: 14_000 },
    },
    diff: { models: models.filter(({ verdict }) => verdict === 'changed').map(sampled) },
    cost: {
      per_model: models.map(({ model_name }) => usage(model_name)),
      summary: {
        ...{ total_branch_duration_ms: 120 * count, total_base_duration_ms: 100 * count, models_skipped_via_copy: 0 },
      },
    },
    models,
    sources: models.filter((_, index) => index % 12 === 3).map(({ model_name }) => sourceOf(model_name)),
    notices: [],
    failures: [],
    duration_ms: 14_000,
  }
}

function modelOf(model_name, inputs, index) {
  const path = `models/area_${String(index % 9)}/${model_name}.sql`
  const common = { model_name, path, materialization: 'full_refresh', inputs, change: 'edited', reason: 'changed' }
  const quiet = { severity: 'none', findings: [] }
  if (index % 37 === 5) {
    const finding = {
      code: 'engine.failed',
      severity: 'breaking',
      message: 'no column "x"',
      hint: 'Name one.',
      path,
      line: 3,
    }
    return {
      ...common,
      verdict: 'failed',
      evidence: { kind: 'none', detail: '' },
      severity: 'breaking',
      findings: [finding],
    }
  }
  const facts = (nulls) => ({
    nulls,
    distinct: 4_000 + nulls,
    min: '-12.50',
    max: '18204.00',
    mean: '401.77',
    sum: '4018302.11',
  })
  const changed = index % 12 === 3 ? 1 + index * 7 : 0
  const rows = {
    base: 100_000,
    head: 100_000,
    added: 0,
    removed: 0,
    changed: changed % 100_000,
    identical: 100_000 - (changed % 100_000),
  }
  return {
    ...common,
    verdict: changed === 0 ? 'identical' : 'changed',
    evidence: { kind: 'measured', detail: 'every row compared' },
    rows,
    key: { columns: ['id'], source: 'declared', unique_base: true, unique_head: true },
    columns: Array.from({ length: columns }, (_, n) => ({
      ...{ name: `column_${String(n)}`, change: 'same', type_base: 'DOUBLE', type_head: 'DOUBLE' },
      rows_changed: n < 4 ? rows.changed : 0,
      ...(changed > 0 && n < 4 && { facts: { base: facts(0), head: facts(n * 10) } }),
    })),
    ...quiet,
  }
}

function sampled({ model_name }) {
  const samples = Array.from({ length: 5 }, (_, n) => ({
    primary_key: String(n),
    key: [{ column: 'id', value: String(n) }],
    kind: 'changed',
    changes: [{ column: 'column_1', base_value: '104.20', branch_value: '77.19' }],
  }))
  const diff = { rows_added: 0, rows_removed: 0, rows_changed: 5, samples }
  return {
    model_name,
    structural: {},
    algorithm: { kind: 'bisection', method: 'keyed_join', diff, bisection_stats: {} },
  }
}

function sourceOf(model_name) {
  const line = (n, factor) => `    o.column_${String(n)} ${factor} as column_${String(n)},`
  const text = (factor) =>
    [
      'select',
      ...Array.from({ length: 60 }, (_, n) => line(n, n % 9 === 0 ? factor : '')),
      '    1 as one',
      'from orders as o',
    ].join('\n')
  return { model_name, base: text(''), head: text('* 1.1') }
}
