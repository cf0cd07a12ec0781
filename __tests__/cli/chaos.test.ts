import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from '@jest/globals'
import type { RunOutput } from '../../src/core/contract/run.ts'
import { removeTemporaryFolders } from '../support/git-repository.ts'
import { documentOf, leftovers, removeTemporaryRoot, runCli, temporaryRoot, type CliResult } from './run-cli.ts'
import { edited, shopRepository } from './shop.ts'

/**
 * Kills at any moment, each followed by a run that nobody disturbs, in the same folder: it must tell the same as if
 * nothing had happened. `npm run soak` does hundreds.
 */

const KILLS = Number(process.env['ROCKY_PREVIEW_KILLS'] ?? '8')
const seed = Number(process.env['ROCKY_PREVIEW_SEED'] ?? Date.now() % 2 ** 31)

afterEach(() => {
  // SIGKILL leaves no time to tidy up; the next runs must not mind what lies about.
  for (const name of leftovers()) rmSync(join(temporaryRoot, name), { recursive: true, force: true })
})
afterAll(() => {
  removeTemporaryFolders()
  removeTemporaryRoot()
})

const RUN = ['run', '--base', 'main', '-o', 'json', '--threads', '2', '--memory-limit', '512MB']
const CREATE = ['create', ...RUN.slice(1)]

describe('a run that is killed', () => {
  it(
    'leaves the truth behind, wherever it was',
    async () => {
      const { folder } = shopRepository(edited)
      const chance = sequence(seed)
      const started = performance.now()
      const undisturbed = told(await runCli(RUN, { cwd: folder }))
      const durationMs = performance.now() - started
      const ends: Record<string, number> = {}
      for (let kill = 0; kill < KILLS; kill += 1) {
        const at = chance() * durationMs
        const target = chance() < 0.5 ? 'main' : 'worker'
        const signal = chance() < 0.8 ? 'SIGKILL' : 'SIGTERM'
        const command = chance() < 0.5 ? RUN : CREATE
        const where = `seed ${String(seed)}, kill ${String(kill)}: ${signal} to ${target} of ${command[0] ?? ''} after ${at.toFixed(0)} ms`
        const ended = await runCli(command, {
          cwd: folder,
          meanwhile: (child) => setTimeout(() => strike(child, target, signal), at),
        })
        ends[String(ended.status)] = (ends[String(ended.status)] ?? 0) + 1
        // A worker that is struck is followed by another; what was told is then the truth, or a failure.
        if (ended.status === 0 && command === RUN) expect({ where, ...told(ended) }).toMatchObject({ where })
        expect({ where, stack: /^\s+at .*:\d+:\d+\)?$/m.test(ended.stderr) }).toEqual({ where, stack: false })
        expect({ where, ...told(await runCli(RUN, { cwd: folder })) }).toEqual({ where, ...undisturbed })
      }
      writeSync(2, `chaos: seed ${String(seed)}, ${String(KILLS)} kills, ends ${JSON.stringify(ends)}\n`)
      expect((await runCli(CREATE, { cwd: folder })).status).toBe(0)
      const state = join(folder, '.rocky-preview')
      expect(readdirSync(state).filter((name) => name.includes('.part-'))).toEqual([])
    },
    KILLS * 60_000 + 60_000,
  )
})

/** What a run says of the data, without what time took. */
function told(result: CliResult): Pick<RunOutput, 'verdict' | 'headline' | 'failures'> & { readonly models: unknown } {
  const { verdict, headline, failures, models } = documentOf(result)
  return {
    verdict,
    headline,
    failures,
    models: models.map(({ model_name: name, verdict: of, rows, columns, key }) => ({ name, of, rows, columns, key })),
  }
}

function strike(child: ChildProcess, target: 'main' | 'worker', signal: NodeJS.Signals): void {
  if (child.exitCode !== null || child.pid === undefined) return
  if (target === 'main') {
    child.kill(signal)
    return
  }
  for (const pid of childrenOf(child.pid)) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && new RegExp(`^PPid:\\t${String(parent)}$`, 'm').test(status(name)))
    .map(Number)
}

function status(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}

/** Numbers from 0 up to 1 (mulberry32), so that a seed names a sequence of kills. */
function sequence(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
