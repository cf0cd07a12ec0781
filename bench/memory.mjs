/**
 * The memory that a run over a large warehouse takes: every process of it together, under `--memory-limit`.
 *
 *   node bench/memory.mjs       (ROCKY_PREVIEW_BENCH_GB=5, ROCKY_PREVIEW_BENCH_LIMIT=1GB, ROCKY_PREVIEW_DIST=dist, TMPDIR)
 *
 * It wants about five times the warehouse on disk, in TMPDIR, and gives it back.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { inFolder, peakTogether } from './measure.mjs'
import { makeLargeProject } from './project.mjs'

const gigabytes = Number(process.env.ROCKY_PREVIEW_BENCH_GB ?? 5)
const limit = process.env.ROCKY_PREVIEW_BENCH_LIMIT ?? '1GB'
const GOAL_MB = 1_800
const dist = process.env.ROCKY_PREVIEW_DIST ?? fileURLToPath(new URL('../dist', import.meta.url))

await inFolder(async (folder) => {
  const warehouse = join(folder, 'large.duckdb')
  const rows = await fill(warehouse, gigabytes * 1e9)
  const size = `${(statSync(warehouse).size / 1e9).toFixed(1)} GB, ${(rows / 1e6).toFixed(0)} million rows`
  console.log(`warehouse: ${size}`)
  const repository = join(folder, 'repository')
  makeLargeProject(repository)
  const started = performance.now()
  const args = ['run', '--base', 'main', '--head', 'change', '--project', repository, '--warehouse', warehouse]
  const flags = ['--memory-limit', limit, '--timeout', '2h', '-o', 'json']
  const { megabytes, processes, status, stdout } = await peakTogether(
    process.execPath,
    [join(dist, 'cli.js'), ...args, ...flags],
    { env: { ...process.env, TMPDIR: folder } },
  )
  const seconds = ((performance.now() - started) / 1_000).toFixed(0)
  const run = JSON.parse(stdout)
  const told = run.models.map(
    ({ model_name: name, verdict, evidence }) => `${name} ${verdict} (${evidence.kind}: ${evidence.detail})`,
  )
  console.log(`run: status ${String(status)}, ${seconds} s; ${told.join(', ')}`)
  for (const { code, message } of run.failures) console.log(`failure: ${code} ${message}`)
  for (const { findings } of run.models) for (const { code, message } of findings) console.log(`  ${code} ${message}`)
  const each = processes.map((peak) => `${String(peak)} MB`).join(' + ')
  console.log(
    `peak of all processes together: ${String(megabytes)} MB (each by itself: ${each}); goal ${String(GOAL_MB)}`,
  )
  process.exitCode = megabytes <= GOAL_MB && status === 0 ? 0 : 1
})

/** Fills a table with what does not compress, until the file is as large as asked. */
async function fill(warehouse, bytes) {
  const BATCH = 4_000_000
  const instance = await DuckDBInstance.create(warehouse, { memory_limit: '2GB' })
  const connection = await instance.connect()
  await connection.run('CREATE SCHEMA raw')
  const batch = (from) => `
    SELECT i AS id, i % 1000003 AS customer, hash(i) AS a, hash(i + 1) AS b, hash(i * 3) AS c, hash(i * 5) AS d,
      (hash(i * 7) % 1000000)::DECIMAL(18, 2) AS amount, md5(i::VARCHAR) AS note, md5((i + 7)::VARCHAR) AS token
    FROM range(${String(from)}, ${String(from + BATCH)}) t(i)`
  let rows = 0
  while (rows === 0 || statSync(warehouse).size < bytes) {
    await connection.run(
      rows === 0 ? `CREATE TABLE raw.orders AS ${batch(rows)}` : `INSERT INTO raw.orders ${batch(rows)}`,
    )
    await connection.run('CHECKPOINT')
    rows += BATCH
  }
  connection.closeSync()
  instance.closeSync()
  return rows
}
