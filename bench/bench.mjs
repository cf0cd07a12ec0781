/**
 * What a run costs, as ratios to a floor measured in the same run: machines are shared and noisy.
 *
 *   npm run bench            (ROCKY_PREVIEW_BENCH_RUNS=5)
 */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inFolder, inTurn, median, ms, once, peakMegabytes } from './measure.mjs'
import { makeProject, makeRepository } from './project.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const cli = join(root, 'dist', 'cli.js')
const runs = Number(process.env.ROCKY_PREVIEW_BENCH_RUNS ?? 5)
const bench = (name) => join(root, 'bench', name)
const node = (...args) => once(process.execPath, args)

await inFolder((folder) => {
  const scenario = join(root, 'fixtures', 'demo')
  const repository = join(folder, 'repository')
  makeRepository(scenario, repository)
  let scratch = 0
  const cold = inTurn(
    runs,
    () => node(cli, 'run', '--base', 'main', '--head', 'change', '--project', repository, '-o', 'markdown'),
    () => {
      scratch += 1
      const own = join(folder, String(scratch))
      mkdirSync(own)
      return node(bench('bare.mjs'), scenario, own)
    },
  )
  console.log(
    `cold run of the demo   ${ms(cold.a)}   goal 1000 ms   ${cold.ratio.toFixed(2)} × the same SQL by hand (${ms(cold.b).trim()})`,
  )
  console.log(`  of which our own     ${ms(cold.a - cold.b)}   goal  400 ms   the difference of the two`)
})

const start = median(Array.from({ length: runs }, () => node(bench('empty.mjs')).ms))
for (const [models, goal] of [
  [1_000, 1_000],
  [10_000, 6_000],
]) {
  await inFolder(async (folder) => {
    makeProject(folder, models)
    const args = [cli, 'run', '--base', 'main', '--head', 'change', '--project', folder, '--dry-run', '-o', 'text']
    node(...args)
    const time = median(Array.from({ length: models > 1_000 ? 3 : runs }, () => node(...args).ms))
    const peak = await peakMegabytes(process.execPath, args)
    console.log(
      `plan of ${String(models).padStart(6)} models  ${ms(time)}   goal ${String(goal)} ms   ${(time / start).toFixed(0)} × the start of Node (${ms(start).trim()}), peak ${peak}`,
    )
  })
}

await inFolder((folder) => {
  const [base, head] = ['base.csv', 'head.csv'].map((name) => join(folder, name))
  const rows = Array.from({ length: 1_000 }, (_, id) => `${String(id)},${String(id * 7)}`)
  writeFileSync(base, ['id,v', ...rows].join('\n'))
  writeFileSync(head, ['id,v', ...rows.slice(1), '1000,1'].join('\n'))
  const time = median(Array.from({ length: runs }, () => node(cli, 'compare', base, head, '--key', 'id').ms))
  console.log(
    `compare of 1,000 rows  ${ms(time)}   goal  500 ms   ${(time / start).toFixed(1)} × the start of Node (${ms(start).trim()})`,
  )
})

const answers = Array.from({ length: runs }, () => JSON.parse(node(bench('worker.mjs')).stdout))
const [forked, inProcess] = [
  median(answers.map(({ worker }) => worker)),
  median(answers.map((answer) => answer.inProcess)),
]
console.log(
  `the worker adds        ${ms(forked - inProcess)}   goal  150 ms   ${ms(forked).trim()} to its first answer, ${ms(inProcess).trim()} in process`,
)

const javascript = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.js'))
const bytes = javascript.reduce((sum, name) => sum + statSync(join(root, 'dist', name)).size, 0)
console.log(`JavaScript in dist    ${(bytes / 1e6).toFixed(2)} MB   goal 3 MB`)
