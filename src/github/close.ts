import type { CommentOutcome } from '../core/ports/comments.ts'
import { withClosing } from './closing.ts'
import { notWritten, refused, words } from './comment-words.ts'
import type { OwnComment } from './decide.ts'
import type { Patience } from './patience.ts'
import type { LivePull, Thread } from './thread.ts'

const ROUNDS = 6

/**
 * Writes below the comment how the pull request ended. What stands is kept, its state too: whoever is still at work orders
 * itself as before, and says the same of the end. Looks again after it wrote, as every writer does.
 */
export async function close(
  thread: Thread,
  patience: Patience,
  debug: (line: string) => void = () => undefined,
): Promise<CommentOutcome> {
  let written = false
  for (let round = 0; round < ROUNDS; round += 1) {
    const live = await thread.live()
    if (live.kind === 'failed') return refused(live.failure, false)
    if (live.value.closing === undefined) return notWritten('stale', words.reopened)
    const own = await thread.own()
    if (own.kind === 'failed') return refused(own.failure, false)
    const [standing] = own.value
    if (standing === undefined) return notWritten('not-asked', words.notAsked)

    const body = closedBody(standing, live.value)
    debug(
      `round ${String(round + 1)}: closed; ours: ${String(standing.id)}; ${body === standing.body ? 'said' : 'say'}`,
    )
    if (body === standing.body) {
      const kind = written ? 'updated' : 'unchanged'
      return { kind, id: standing.id, url: standing.url }
    }
    const answer = await thread.update(standing.id, body)
    if (answer.kind === 'answered') {
      written = true
      await patience.settle()
      continue
    }
    const { failure } = answer
    if (failure.kind === 'limited' && (await patience.outlast(failure.waitMs))) continue
    if (failure.kind !== 'unreachable' && failure.kind !== 'not-found') return refused(failure, false)
    // It may have landed all the same.
    written ||= failure.kind === 'unreachable'
    await patience.backOff(round)
  }
  return notWritten('unreachable', words.unsettled)
}

function closedBody({ body, state }: OwnComment, { closing }: LivePull): string {
  return withClosing(body.replaceAll('\r\n', '\n').trimEnd(), closing, state?.head)
}
