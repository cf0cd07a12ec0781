/** Fails when dist is not what the sources and the lockfile make. `--keep <folder>` leaves the expected dist there. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flag, root } from './compile.mjs'

const kept = flag('--keep', undefined)
const expected = kept ?? mkdtempSync(join(tmpdir(), 'rocky-preview-dist-'))
try {
  const compiled = process.argv.includes('--compiled') ? ['--compiled'] : []
  run(['scripts/build.mjs', ...compiled, '--out', expected])
  run(['scripts/generate-native.mjs', '--manifest-only', '--out', expected])
  const dist = join(root, 'dist')
  // The archive is held by its hash (a packaging test), and what was unpacked from it is not ours to ship.
  const ours = filesOf(dist).filter((path) => !/^native\/(unpacked\/|[^/]*\.tgz$)/.test(path))
  const wanted = filesOf(expected)
  const differing = [
    ...wanted.filter((path) => !ours.includes(path)).map((path) => `missing  ${path}`),
    ...ours.filter((path) => !wanted.includes(path)).map((path) => `surplus  ${path}`),
    ...ours
      .filter(
        (path) => wanted.includes(path) && !readFileSync(join(dist, path)).equals(readFileSync(join(expected, path))),
      )
      .map((path) => `differs  ${path}`),
  ]
  for (const line of differing) console.error(line)
  if (differing.length > 0) throw new Error('dist is not up to date: npm run build')
  console.log('dist is up to date')
} finally {
  if (kept === undefined) rmSync(expected, { recursive: true, force: true })
}

function run(words) {
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${words[0]} failed`)
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
}
