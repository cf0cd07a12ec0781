/**
 * The long suites at their full count: laws, races, histories of a comment, hundreds of kills, and a fault in every
 * statement of a run, each with a seed that is printed when it fails. A history of a comment or of a repository takes as
 * long as ten of the others, so there are a tenth as many.
 */
import { spawnSync } from 'node:child_process'

const runs = process.env.ROCKY_PREVIEW_RUNS ?? '2000'
const suites = [
  { paths: ['__tests__/laws', '__tests__/github/races', '__tests__/core/diff/pairs'], runs },
  { paths: ['__tests__/core/language/language.law', '__tests__/core/lineage/shape/shape.law'], runs },
  {
    paths: ['__tests__/github/model', '__tests__/git/merge-base', '__tests__/git/agreement'],
    runs: String(Math.ceil(Number(runs) / 10)),
  },
  { paths: ['__tests__/cli/chaos', '__tests__/commands/build/late-failures'], runs },
]
for (const { paths, runs } of suites) {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--testTimeout=3600000', ...paths]
  const { status } = spawnSync(process.execPath, jest, {
    stdio: 'inherit',
    env: { ROCKY_PREVIEW_KILLS: '200', ROCKY_PREVIEW_POINTS: 'all', ...process.env, ROCKY_PREVIEW_RUNS: runs },
  })
  if (status !== 0) process.exitCode = status ?? 1
}
