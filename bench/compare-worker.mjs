/**
 * One shape of work on one pair in a process of its own, in turn with its floor: prints medians as JSON.
 *
 *   node bench/compare-worker.mjs FILE.duckdb SHAPE FLOOR RUNS [MEMORY_BYTES]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { shapes } from './compare-shapes.mjs'
import { median } from './measure.mjs'

const [file, shape, floor, runs, memory] = process.argv.slice(2)
const dist = process.env.ROCKY_PREVIEW_BUILD ?? new URL('../build', import.meta.url).pathname
const load = (path) => import(pathToFileURL(join(dist, path)))
const { Engine } = await load('warehouse/duckdb/engine.js')
const { render, renderRelation } = await load('core/sql/render.js')
const { duckdbDialect } = await load('warehouse/duckdb/dialect.js')
const { compareRelations } = await load('core/diff/compare.js')

const folder = mkdtempSync(join(tmpdir(), 'rocky-preview-bench-'))
const limits = {
  threads: Number(process.env.ROCKY_PREVIEW_BENCH_THREADS ?? 2),
  memoryBytes: memory === undefined ? undefined : Number(memory),
  maxDiskBytes: undefined,
  temporaryFolder: folder,
}
const engine = await Engine.open(
  [
    { path: file, name: 'pair', readOnly: true },
    { path: join(folder, 'scratch.duckdb'), name: 'scratch', readOnly: false },
  ],
  limits,
)
const session = { mode: 'compare', searchPath: [] }
const warehouse = {
  query: (statement, of) => engine.query(render(statement, duckdbDialect), of),
  describe: (relation) => engine.describe(renderRelation(relation, duckdbDialect)),
}
const relation = (table) => ({ catalog: 'pair', schema: 'main', table })
const ask = (statement) => engine.query(statement, session)
const compare = (head, key, more = {}) =>
  compareRelations(warehouse, {
    base: relation('base'),
    head: relation(head),
    key: { columns: key, source: key.length === 0 ? 'none' : 'declared' },
    scope: 'whole',
    samples: 0,
    keyless: 'whole-rows',
    ...more,
  })

try {
  const columns = (await engine.describe('pair.main.base')).map(({ name }) => name)
  const timed = async (name) => {
    const [started, used] = [performance.now(), process.cpuUsage()]
    await shapes[name]({ ask, compare, columns })
    const { user, system } = process.cpuUsage(used)
    return { ms: performance.now() - started, cpu: (user + system) / 1000 }
  }
  await timed(floor)
  await timed(shape)
  const pairs = []
  // Machines are shared and noisy: a run is only compared with the floor just before it.
  for (let run = 0; run < Number(runs); run += 1) pairs.push({ floor: await timed(floor), shape: await timed(shape) })
  const result = {
    ms: median(pairs.map((pair) => pair.shape.ms)),
    floorMs: median(pairs.map((pair) => pair.floor.ms)),
    ratio: median(pairs.map((pair) => pair.shape.ms / pair.floor.ms)),
    cpuRatio: median(pairs.map((pair) => pair.shape.cpu / pair.floor.cpu)),
    rss: process.resourceUsage().maxRSS * 1024,
  }
  console.log(JSON.stringify(result))
} finally {
  engine.close()
  rmSync(folder, { recursive: true, force: true })
}
