import * as core from '@actions/core'
import { z } from 'zod'
import type { Environment } from './inputs.ts'
import type { Subject } from './subject.ts'

/**
 * What the main step leaves for the post step, which the runner starts as a process of its own. Each is written when it is
 * known, since main may be killed at any moment.
 */
export interface Left {
  /** Main had begun. */
  readonly began: boolean
  /** How it ended: it told what it found, or the job was cancelled. Undefined when it died without a word. */
  readonly ended: 'told' | 'cancelled' | undefined
  /** The private folder. */
  readonly folder: string | undefined
  /** Processes that were started, dead or alive. */
  readonly workers: readonly number[]
  /** The pull request whose comment is to tell of this commit. */
  readonly about: About | undefined
}

export type About = z.infer<typeof about>

export function leaveFolder(folder: string): void {
  core.saveState(BEGAN, 'true')
  core.saveState(FOLDER, folder)
}

export function leaveWorker(pids: readonly number[]): void {
  core.saveState(WORKERS, JSON.stringify(pids))
}

export function leaveSubject({ pullRequest, head }: Subject): void {
  if (pullRequest === undefined) return
  const { number, fromFork } = pullRequest
  core.saveState(ABOUT, JSON.stringify({ number, head, fromFork } satisfies About))
}

export function leaveEnd(ended: 'told' | 'cancelled'): void {
  core.saveState(ENDED, ended)
}

/** The runner hands the state on as `STATE_…`. What cannot be read counts as not there. */
export function readLeft(environment: Environment): Left {
  const value = (name: string): string | undefined => {
    const text = environment[`STATE_${name}`]
    return text === '' ? undefined : text
  }
  const ended = value(ENDED)
  return {
    began: value(BEGAN) === 'true',
    ended: ended === 'told' || ended === 'cancelled' ? ended : undefined,
    folder: value(FOLDER),
    workers: json(value(WORKERS), z.array(z.int().positive()).max(1_000)) ?? [],
    about: json(value(ABOUT), about),
  }
}

const [BEGAN, ENDED, FOLDER, WORKERS, ABOUT] = ['began', 'ended', 'folder', 'workers', 'about'] as const

const about = z.object({
  number: z.int().positive(),
  head: z.string().regex(/^[0-9a-f]{40,64}$/),
  fromFork: z.boolean(),
})

function json<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
