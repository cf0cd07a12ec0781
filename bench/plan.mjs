/** From git to a plan with bound models: how it grows with the project, and with how much of it a change reaches. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inFolder, median, ms, once, peakMegabytes } from './measure.mjs'
import { makeProject, makeWarehouse } from './project.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = process.env.ROCKY_PREVIEW_DIST ?? join(root, 'dist')
const sizes = (process.env.ROCKY_PREVIEW_BENCH_MODELS ?? '1000,3000,10000').split(',').map(Number)
const runs = Number(process.env.ROCKY_PREVIEW_BENCH_RUNS ?? 3)
const start = median(Array.from({ length: runs }, () => once(process.execPath, [join(root, 'bench', 'empty.mjs')]).ms))
/** In starts of Node, which took 26 ms where the goals of 1.0 s and 5 s were set. */
const goals = { 1000: 38, 10000: 192 }

for (const models of sizes) {
  await inFolder(async (folder) => {
    makeProject(folder, models)
    const file = join(folder, 'bench.duckdb')
    await makeWarehouse(file, folder, models)
    const runsOf = []
    for (const [branch, model] of [
      ['change', `m${String(models - 150)}`],
      ['root', 'm5'],
    ]) {
      const flags = ['--base', 'main', '--head', branch, '--project', folder, '--warehouse', file]
      const args = [join(dist, 'cli.js'), 'run', ...flags, '--explain', model, '-o', 'json']
      const { create, models: rows } = JSON.parse(once(process.execPath, args).stdout)
      const time = median(Array.from({ length: runs }, () => once(process.execPath, args).ms))
      const goal = goals[models] === undefined || branch !== 'change' ? '' : ` (goal ${String(goals[models])})`
      const reached = rows.filter(({ evidence }) => evidence.kind === 'proven').length + create.prune_set.length
      runsOf.push({ time, reached })
      console.log(
        `plan of ${String(models).padStart(6)} models, ${String(reached).padStart(5)} bound  ${ms(time)}   ${(time / start).toFixed(0)} × the start of Node (${ms(start).trim()})${goal}, peak ${await peakMegabytes(process.execPath, args)}`,
      )
    }
    const [few, many] = runsOf
    const each = (many.time - few.time) / (many.reached - few.reached)
    console.log(
      `  one more bound model        ${each.toFixed(2)} ms   ${(each / start).toFixed(3)} × the start of Node (goal 0.038)`,
    )
  })
}
