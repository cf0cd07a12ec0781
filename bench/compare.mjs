/**
 * How long a comparison takes, as ratios to the floor of the same run: scan both sides and hash every column once.
 *
 *   npx tsc -p tsconfig.build.json && node bench/compare.mjs
 *
 * ROCKY_PREVIEW_BENCH_ROWS=1000000,10000000 · ROCKY_PREVIEW_BENCH_RUNS=5 · ROCKY_PREVIEW_BENCH_MEMORY=500000000
 * ROCKY_PREVIEW_BENCH_SHAPES=ours/few,ours/wide: those alone, with the tables that they need · ROCKY_PREVIEW_BENCH_FOLDER: where the tables are kept for the next time
 */
import { DuckDBInstance } from '@duckdb/node-api'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { comparisons } from './compare-shapes.mjs'
import { inFolder, ms, once } from './measure.mjs'

const sizes = (process.env.ROCKY_PREVIEW_BENCH_ROWS ?? '1000000,10000000').split(',').map(Number)
const runs = process.env.ROCKY_PREVIEW_BENCH_RUNS ?? '5'
const memory = process.env.ROCKY_PREVIEW_BENCH_MEMORY
const worker = fileURLToPath(new URL('compare-worker.mjs', import.meta.url))

/** Ten mixed columns. */
const mixed = (rows) =>
  `SELECT range AS id, (range // 3)::VARCHAR || '-' || md5((range // 3)::VARCHAR)[:8] AS label, (range % 3)::INTEGER AS n, md5(range::VARCHAR)::UUID AS u, (hash(range) >> 2)::BIGINT AS sparse, ['EUR', 'USD', 'CAD', 'GBP'][1 + range % 4] AS currency, (range * 1.37)::DOUBLE AS price, (range % 99991 / 100)::DECIMAL(18, 2) AS amount, TIMESTAMP '2020-01-01' + INTERVAL (range % 100000000) SECOND AS moment, CASE WHEN range % 7 <> 0 THEN (range % 1000)::INTEGER END AS maybe FROM range(${String(rows)})`

/** One in ten thousand rows removed, added and changed each; a change is of one column. */
const few = (
  rows,
) => `SELECT id, label, n, u, sparse, CASE WHEN id % 20000 = 11 THEN 'XXX' ELSE currency END AS currency, CASE WHEN id % 20000 = 10011 THEN price + 1 ELSE price END AS price, amount, moment, maybe FROM base WHERE id % 10000 <> 3
  UNION ALL SELECT id + ${String(rows)}, label || 'x', n, md5(label || n::VARCHAR)::UUID, -sparse - 1, currency, price, amount, moment, maybe FROM base WHERE id % 10000 = 5`

/** The other sides, by name. */
const tables = (rows) => ({
  same: 'FROM base',
  few: few(rows),
  one_column: 'SELECT * REPLACE (price + 1 AS price) FROM base',
  changed: "SELECT * REPLACE (CASE WHEN id % 10000 = 11 THEN 'XXX' ELSE currency END AS currency) FROM base",
})

/** Two of sixty columns differ. */
const WIDE = 'ours/wide'

/** The other side that a shape reads. */
function headOf(shape) {
  const name = shape.split('/')[1].split(' ')[0]
  return name === 'column' ? 'one_column' : ['same', 'changed'].includes(name) ? name : 'few'
}

async function make(path, statements) {
  if (existsSync(path)) return
  const instance = await DuckDBInstance.create(path, { threads: '2', memory_limit: '4GB' })
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}

/** Prints one shape beside the floor that it was run in turn with. */
function timed(file, shape) {
  const floor = `floor/${headOf(shape).replace('one_', '')}`
  const args = [worker, file, shape, floor, runs, ...(memory === undefined ? [] : [memory])]
  const result = JSON.parse(once(process.execPath, args).stdout)
  const megabytes = String(Math.round(result.rss / 1e6)).padStart(5)
  console.log(
    `${shape.padEnd(28)} ${ms(result.ms)}   ${result.ratio.toFixed(2).padStart(6)} × floor (${ms(result.floorMs).trim()}), ${result.cpuRatio.toFixed(2).padStart(6)} × its CPU   ${megabytes} MB`,
  )
}

const only = process.env.ROCKY_PREVIEW_BENCH_SHAPES?.split(',')
const kept = process.env.ROCKY_PREVIEW_BENCH_FOLDER

await inFolder(async (own) => {
  const folder = kept ?? own
  mkdirSync(folder, { recursive: true })
  for (const rows of sizes) {
    const file = join(folder, `pair-${String(rows)}.duckdb`)
    const shapes = (only ?? comparisons).filter((shape) => shape !== WIDE)
    const heads = new Set(shapes.map((shape) => headOf(shape)))
    if (heads.size === 0) continue
    const copies = Object.entries(tables(rows)).flatMap(([table, query]) =>
      heads.has(table) ? [`CREATE TABLE ${table} AS ${query}`] : [],
    )
    await make(file, [`CREATE TABLE base AS ${mixed(rows)}`, ...copies])
    console.log(`\n${rows.toLocaleString('en')} rows × 10 columns, medians of ${runs}`)
    for (const shape of shapes) timed(file, shape)
    if (kept === undefined) rmSync(file)
  }
  if (only?.includes(WIDE) === false) return
  const wide = join(folder, 'wide.duckdb')
  const values = Array.from({ length: 59 }, (_, i) => `(range * ${String(i + 7)} % 100003)::INTEGER AS c${String(i)}`)
  await make(wide, [
    `CREATE TABLE base AS SELECT range AS id, ${values.join(', ')} FROM range(2000000)`,
    'CREATE TABLE few AS SELECT * REPLACE (CASE WHEN id % 10000 = 1 THEN c3 + 1 ELSE c3 END AS c3, CASE WHEN id % 10000 = 2 THEN c40 + 1 ELSE c40 END AS c40) FROM base',
  ])
  console.log(`\n2,000,000 rows × 60 columns, 2 of which differ, medians of ${runs}`)
  timed(wide, WIDE)
})
