/** Fails when a generated file is not what the sources make. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { root } from './compile.mjs'

const expected = mkdtempSync(join(tmpdir(), 'rocky-preview-generated-'))
try {
  const compiled = process.argv.includes('--compiled') ? ['--compiled'] : []
  const words = ['scripts/generate.mjs', ...compiled, '--out', expected]
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('generating failed')
  const wanted = readdirSync(expected, { recursive: true }).filter((path) => statSync(join(expected, path)).isFile())
  const surplus = existsSync(join(root, 'schemas'))
    ? readdirSync(join(root, 'schemas')).filter(
        (name) => name.endsWith('.schema.json') && !wanted.includes(join('schemas', name)),
      )
    : []
  const stale = wanted.filter((path) => {
    const ours = join(root, path)
    return !existsSync(ours) || readFileSync(ours, 'utf8') !== readFileSync(join(expected, path), 'utf8')
  })
  for (const path of [...stale, ...surplus]) console.error(`stale  ${path}`)
  if (stale.length + surplus.length > 0) throw new Error('generated files are not up to date: npm run generate')
  console.log('generated files are up to date')
} finally {
  rmSync(expected, { recursive: true, force: true })
}
