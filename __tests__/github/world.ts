import { setTimeout as sleep } from 'node:timers/promises'
import { marker, readContent, readState } from '../../src/github/comment-body.ts'
import { closeComment, upsertComment } from '../../src/github/comment.ts'
import { connectGitHub } from '../../src/github/client.ts'
import { readPage } from '../../src/github/page.ts'
import { openThread } from '../../src/github/thread.ts'
import type { CommentOutcome } from '../../src/core/ports/comments.ts'
import { startFakeGitHub, type FakeGitHub } from '../support/fake-github.ts'
import type { FakeComment } from '../support/fake-github/repository.ts'
import type { Batch, Disturbance, RunSpec, Step, World } from './world-steps.ts'
import { BASE, KEY } from './builders.ts'

const PULL = 1
const TOKEN = 'token-0123456789'
/** After this everything has landed that lands late. */
export const LATE_MS = 30

export interface OpenWorld {
  readonly fake: FakeGitHub
  head(): string
  own(): readonly FakeComment[]
  /** Everything in the thread that is not ours. */
  foreign(): readonly FakeComment[]
  perform(step: Step): Promise<void>
  runs(batch: Batch): Promise<readonly Finished[]>
  /** One run of the live head, with nothing in its way. */
  undisturbed(content: string): Promise<CommentOutcome | undefined>
  close(): Promise<void>
}

export interface Finished {
  readonly head: string
  readonly content: string
  /** Undefined for a run that was killed. */
  readonly outcome: CommentOutcome | undefined
}

/** A pull request on a real HTTP server, and everything that can happen to its comment. */
export async function openWorld({ login, graphql, begins }: World): Promise<OpenWorld> {
  const fake = await startFakeGitHub({ accounts: { [TOKEN]: { login, access: 'write' } }, graphql })
  const { repository } = fake
  let pushes = 0
  let written = 0
  const heads: string[] = []
  push()

  function push(): void {
    pushes += 1
    heads.push(String(pushes).padStart(7, '0').padEnd(40, 'b'))
    repository.setPull({ number: PULL, head: head() })
  }

  function head(): string {
    return heads.at(-1) ?? ''
  }

  const isOwn = (comment: FakeComment): boolean => comment.login === login && comment.body.startsWith(marker(KEY))
  const own = () => repository.comments(PULL).filter(isOwn)

  function disturb(what: Disturbance): void {
    const [ours] = own()
    switch (what) {
      case 'push':
        push()
        return
      case 'push-back':
        heads.push(heads.at(-2) ?? head())
        repository.setPull({ number: PULL, head: head() })
        return
      case 'delete-ours':
        if (ours !== undefined) repository.remove(ours.id)
        return
      case 'garble-ours':
        if (ours !== undefined) repository.edit(ours.id, `${marker(KEY)}\nedited by a maintainer`)
        return
      case 'forge':
        repository.post(
          PULL,
          login.replace('[bot]', '') === login ? 'mallory' : login.replace('[bot]', ''),
          forged(ours),
        )
        return
      case 'quote':
        repository.post(PULL, login, `> ${forged(ours)}`)
        return
      case 'chat':
        for (let n = 0; n < 110; n += 1) repository.post(PULL, 'ada', `${String(n)} of many`)
        return
      case 'merge':
        repository.setPull({ number: PULL, state: 'closed', mergedAt: '2026-11-21T14:00:00Z' })
        return
      case 'reopen':
        repository.setPull({ number: PULL, state: 'open', mergedAt: null })
        return
    }
  }

  function forged(ours: FakeComment | undefined): string {
    return ours?.body ?? `${marker(KEY)}\nAll is well.`
  }

  const connect = (timeoutMs: number, fetch: typeof globalThis.fetch = globalThis.fetch) =>
    connectGitHub(fake.environment(), TOKEN, { fetch, timeoutMs })

  async function run(spec: RunSpec, timeoutMs: number, content?: string): Promise<Finished> {
    const of = heads.at(-1 - Math.min(spec.old, heads.length - 1)) ?? head()
    written += 1
    const said = content ?? (spec.same ? `of ${of}` : `of ${of}, version ${String(written)}.`)
    const { fetch, killed } = mortal(spec.dies)
    const client = connect(timeoutMs, fetch)
    const reading = spec.reads ? readPage(openThread(client, PULL, KEY), of) : Promise.resolve(undefined)
    const write = async () =>
      upsertComment(client, {
        page: await reading,
        pullRequest: PULL,
        key: KEY,
        base: BASE,
        head: of,
        run: { id: spec.old === 0 ? 9 : 7, attempt: spec.attempt },
        content: said,
        smaller: () => `small, of ${of}`,
        create: spec.create,
        fromFork: false,
      })
    return { head: of, content: said, outcome: await Promise.race([write(), killed]) }
  }

  for (const what of begins) disturb(what)
  const world: OpenWorld = {
    fake,
    head,
    own,
    foreign: () => repository.comments(PULL).filter((comment) => !isOwn(comment)),
    async perform(step) {
      if (step.kind === 'disturb') disturb(step.what)
      else if (step.kind === 'close-event') await closeComment(connect(20_000), { pullRequest: PULL, key: KEY })
      else await world.runs(step)
    },
    async runs({ runs, faults, meanwhile }) {
      const before = fake.requests.length
      const disturbances = meanwhile.toSorted((a, b) => a.at - b.at)
      const waiting = runs.toSorted((a, b) => a.at - b.at)
      const started: Promise<Finished>[] = []
      const next = (n: number): void => {
        while (disturbances[0] !== undefined && n >= disturbances[0].at) disturb(disturbances.shift()?.what ?? 'push')
        while (waiting[0] !== undefined && n >= waiting[0].at) start()
      }
      const start = (): void => {
        const spec = waiting.shift()
        if (spec !== undefined) started.push(run(spec, faults.length > 0 ? 400 : 20_000))
      }
      fake.fail(...faults)
      fake.hooks.onRequest = (n) => {
        next(n - before)
      }
      next(0)
      while (waiting.length > 0) {
        await Promise.all(started)
        start()
      }
      let count = 0
      while (count < started.length) count = (await Promise.all(started)).length
      fake.hooks.onRequest = undefined
      fake.forget()
      await sleep(LATE_MS)
      return await Promise.all(started)
    },
    undisturbed: async (content) =>
      (
        await run(
          { old: 0, attempt: 1, at: 0, dies: undefined, create: true, same: false, reads: true },
          20_000,
          content,
        )
      ).outcome,
    close: () => fake.close(),
  }
  return world
}

/** A fetch that never answers once its run is dead: so the run does nothing more. */
function mortal(dies: number | undefined): {
  readonly fetch: typeof globalThis.fetch
  readonly killed: Promise<undefined>
} {
  let sent = 0
  let kill: (value: undefined) => void = () => undefined
  const killed = new Promise<undefined>((resolve) => {
    kill = resolve
  })
  const fetch: typeof globalThis.fetch = (...request) => {
    sent += 1
    if (dies === undefined || sent <= dies) return globalThis.fetch(...request)
    kill(undefined)
    return new Promise(() => undefined)
  }
  return { fetch, killed }
}

/** What a comment says, and of which commit it says it. */
export function told({ body }: FakeComment): { readonly head: string | undefined; readonly content: string } {
  return { head: readState(body)?.head, content: readContent(body) }
}
