import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readContent, readState } from '../../src/github/comment-body.ts'
import type { OwnComment } from '../../src/github/decide.ts'
import type { Answer } from '../../src/github/failure.ts'
import { readPage } from '../../src/github/page.ts'
import type { Patience } from '../../src/github/patience.ts'
import type { Thread } from '../../src/github/thread.ts'
import { upsert } from '../../src/github/upsert.ts'
import { BASE, HEAD, KEY, NEWER_HEAD } from './builders.ts'

const patience: Patience = {
  backOff: () => Promise.resolve(),
  settle: () => Promise.resolve(),
  outlast: () => Promise.resolve(true),
  waitedMs: () => 0,
}

/** A pull request in memory: every request takes effect at a moment that the scheduler picks. */
class ScheduledThread {
  head = HEAD
  comments: OwnComment[] = []
  readonly #scheduler: fc.Scheduler
  readonly #lost: () => boolean
  #nextId = 1

  constructor(scheduler: fc.Scheduler, lost: () => boolean) {
    this.#scheduler = scheduler
    this.#lost = lost
  }

  open(): Thread {
    return {
      live: () => this.#later(() => ({ head: this.head, closing: undefined, description: '' })),
      own: () => this.#later(() => [...this.comments]),
      create: (body) => this.#write(() => this.#post(body)),
      update: (id, body) => this.#write(() => this.#edit(id, body)),
      remove: (id) => this.#write(() => this.#edit(id, undefined)),
    }
  }

  #post(body: string): Answer<OwnComment> {
    const comment = { id: this.#nextId, url: '', body, state: readState(body) }
    this.#nextId += 1
    this.comments = [...this.comments, comment]
    return answered(comment)
  }

  #edit(id: number, body: string | undefined): Answer<OwnComment> {
    const found = this.comments.find((comment) => comment.id === id)
    if (found === undefined) return { kind: 'failed', failure: { kind: 'not-found', message: '' } }
    const edited = { ...found, body: body ?? '', state: readState(body ?? '') }
    this.comments = this.comments.flatMap((comment) =>
      comment !== found ? [comment] : body === undefined ? [] : [edited],
    )
    return answered(edited)
  }

  async #later<T>(effect: () => T): Promise<Answer<T>> {
    await this.#scheduler.schedule(Promise.resolve())
    const value = effect()
    await this.#scheduler.schedule(Promise.resolve())
    return answered(value)
  }

  /** A write whose answer may be lost on the way. */
  async #write<T>(effect: () => Answer<T>): Promise<Answer<T>> {
    const { value } = (await this.#later(effect)) as { value: Answer<T> }
    return this.#lost() ? { kind: 'failed', failure: { kind: 'unreachable', message: '' } } : value
  }
}

function answered<T>(value: T): Answer<T> {
  return { kind: 'answered', value, hasNextPage: false, waited: false }
}

/** As the laws do: chance, unless a seed is given. */
const seeded =
  process.env['ROCKY_PREVIEW_SEED'] === undefined ? {} : { seed: Number(process.env['ROCKY_PREVIEW_SEED']) }

const runs = fc.array(
  fc.record({
    newHead: fc.boolean(),
    startedAt: fc.nat(2),
    create: fc.boolean(),
    same: fc.boolean(),
    reads: fc.boolean(),
  }),
  { minLength: 2, maxLength: 5 },
)

describe('upsert, when runs race in any order', () => {
  it.each([
    ['and nothing fails', 0],
    ['and answers to writes are lost', 1],
  ])('leaves at most one comment, and never one that is silently stale, %s', async (_when, faults) => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), runs, fc.infiniteStream(fc.nat(3)), async (scheduler, racing, dice) => {
        let left = faults * 3
        const lost = () => left > 0 && dice.next().value === 0 && left-- > 0
        const thread = new ScheduledThread(scheduler, lost)
        const push = scheduler.schedule(Promise.resolve()).then(() => {
          thread.head = NEWER_HEAD
        })
        const draft = { key: KEY, base: BASE, create: true, fromFork: false }
        const racers = racing.map(async ({ newHead, startedAt, create, same, reads }, n) => {
          const head = newHead ? NEWER_HEAD : HEAD
          const run = { id: n, attempt: 1, startedAt: () => startedAt, nonce: `run ${String(n)}` }
          const content = same ? `of ${head}` : `of ${head} by ${String(n)}`
          // What is told is made of the page, and is written on the strength of the same look.
          const page = reads ? await readPage(thread.open(), head) : undefined
          const wish = { ...draft, head, run, content, create, seen: page?.seen }
          const outcome = await upsert(thread.open(), patience, wish)
          return newHead && outcome.kind !== 'not-written'
        })
        const reported = scheduler.waitFor(Promise.all(racers))
        await scheduler.waitFor(push)
        const currentWasWritten = (await reported).includes(true)

        expect(thread.comments.length).toBeLessThanOrEqual(1)
        const [standing] = thread.comments
        if (currentWasWritten && standing?.state?.head !== NEWER_HEAD) {
          expect(readContent(standing?.body ?? '')).toContain('**Outdated:**')
        }

        left = 0
        const last = { id: 99, attempt: 1, startedAt: () => 9, nonce: 'last' }
        const end = upsert(thread.open(), patience, { ...draft, head: NEWER_HEAD, run: last, content: 'last' })
        await scheduler.waitFor(end)
        expect(thread.comments.map(({ body }) => readContent(body))).toEqual(['last'])
      }),
      { numRuns: Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 150), ...seeded },
    )
  })
})
