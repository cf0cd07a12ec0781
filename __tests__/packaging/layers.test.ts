import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** One planted import for each rule: the file, and what it imports. */
const planted: readonly (readonly [rule: string, file: string, imported: string])[] = [
  ['core-base', 'src/core/base/a.ts', '../sql/clean.ts'],
  ['core-language', 'src/core/language/a.ts', '../project/clean.ts'],
  ['core-plan', 'src/core/plan/a.ts', '../diff/clean.ts'],
  ['core-ports', 'src/core/ports/a.ts', '../project/clean.ts'],
  ['core-checks', 'src/core/checks/a.ts', '../contract/clean.ts'],
  ['core-contract', 'src/core/contract/a.ts', '../report/clean.ts'],
  ['core-report', 'src/core/report/a.ts', '../plan/clean.ts'],
  ['core-known-stages', 'src/core/plan/b.ts', '../utils/clean.ts'],
  ['core-pure', 'src/core/plan/c.ts', '../../git/clean.ts'],
  ['core-no-node', 'src/core/plan/d.ts', 'node:fs'],
  ['core-libraries', 'src/core/plan/e.ts', 'commander'],
  ['edge-git', 'src/git/a.ts', '../github/clean.ts'],
  ['edge-github', 'src/github/a.ts', '../commands/clean.ts'],
  ['edge-binder', 'src/binder/a.ts', '../warehouse/duckdb/clean.ts'],
  ['edge-warehouse', 'src/warehouse/a.ts', '../worker/clean.ts'],
  ['edge-native', 'src/native/a.ts', '../git/clean.ts'],
  ['edge-worker', 'src/worker/a.ts', '../native/clean.ts'],
  ['warehouse-apart', 'src/warehouse/duckdb/a.ts', '../snowflake/clean.ts'],
  ['commands', 'src/commands/a.ts', '../git/clean.ts'],
  ['action', 'src/action/a.ts', '../native/clean.ts'],
  ['cli-apart', 'src/git/d.ts', '../cli/clean.ts'],
  ['edge-files', 'src/files/a.ts', '../git/clean.ts'],
  ['compose', 'src/compose.ts', './action/clean.ts'],
  ['known-rooms', 'src/main.ts', './helpers/clean.ts'],
  ['entries-not-imported', 'src/action/b.ts', '../cli.ts'],
  ['duckdb-in-the-worker-only', 'src/native/b.ts', '@duckdb/node-api'],
  ['supervisor-without-duckdb', 'src/cli.ts', './warehouse/duckdb/engine.ts'],
  ['unresolvable', 'src/git/b.ts', './nowhere.ts'],
  ['no-development-dependencies', 'src/git/c.ts', 'fast-check'],
]

describe('the rules of .dependency-cruiser.cjs', () => {
  let folder: string
  let broken: ReadonlySet<string>

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'layers-'))
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(join(root, name), join(folder, name))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    for (const [, file, imported] of planted) {
      if (imported.endsWith('clean.ts')) write(join(dirname(file), imported), 'export {}\n')
    }
    write('src/warehouse/duckdb/engine.ts', "import '@duckdb/node-api'\nexport {}\n")
    write('src/git/alone.ts', 'export {}\n')
    write('src/git/round.ts', "import type { Trip } from './trip.ts'\nexport type Round = Trip\n")
    write('src/git/trip.ts', "import type { Round } from './round.ts'\nexport type Trip = Round\n")
    for (const [, file, imported] of planted) write(file, `import '${imported}'\nexport {}\n`)
    const depcruise = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')
    const words = [depcruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src']
    const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
    if (stdout === '') throw new Error(stderr)
    const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } }
    broken = new Set(summary.violations.map(({ rule, from }) => `${rule.name} ${from}`))
  }, 120_000)

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }

  it.each(planted)('see a breach of %s in %s, which imports %s', (rule, file) => {
    expect([...broken].filter((breach) => breach.startsWith(`${rule} `))).toContain(`${rule} ${file}`)
  })

  it('see a cycle of types', () => {
    expect(broken).toContain('no-cycles src/git/round.ts')
  })

  it('see a file that nobody imports', () => {
    expect(broken).toContain('no-orphans src/git/alone.ts')
  })
})
