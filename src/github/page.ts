import type { Failure } from './failure.ts'
import type { Thread } from './thread.ts'
import type { Seen } from './upsert.ts'

/** A pull request's page before we write on it: what is told is made of it, and who writes need not look again. */
export interface Page {
  readonly thread: Thread
  /** Anybody's words, as they are now: the event of a re-run has those of long ago. */
  readonly description: Description
  /** Undefined where it could not be read whole, or another commit than the one asked about is the newest. */
  readonly seen: Seen | undefined
}

export type Description =
  { readonly kind: 'read'; readonly text: string } | { readonly kind: 'unread'; readonly why: Failure }

/** Does not fail: what could not be read is told with the page. */
export async function readPage(thread: Thread, head: string): Promise<Page> {
  const at = performance.now()
  const live = await thread.live()
  if (live.kind === 'failed') return { thread, description: { kind: 'unread', why: live.failure }, seen: undefined }
  const { head: liveHead, closing, description: text } = live.value
  const own = liveHead === head ? await thread.own() : undefined
  const seen = own?.kind === 'answered' && !own.waited ? { liveHead, closing, own: own.value, at } : undefined
  return { thread, description: { kind: 'read', text }, seen }
}
