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
const goals = { 1000: 1000, 10000: 5000 }

for (const models of sizes) {
  await inFolder(async (folder) => {
    makeProject(folder, models)
    const file = join(folder, 'bench.duckdb')
    await makeWarehouse(file, folder, models)
    for (const [branch, model] of [
      ['change', `m${String(models - 150)}`],
      ['root', 'm5'],
    ]) {
      const flags = ['--base', 'main', '--head', branch, '--project', folder, '--warehouse', file]
      const args = [join(dist, 'cli.js'), 'run', ...flags, '--explain', model, '-o', 'json']
      const { create, models: rows } = JSON.parse(once(process.execPath, args).stdout)
      const time = median(Array.from({ length: runs }, () => once(process.execPath, args).ms))
      const goal = goals[models] === undefined || branch !== 'change' ? '' : `goal ${String(goals[models])} ms   `
      const reached = rows.filter(({ evidence }) => evidence.kind === 'proven').length + create.prune_set.length
      console.log(
        `plan of ${String(models).padStart(6)} models, ${String(reached).padStart(5)} bound  ${ms(time)}   ${goal}${(time / start).toFixed(0)} × the start of Node (${ms(start).trim()}), peak ${await peakMegabytes(process.execPath, args)}`,
      )
    }
  })
}
