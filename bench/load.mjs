/** Loading both sides of a project with sidecars from git objects, one file changed: with the git program, and without. Needs `npm run build` first. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inFolder, median, ms, once } from './measure.mjs'
import { makeProject } from './project.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const build = process.env.ROCKY_PREVIEW_BUILD ?? join(root, 'build')
const models = Number(process.env.ROCKY_PREVIEW_BENCH_MODELS ?? 10_000)
const runs = Number(process.env.ROCKY_PREVIEW_BENCH_RUNS ?? 3)
const goals = { binary: 2_500, isomorphic: 7_000 }
const start = median(Array.from({ length: runs }, () => once(process.execPath, [join(root, 'bench', 'empty.mjs')]).ms))

await inFolder((folder) => {
  makeProject(folder, models)
  // As a clone has them: in one pack, and no housekeeping in the background.
  for (const args of [
    ['config', 'gc.auto', '0'],
    ['repack', '-adq'],
    ['prune-packed', '-q'],
  ])
    execFileSync('git', args, { cwd: folder, stdio: 'pipe' })
  for (const [reader, goal] of Object.entries(goals)) {
    const args = [join(root, 'bench', 'load-once.mjs'), folder, reader, build]
    const all = Array.from({ length: runs }, () => {
      const { ms: whole, stdout } = once(process.execPath, args)
      return { ...JSON.parse(stdout), whole }
    })
    const time = median(all.map(({ whole }) => whole))
    const { models: loaded, read, distinct } = all[0]
    const cpu = median(all.map(({ cpuMs }) => cpuMs))
    console.log(
      `load of ${String(loaded)} models of both sides, ${reader.padEnd(10)} ${ms(time)}   goal ${String(goal)} ms   ${(time / start).toFixed(0)} × the start of Node (${ms(start).trim()}), ${ms(cpu).trim()} of CPU, peak ${String(Math.max(...all.map(({ peakMegabytes }) => peakMegabytes)))} MB, goal 500 MB; ${String(read)} files read, ${String(distinct)} distinct`,
    )
  }
})
