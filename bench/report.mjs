/**
 * What the reports of 300 and of 10,000 models cost, as ratios to a floor: writing the same documents as JSON.
 *
 *   node bench/report.mjs   (after npm run build; ROCKY_PREVIEW_BENCH_RUNS=5)
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { median, ms } from './measure.mjs'
import { wideRun } from './wide-run.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const build = process.env.ROCKY_PREVIEW_BUILD ?? join(root, 'build')
const at = (path) => pathToFileURL(join(build, 'core', 'report', path)).href
if (!existsSync(join(build, 'core'))) throw new Error('compile first: npm run compile')
const { renderComment } = await import(at('comment.js'))
const { renderJobSummary } = await import(at('job-summary.js'))
const { renderHtml } = await import(at('html/page.js'))
const runs = Number(process.env.ROCKY_PREVIEW_BENCH_RUNS ?? 5)

for (const [models, goal] of [
  [300, 150],
  [10_000, 1_500],
]) {
  const run = wideRun(models)
  const forms = [
    ['comment', () => renderComment(run)],
    ['summary', () => renderJobSummary(run, {})],
    ['page', () => renderHtml(run)],
  ]
  for (const [name, render] of forms) {
    const pairs = Array.from({ length: runs }, () => ({ a: timed(render), b: timed(() => JSON.stringify(run)) }))
    const time = median(pairs.map(({ a }) => a))
    const floor = median(pairs.map(({ b }) => b))
    const first = pairs[0].a
    console.log(
      `${name.padEnd(8)} of ${String(models).padStart(6)} models ${ms(time)}   goal ${String(goal).padStart(4)} ms   ${(time / floor).toFixed(1).padStart(5)} × the JSON (${ms(floor).trim()}), the first ${ms(first).trim()}, ${(Buffer.byteLength(render()) / 1e6).toFixed(2)} MB`,
    )
  }
}

function timed(work) {
  const started = performance.now()
  work()
  return performance.now() - started
}
