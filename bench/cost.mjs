/**
 * How good the cost figures are, on a project of a dozen models over two million rows.
 *
 *   node bench/cost.mjs            (ROCKY_PREVIEW_DIST=…/dist, ROCKY_PREVIEW_BENCH_RUNS=3)
 *
 * Prints: figures that differ between runs of the same commits (goal 0), what accounting adds (goal 3 %), how far
 * expectations are off (goal 30 %): from plans and sizes without any history, put right by the run's other models, and from
 * records; and models that seem to cost something else although both sides are the same code (goal 5 in 100).
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inFolder, median, once } from './measure.mjs'

const dist = process.env.ROCKY_PREVIEW_DIST ?? fileURLToPath(new URL('../dist', import.meta.url))
const runs = Number(process.env.ROCKY_PREVIEW_BENCH_RUNS ?? 3)

const SEED = `
CREATE SCHEMA raw;
CREATE TABLE raw.events AS SELECT range AS id, DATE '2024-01-01' + (range // 3000)::INTEGER AS day, range % 5000 AS user_id,
  'note ' || range AS note, (range % 1000)::DOUBLE AS amount FROM range(2000000);
CREATE TABLE raw.users AS SELECT range AS id, 'user ' || range AS name, range % 10 AS team FROM range(5000);
`
const MODELS = {
  stg_events: 'SELECT id, day, user_id, amount FROM raw.events WHERE amount >= 0',
  stg_notes: 'SELECT id, upper(note) AS note FROM raw.events WHERE id % 3 = 0',
  fct_daily: 'SELECT day, count(*) AS n, sum(amount::DECIMAL(18, 2)) AS amount FROM stg_events GROUP BY day',
  fct_users: 'SELECT user_id, count(*) AS n, max(day) AS last_day FROM stg_events GROUP BY user_id',
  fct_named: 'SELECT e.id, u.name, e.amount FROM stg_events e JOIN raw.users u ON u.id = e.user_id',
  fct_noted: 'SELECT e.id, e.day, n.note FROM stg_events e JOIN stg_notes n ON n.id = e.id',
  fct_teams: 'SELECT u.team, count(*) AS n FROM fct_users f JOIN raw.users u ON u.id = f.user_id GROUP BY u.team',
  fct_ranked: 'SELECT id, day, row_number() OVER (PARTITION BY user_id ORDER BY id) AS n FROM stg_events',
  agg_months: "SELECT date_trunc('month', day) AS month, sum(n) AS n FROM fct_daily GROUP BY ALL",
  agg_wide: 'SELECT *, amount * 2 AS twice, amount + id AS both FROM stg_events',
}

await inFolder((folder) => {
  const project = join(folder, 'project')
  makeProject(project)
  const records = join(folder, 'records.duckdb')
  const documents = Array.from({ length: runs }, (_, run) => {
    const json = join(folder, `${String(run)}.json`)
    const args = [
      'run',
      '--base',
      'main',
      '--head',
      'change',
      '--project',
      project,
      '--records',
      records,
      '--json',
      json,
    ]
    once(process.execPath, [join(dist, 'cli.js'), ...args, '-o', 'markdown'])
    return JSON.parse(readFileSync(json, 'utf8'))
  })
  const steady = new Set(documents.map(({ cost }) => JSON.stringify(cost.per_model.map(steadyFigures))))
  console.log(`rows and bytes         ${String(steady.size - 1)} of ${String(runs)} runs differ from the first, goal 0`)
  const shares = documents.map(({ cost, duration_ms: all }) => (cost.summary.accounting_ms ?? 0) / all)
  console.log(`accounting             ${percent(median(shares))} of the run, goal 3 %`)
  const [first, ...rest] = documents
  console.log(`expected from plans    ${percent(median(errors(first)))} off, median of models, goal 30 %`)
  console.log(`  put right by the run ${percent(median(learned(first)))} off, median of models, goal 30 %`)
  console.log(`  by model             ${byModel(first)}`)
  if (rest.length > 0) {
    console.log(`expected from records  ${percent(median(rest.flatMap(errors)))} off, median of models, goal 30 %`)
  }
  const spreads = rest.flatMap((document, run) => spread(documents[run], document))
  if (spreads.length > 0)
    console.log(`  the same build       ${percent(median(spreads))} off from one run to the next, on this machine`)
  const pairs = documents.flatMap(({ cost }) => cost.per_model.filter(({ time }) => time !== undefined))
  const wrong = pairs.filter(({ moved }) => moved !== undefined)
  console.log(`same code, other cost  ${String(wrong.length)} of ${String(pairs.length)} models, goal 5 in 100`)
})

function steadyFigures(row) {
  const {
    branch_rows,
    base_rows,
    branch_bytes_scanned,
    base_bytes_scanned,
    branch_figures = {},
    base_figures = {},
  } = row
  const of = ({ rows_scanned, bytes_written }) => [rows_scanned, bytes_written]
  return [branch_rows, base_rows, branch_bytes_scanned, base_bytes_scanned, of(branch_figures), of(base_figures)]
}

function errors({ cost }) {
  return cost.per_model.flatMap(({ expected_ms: expected, base_duration_ms: base, branch_duration_ms: head }) =>
    expected === undefined || head === 0 || base === 0
      ? []
      : [Math.abs(expected - (base + head) / 2) / ((base + head) / 2)],
  )
}

/** Each model as if it had not been built yet: what the others took puts its guess right, as with what a run leaves alone. */
function learned({ cost }) {
  const known = cost.per_model.flatMap((row) => {
    const actual = (row.base_duration_ms + row.branch_duration_ms) / 2
    return row.expected_ms > 0 && actual > 0 ? [{ model: row.model_name, expected: row.expected_ms, actual }] : []
  })
  return known.map(({ model, expected, actual }) => {
    const times = known.filter((other) => other.model !== model).map((other) => other.actual / other.expected)
    return Math.abs(expected * median(times) - actual) / actual
  })
}

/** Expected over measured: 1 is right. */
function byModel({ cost }) {
  return cost.per_model
    .filter(({ expected_ms: expected, branch_duration_ms: head }) => expected > 0 && head > 0)
    .map((row) => [row.model_name, row.expected_ms / ((row.base_duration_ms + row.branch_duration_ms) / 2)])
    .sort(([, a], [, b]) => a - b)
    .map(([model, times]) => `${model} ×${times.toFixed(2)}`)
    .join(', ')
}

/** How far the same build is from itself in another run: nobody can expect better. */
function spread({ cost: one }, { cost: other }) {
  const before = new Map(one.per_model.map((row) => [row.model_name, row.branch_duration_ms]))
  return other.per_model.flatMap(({ model_name: model, branch_duration_ms: ms }) => {
    const was = before.get(model) ?? 0
    return ms === 0 || was === 0 ? [] : [Math.abs(was - ms) / ms]
  })
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`
}

/** Head is base, but for a comment and a new name: every model is built, and none costs something else. */
function makeProject(folder) {
  mkdirSync(join(folder, 'models'), { recursive: true })
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'rocky.toml'), '[adapter]\ntype = "duckdb"\n')
  writeFileSync(join(folder, 'data', 'seed.sql'), SEED)
  writeFileSync(join(folder, 'models', '_defaults.toml'), '[target]\ncatalog = "bench"\nschema = "marts"\n')
  const write = (change) => {
    for (const [name, sql] of Object.entries(MODELS))
      writeFileSync(join(folder, 'models', `${name}.sql`), `${change(sql)}\n`)
  }
  const git = (...args) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args])
  write((sql) => sql)
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('commit', '-qm', 'base')
  git('checkout', '-qb', 'change')
  // Another plan to the binder, and the same to the optimiser.
  write((sql) => `SELECT * FROM (${sql}) AS same WHERE 1 + 1 = 2`)
  git('commit', '-qam', 'change')
}
