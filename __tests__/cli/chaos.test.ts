import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from '@jest/globals'
import { removeTemporaryFolders } from '../support/git-repository.ts'
import { documentOf, leftovers, removeTemporaryRoot, runCli, temporaryRoot, type CliResult } from './run-cli.ts'
import { edited, shopRepository } from './shop.ts'

/**
 * Kills at any moment, each followed by a run that nobody disturbs, in the same folder: it must tell the same as if
 * nothing had happened. Two folders at a time: most of a run is waiting for processes to start. `npm run soak` does hundreds.
 */

const KILLS = Number(process.env['ROCKY_PREVIEW_KILLS'] ?? '20')
const LANES = 2
const seed = Number(process.env['ROCKY_PREVIEW_SEED'] ?? Date.now() % 2 ** 31)

afterEach(() => {
  // SIGKILL leaves no time to tidy up; the next runs must not mind what lies about.
  for (const name of leftovers()) rmSync(join(temporaryRoot, name), { recursive: true, force: true })
})
afterAll(() => {
  removeTemporaryFolders()
  removeTemporaryRoot()
})

const FLAGS = ['-o', 'json', '--threads', '1', '--memory-limit', '512MB']
const RUN = ['run', '--base', 'main', ...FLAGS]
const CREATE = ['create', '--base', 'main', ...FLAGS]
const DIFF = ['diff', ...FLAGS]

describe('a run that is killed', () => {
  it(
    'leaves the truth behind, wherever it was',
    async () => {
      const ends: Record<string, number> = {}
      const lane = async (number: number): Promise<void> => {
        const { folder } = shopRepository(edited)
        const stages = { run: await stagesOf(RUN, folder), create: await stagesOf(CREATE, folder) }
        const undisturbed = told(await runCli(RUN, { cwd: folder }))
        const compared = comparedOf(await runCli(DIFF, { cwd: folder }))
        for (let kill = number; kill < KILLS; kill += LANES) {
          const chance = sequence(seed + kill)
          const isRun = chance() < 0.5
          const target = chance() < 0.5 ? 'main' : 'worker'
          const signal = chance() < 0.8 ? 'SIGKILL' : 'SIGTERM'
          const lengths = isRun ? stages.run : stages.create
          // Stages take very different times, and each has its dangers: each is struck as often.
          const stage = Math.floor(chance() * lengths.length)
          const after = chance() * (lengths[stage] ?? 0) * 1.2
          const where = `seed ${String(seed)}, kill ${String(kill)}: ${signal} to ${target} of ${isRun ? 'run' : 'create'}, stage ${String(stage)} and ${after.toFixed(0)} ms`
          const ended = await runCli(isRun ? RUN : CREATE, {
            cwd: folder,
            meanwhile: (child) => {
              atStage(child, stage, () => setTimeout(() => strike(child, target, signal), after))
            },
          })
          ends[String(ended.status)] = (ends[String(ended.status)] ?? 0) + 1
          expectNoStack(where, ended)
          // A worker that is struck is followed by another; what is told of a model is then the truth, or its failure.
          if (ended.status === 0 && isRun) expectTruth(where, ended, undisturbed)
          if (!isRun) {
            // What `create` has left is whole, or not there.
            const saved = await runCli(DIFF, { cwd: folder })
            expectNoStack(where, saved)
            if (saved.status === 0)
              for (const one of comparedOf(saved).filter(isCompared)) expect(compared).toContainEqual(one)
            else expect({ where, stderr: saved.stderr }).toMatchObject({ stderr: expect.stringContaining('create') })
          }
          expect({ where, ...told(await runCli(RUN, { cwd: folder })) }).toEqual({ where, ...undisturbed })
        }
        expect((await runCli(CREATE, { cwd: folder })).status).toBe(0)
        expect(comparedOf(await runCli(DIFF, { cwd: folder }))).toEqual(compared)
        expect(readdirSync(join(folder, '.rocky-preview')).filter((name) => /\.part-|unfinished/.test(name))).toEqual(
          [],
        )
      }
      await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
      writeSync(2, `chaos: seed ${String(seed)}, ${String(KILLS)} kills, ends ${JSON.stringify(ends)}\n`)
    },
    KILLS * 60_000 + 60_000,
  )
})

interface Told {
  readonly verdict: unknown
  readonly headline: unknown
  readonly failures: unknown
  readonly models: readonly { readonly name: string; readonly of: string }[]
}

/** What a run says of the data, without what time took. */
function told(result: CliResult): Told {
  const { verdict, headline, failures, models } = documentOf(result)
  return {
    verdict,
    headline,
    failures,
    models: models.map(({ model_name: name, verdict: of, rows, columns, key }) => ({ name, of, rows, key, columns })),
  }
}

/** What `diff` says of each model that differs. */
function comparedOf({ stdout }: CliResult): readonly unknown[] {
  return (JSON.parse(stdout) as { readonly models: readonly unknown[] }).models
}

/** A model that the strike took down is listed as one of which nothing was compared. */
function isCompared(model: unknown): boolean {
  return !JSON.stringify(model).includes('"coverage":"none: ')
}

/** Of each model what the undisturbed run tells, or that it failed or was not checked. */
function expectTruth(where: string, result: CliResult, undisturbed: Told): void {
  for (const model of told(result).models) {
    if (model.of === 'failed' || model.of === 'not_checked') continue
    expect({ where, model }).toEqual({ where, model: undisturbed.models.find(({ name }) => name === model.name) })
  }
}

function expectNoStack(where: string, { stderr }: CliResult): void {
  expect({ where, stack: /^\s+at .*:\d+:\d+\)?$/m.test(stderr) }).toEqual({ where, stack: false })
}

/** How long each stage of a run takes, from one line of progress to the next, the last to the end. */
async function stagesOf(args: readonly string[], folder: string): Promise<readonly number[]> {
  const moments: number[] = [performance.now()]
  await runCli(args, {
    cwd: folder,
    meanwhile: (child) => {
      child.stderr?.on('data', () => moments.push(performance.now()))
    },
  })
  moments.push(performance.now())
  return moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment))
}

/** Calls `then` after that many lines of progress. */
function atStage(child: ChildProcess, stage: number, then: () => void): void {
  let seen = 0
  if (stage === 0) then()
  child.stderr?.on('data', () => {
    seen += 1
    if (seen === stage) then()
  })
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
