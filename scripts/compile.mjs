/** Compiles src into build/. Scripts that read `build/` take --compiled when that was just done. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const build = join(root, 'build')

export function compile() {
  if (process.argv.includes('--compiled')) return
  rmSync(build, { recursive: true, force: true })
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  // Types are the business of `typecheck`.
  const args = [tsc, '-p', join(root, 'tsconfig.build.json'), '--noCheck']
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) throw new Error('src does not compile')
}

/** The word after a flag of the command line, else the fallback. */
export function flag(name, fallback) {
  const at = process.argv.indexOf(name)
  return at === -1 ? fallback : process.argv[at + 1]
}
