/** The long suites at their full count: laws and races with thousands of runs, and hundreds of kills, each with a seed that is printed when it fails. */
import { spawnSync } from 'node:child_process'

const runs = process.env.ROCKY_PREVIEW_RUNS ?? '2000'
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '--testTimeout=3600000',
    '__tests__/laws',
    '__tests__/github/races',
    '__tests__/cli/chaos',
  ],
  {
    stdio: 'inherit',
    env: { ROCKY_PREVIEW_KILLS: '200', ...process.env, ROCKY_PREVIEW_RUNS: runs },
  },
)
process.exitCode = status ?? 1
