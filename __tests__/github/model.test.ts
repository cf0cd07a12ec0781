import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { CommentOutcome } from '../../src/core/ports/comments.ts'
import { openWorld, told, type Finished, type OpenWorld } from './world.ts'
import { histories, pushedWhileWriting, worlds, type Step } from './world-steps.ts'

/** Histories of a pull request; `npm run soak` takes hundreds. */
const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 20)
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)

describe('the comment, whatever happens to it', () => {
  it('is at most one, tells of the live head or says that it does not, and leaves the others’ alone', async () => {
    const seen: Record<string, number> = {}
    await fc.assert(
      fc.asyncProperty(worlds, histories, async (facts, history) => {
        const world = await openWorld(facts)
        try {
          for (const step of history) await perform(world, step, seen)
          const others = world.foreign()
          const outcome = await world.undisturbed('the last word')
          expect(outcome).toMatchObject({ kind: expect.stringMatching(/^(?:created|updated|unchanged)$/) })
          expect(world.own().map(told)).toEqual([
            {
              head: world.head(),
              content: expect.stringMatching(/^the last word(?:\n\n<!-- rocky-preview-closed [^]*)?$/),
            },
          ])
          expect(world.foreign()).toEqual(others)
          expect(world.fake.unexpected).toEqual([])
        } finally {
          await world.close()
        }
      }),
      {
        examples: [[{ login: 'github-actions[bot]', graphql: true, begins: [] }, [pushedWhileWriting]]],
        numRuns: RUNS,
        seed: SEED,
        endOnFailure: process.env['ROCKY_PREVIEW_SHRINK'] !== '1',
      },
    )
    process.stderr.write(`${String(RUNS)} histories: ${JSON.stringify(seen)}\n`)
    for (const kind of ['created', 'updated', 'unchanged', 'stale']) expect(seen[kind]).toBeGreaterThan(0)
  }, 3_600_000)
})

async function perform(world: OpenWorld, step: Step, seen: Record<string, number>): Promise<void> {
  if (step.kind !== 'runs') {
    await world.perform(step)
    return
  }
  const stood = world.own().map(told)
  const before = stood.length
  const finished = await world.runs(step)
  for (const { outcome } of finished) {
    const kind = outcome === undefined ? 'killed' : outcome.kind === 'not-written' ? outcome.reason : outcome.kind
    seen[kind] = (seen[kind] ?? 0) + 1
  }
  if (step.meanwhile.some(({ what }) => what.endsWith('-ours'))) return
  // Whatever fails on the way, and whoever is killed, a comment that was there is not lost.
  if (before > 0) expect(world.own()).not.toEqual([])
  const allLived = finished.every(({ outcome }) => outcome !== undefined)
  if (step.faults.length === 0 && allLived) holdAfterRuns(world, finished, stood)
}

/** What holds as soon as all runs are over, where no request failed: nobody has to come after them to tidy up. */
function holdAfterRuns(world: OpenWorld, finished: readonly Finished[], stood: readonly Told[]): void {
  const outcomes = finished.map(({ outcome }) => outcome)
  // Nobody gives up, as runs do that write over each other for ever.
  expect(outcomes).not.toContainEqual(expect.objectContaining({ reason: 'unreachable' }))
  if (stood.length > 0) expect(outcomes).not.toContainEqual(expect.objectContaining({ kind: 'created' }))

  const [standing, ...others] = world.own().map(told)
  if (standing !== undefined && standing.head !== world.head()) {
    const lines = standing.content.split('\n')
    const isOld = standing.content === stood[0]?.content
    const late = !isOld && finished.some(({ content, outcome }) => lines.includes(content) && isStale(outcome))
    const isLate = late || finished.some((run) => wrote(run.outcome) && run.head === world.head())
    if (isLate) expect(standing.content).toContain('**Outdated:**')
  }
  if (finished.some(({ head, outcome }) => head === world.head() && wrote(outcome))) expect(others).toEqual([])
}

type Told = ReturnType<typeof told>

const wrote = (outcome: CommentOutcome | undefined): boolean => outcome !== undefined && outcome.kind !== 'not-written'

const isStale = (outcome: CommentOutcome | undefined): boolean =>
  outcome?.kind === 'not-written' && outcome.reason === 'stale'
