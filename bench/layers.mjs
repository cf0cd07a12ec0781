/**
 * What a preview of a small change costs beside rebuilding everything: 300 models in three layers over one source.
 * Ratios within one run; `ROCKY_PREVIEW_BENCH_ROWS` scales the 20 million rows.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { inFolder, median, ms, once } from './measure.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = process.env.ROCKY_PREVIEW_DIST ?? join(root, 'dist')
const rows = Number(process.env.ROCKY_PREVIEW_BENCH_ROWS ?? 20_000_000)
const runs = Number(process.env.ROCKY_PREVIEW_BENCH_RUNS ?? 3)
const EACH = 100

/** `mid_` keeps even ids alone, so the edited leaf is over an even number. Half of all rows are staged, a quarter stands in each layer above. */
const staging = (n, more = '') =>
  `SELECT id, customer, amount, day${more}\nFROM raw.events\nWHERE id % ${String(EACH)} = ${String(n)} AND amount >= 0`
const middle = (n) => `SELECT id, customer, amount * 100 AS cents, day\nFROM stg_${String(n)}\nWHERE id % 2 = 0`
const mart = (n, factor = 2) =>
  `SELECT m.id, m.customer, m.cents * ${String(factor)} AS doubled, s.amount\nFROM mid_${String(n)} AS m JOIN stg_${String((n + 1) % EACH)} AS s ON s.id = m.id + 1`
const models = Array.from({ length: EACH }, (_, n) => [
  [`stg_${String(n)}`, staging(n)],
  [`mid_${String(n)}`, middle(n)],
  [`mart_${String(n)}`, mart(n)],
]).flat()
const layers = ['stg', 'mid', 'mart'].flatMap((layer) => models.filter(([name]) => name.startsWith(layer)))

await inFolder(async (folder) => {
  const write = (name, sql) => writeFileSync(join(folder, 'models', `${name}.sql`), `${sql}\n`)
  mkdirSync(join(folder, 'models'))
  writeFileSync(join(folder, 'rocky.toml'), '[adapter]\ntype = "duckdb"\npath = "bench.duckdb"\n')
  writeFileSync(join(folder, 'models', '_defaults.toml'), '[target]\ncatalog = "bench"\nschema = "main"\n')
  for (const [name, sql] of layers) write(name, sql)
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', ...args], {
      cwd: folder,
      stdio: 'pipe',
    })
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('commit', '-qm', 'main')
  const branch = (name, model, sql) => {
    git('checkout', '-q', 'main')
    git('checkout', '-qb', name)
    write(model, sql)
    git('commit', '-qam', name)
  }
  branch(
    'refactor',
    'stg_7',
    `WITH kept AS (\n  ${staging(7)}\n)\nSELECT k.id, k.customer, k.amount, k.day FROM kept AS k`,
  )
  branch('unused', 'stg_7', staging(7, ', amount > 500 AS is_large'))
  branch('leaf', 'mart_8', mart(8, 3))

  const file = join(folder, 'bench.duckdb')
  const all = await rebuild(file)
  const preview = (name) => {
    const flags = ['--base', 'main', '--head', name, '--project', folder, '--warehouse', file]
    const args = [join(dist, 'cli.js'), 'run', ...flags, '-o', 'json']
    const { models: told } = JSON.parse(once(process.execPath, args).stdout)
    const time = median(Array.from({ length: runs }, () => once(process.execPath, args).ms))
    return { time, told: told.filter(({ reason }) => reason !== 'not_affected') }
  }
  const start = preview('main').time
  const line = (name, what, floor, goal, { time, told }) => {
    const cut = told.filter(({ reason }) => reason === 'cut_off').length
    console.log(
      `${what.padEnd(28)} ${ms(time - start)} above a run of nothing (${ms(start).trim()})   goal ≤ ${String(goal)} × ${name}: ${((time - start) / floor).toFixed(2)} × (${ms(floor).trim()})   ${String(told.length - cut)} rebuilt, ${String(cut)} cut off`,
    )
  }
  line('a full rebuild', 'refactor only', all, 0.02, preview('refactor'))
  line(
    'that model',
    'an unused column',
    await alone(file, staging(7, ', amount > 500 AS is_large')),
    1.2,
    preview('unused'),
  )
  line('that model', 'an edited leaf', await alone(file, mart(8, 3)), 2.5, preview('leaf'))
})

/** Builds everything once, by hand, on one thread; milliseconds. */
async function rebuild(file) {
  const instance = await DuckDBInstance.create(file, { threads: '1' })
  const connection = await instance.connect()
  await connection.run(
    `CREATE SCHEMA raw; CREATE TABLE raw.events AS SELECT i AS id, i % 1000 AS customer, i % 997 AS amount, DATE '2026-01-01' + (i % 365)::INTEGER AS day FROM range(${String(Math.round(rows / 2))}) t(i)`,
  )
  const started = performance.now()
  for (const [name, sql] of layers) await connection.run(`CREATE TABLE ${name} AS ${sql}`)
  const took = performance.now() - started
  connection.closeSync()
  instance.closeSync()
  return took
}

/** One model by itself, on one thread, as a preview finds the warehouse: opened a moment ago, nothing in its buffers. Milliseconds. */
async function alone(file, sql) {
  const times = []
  for (let run = 0; run < runs; run += 1) {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
    const connection = await instance.connect()
    await connection.run(`ATTACH '${file}' AS bench (READ_ONLY); USE bench`)
    const started = performance.now()
    await connection.run(`CREATE TABLE memory.main.alone AS ${sql}`)
    times.push(performance.now() - started)
    connection.closeSync()
    instance.closeSync()
  }
  return median(times)
}
