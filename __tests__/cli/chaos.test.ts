import type { ChildProcess } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, watch, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { removeTemporaryFolders } from '../support/git-repository.ts'
import { documentOf, removeTemporaryRoot, runCli, temporaryRoot, type CliResult } from './run-cli.ts'
import { edited, shopRepository } from './shop.ts'

/**
 * Kills at any moment, each followed by a run that nobody disturbs, in the same folder: it must tell the same as if
 * nothing had happened. Half of them strike some time into a stage, the others at the very moment that a file of ours is
 * written or moved. Two folders at a time: most of a run is waiting for processes to start. `npm run soak` does hundreds.
 */

const KILLS = Number(process.env['ROCKY_PREVIEW_KILLS'] ?? '20')
const LANES = 2
const seed = Number(process.env['ROCKY_PREVIEW_SEED'] ?? Date.now() % 2 ** 31)

afterAll(() => {
  removeTemporaryFolders()
  // SIGKILL leaves no time to tidy up; the next runs must not mind what lies about.
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
      let strikes = 0
      const lane = async (number: number): Promise<void> => {
        const { folder } = shopRepository(edited)
        const temporary = join(temporaryRoot, String(number))
        const state = join(folder, '.rocky-preview')
        for (const made of [temporary, state]) mkdirSync(made)
        const rocky = (args: readonly string[], meanwhile?: (child: ChildProcess) => void): Promise<CliResult> =>
          runCli(args, { cwd: folder, env: { TMPDIR: temporary }, ...(meanwhile !== undefined && { meanwhile }) })
        const folders = [temporary, state]
        const [undisturbed, run] = await watched((meanwhile) => rocky(RUN, meanwhile), folders)
        const truth = told(undisturbed)
        const [, create] = await watched((meanwhile) => rocky(CREATE, meanwhile), folders)
        const [first, diff] = await watched((meanwhile) => rocky(DIFF, meanwhile), folders)
        const compared = comparedIn('undisturbed', first)
        // What `diff` tells of the preview that is there: of one whose worker was struck, less.
        let current = compared
        const subjects = [
          { args: RUN, course: run },
          { args: CREATE, course: create },
          { args: DIFF, course: diff },
        ] as const
        for (let kill = number; kill < KILLS; kill += LANES) {
          const chance = sequence(seed + kill)
          const { args, course } = subjects[Math.floor(chance() * subjects.length)] ?? subjects[0]
          const target = chance() < 0.5 ? 'main' : 'worker'
          const signal = chance() < 0.8 ? 'SIGKILL' : 'SIGTERM'
          const moment = momentIn(course, target, chance)
          const where = `seed ${String(seed)}, kill ${String(kill)}: ${signal} to ${target} of ${String(args[0])}, ${JSON.stringify(moment)}`
          const struck = { is: false }
          const ended = await rocky(args, (child) => {
            at(moment, child, folders, () => {
              struck.is = strike(child, target, signal)
            })
          })
          strikes += struck.is ? 1 : 0
          const end = struck.is ? `${target} ${String(ended.status)}` : 'missed'
          ends[end] = (ends[end] ?? 0) + 1
          expectInWords(where, ended)
          // A worker that is struck is followed by another; what is told of a model is then the truth, or its failure.
          const isTold = ended.stdout.startsWith('{')
          if (args === RUN) {
            if (isTold) expectTruth(where, ended, truth)
            expect({ where, ...told(await rocky(RUN)) }).toEqual({ where, ...truth })
            continue
          }
          if (args === DIFF && isTold) expectAmong(where, comparedIn(where, ended), compared)
          const saved = await rocky(DIFF)
          expectInWords(where, saved)
          // Between two renames the earlier preview bears another name; the next `create` mends that.
          if (readdirSync(state).some((name) => name.endsWith('-replaced'))) {
            expect({ where, status: (await rocky(CREATE)).status }).toEqual({ where, status: 0 })
            current = compared
            continue
          }
          const of = comparedIn(where, saved)
          if (args === DIFF) expect({ where, of }).toEqual({ where, of: current })
          // The earlier preview, or the new one, is whole.
          else if (target === 'main')
            expect({ where, of: [compared, current] }).toEqual({ where, of: expect.arrayContaining([of]) })
          else expectAmong(where, of, compared)
          current = of
        }
        expect((await rocky(CREATE)).status).toBe(0)
        expect(comparedIn('at last', await rocky(DIFF))).toEqual(compared)
        expect(readdirSync(state).filter((name) => /\.part-|unfinished/.test(name))).toEqual([])
      }
      await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
      writeSync(2, `chaos: seed ${String(seed)}, ${String(KILLS)} kills, ends ${JSON.stringify(ends)}\n`)
      // Kills that come too late show nothing.
      expect({ seed, strikes: strikes >= KILLS / 2 }).toEqual({ seed, strikes: true })
    },
    KILLS * 60_000 + 60_000,
  )
})

/** How an undisturbed run goes: milliseconds of each stage, from one line of progress to the next, and how often it writes. */
interface Course {
  readonly stages: readonly number[]
  readonly writes: number
}

/** When a run is struck: some time into a stage, or at that write, counted from 1. */
type Moment = { readonly stage: number; readonly afterMs: number } | { readonly write: number }

/** Stages take very different times, and each has its dangers; a worker is asked most in the last ones. */
function momentIn({ stages, writes }: Course, target: 'main' | 'worker', chance: () => number): Moment {
  if (chance() < 0.5 && writes > 0) return { write: 1 + Math.floor(chance() * writes) }
  const stage = Math.floor(chance() ** (target === 'worker' ? 0.5 : 1) * stages.length)
  return { stage, afterMs: Math.round(chance() * (stages[stage] ?? 0)) }
}

/** Runs something, and tells how it went. */
async function watched(
  run: (meanwhile: (child: ChildProcess) => void) => Promise<CliResult>,
  folders: readonly string[],
): Promise<readonly [CliResult, Course]> {
  const moments: number[] = [performance.now()]
  let writes = 0
  const result = await run((child) => {
    child.stderr?.on('data', () => moments.push(performance.now()))
    onWrites(child, folders, () => (writes += 1))
  })
  moments.push(performance.now())
  const stages = moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment))
  return [result, { stages, writes }]
}

function at(moment: Moment, child: ChildProcess, folders: readonly string[], then: () => void): void {
  let seen = 0
  if ('write' in moment) {
    onWrites(child, folders, () => {
      seen += 1
      if (seen === moment.write) then()
    })
    return
  }
  const wait = (): void => void setTimeout(then, moment.afterMs)
  if (moment.stage === 0) wait()
  child.stderr?.on('data', () => {
    seen += 1
    if (seen === moment.stage) wait()
  })
}

/** Tells of each time that a database, its log, a saved preview, or a folder of one, is made, written or moved. */
function onWrites(child: ChildProcess, folders: readonly string[], then: () => void): void {
  const watchers = folders.map((folder) => {
    const watcher = watch(folder, { recursive: true }, (_, name) => {
      if (name !== null && /\.duckdb|preview\.json|^pr-preview/.test(name)) then()
    })
    // A folder is gone before it is looked at.
    return watcher.on('error', () => undefined)
  })
  child.once('exit', () => {
    for (const watcher of watchers) watcher.close()
  })
}

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
function comparedIn(where: string, { stdout, stderr }: CliResult): readonly unknown[] {
  expect({ where, stderr, isSaved: stdout.startsWith('{') }).toEqual({ where, stderr, isSaved: true })
  return (JSON.parse(stdout) as { readonly models: readonly unknown[] }).models
}

/** Of each model what the undisturbed one tells; one that the strike took down is listed as one of which nothing was compared. */
function expectAmong(where: string, of: readonly unknown[], compared: readonly unknown[]): void {
  for (const model of of) {
    if (JSON.stringify(model).includes('"coverage":"none: ')) continue
    expect({ where, compared }).toEqual({ where, compared: expect.arrayContaining([model]) })
  }
}

/** Of each model what the undisturbed run tells, or that it failed or was not checked. */
function expectTruth(where: string, result: CliResult, undisturbed: Told): void {
  for (const model of told(result).models) {
    if (model.of === 'failed' || model.of === 'not_checked') continue
    expect({ where, model }).toEqual({ where, model: undisturbed.models.find(({ name }) => name === model.name) })
  }
}

/** No stack of calls; and a process that somebody killed is no fault of ours. */
function expectInWords(where: string, { stdout, stderr }: CliResult): void {
  expect({ where, stack: /^\s+at .*:\d+:\d+\)?$/m.test(stderr) }).toEqual({ where, stack: false })
  const faults = /"code":\s*"bug"|.*\n.*Please report it with the output.*/.exec(stdout + stderr)
  expect({ where, faults: faults?.[0] }).toEqual({ where, faults: undefined })
}

/** Whether there was somebody to strike. */
function strike(child: ChildProcess, target: 'main' | 'worker', signal: NodeJS.Signals): boolean {
  if (child.exitCode !== null || child.pid === undefined) return false
  if (target === 'main') return child.kill(signal)
  const workers = childrenOf(child.pid)
  for (const pid of workers) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended by itself meanwhile.
    }
  }
  return workers.length > 0
}

/** All that the main thread has forked. */
function childrenOf(parent: number): readonly number[] {
  try {
    return readFileSync(`/proc/${String(parent)}/task/${String(parent)}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number)
  } catch {
    return []
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
