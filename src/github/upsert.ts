import { unreachable } from '../core/base/unreachable.ts'
import type { CommentOutcome } from '../core/ports/comments.ts'
import { withClosing, type Closing } from './closing.ts'
import { hashOf, splitHidden, writeBody, type CommentState } from './comment-body.ts'
import { notWritten, outdatedBanner, refused, words } from './comment-words.ts'
import { decide, type Ending, type View, type Writing } from './decide.ts'
import type { Answer, Failure } from './failure.ts'
import type { Patience } from './patience.ts'
import { roundLine } from './round-line.ts'
import type { PostedComment, Thread } from './thread.ts'

/** What one run wants to say. */
export interface CommentDraft {
  /** Which of our comments on this pull request: letters, digits and `._/-`. */
  readonly key: string
  readonly base: string
  readonly head: string
  /** The nonce tells this run's writes from all others'. */
  readonly run: {
    readonly id: number
    readonly attempt: number
    /** By GitHub's clock, in milliseconds: asked when GitHub has answered. */
    readonly startedAt: () => number
    readonly nonce: string
  }
  /** Markdown, redacted, at most 60,000 UTF-16 units. */
  readonly content: string
  /** Asked once, when GitHub finds the content too long. */
  readonly smaller?: () => string
  /** A comment may be created. One that exists is brought up to date either way. */
  readonly create: boolean
  /** Only chooses words: some private repositories do let forks write. */
  readonly fromFork: boolean
  /** The first look, where the caller has taken it: it counts while it is fresh. */
  readonly seen?: Seen | undefined
}

export interface Seen extends View {
  readonly closing: Closing | undefined
  /** When looking began, by `performance.now`. */
  readonly at: number
}

const ROUNDS = 6
const WAITS_FOR_LIMITS = 2
/** How often a look is taken again, because it took long. */
const LOOKS = 3
/** A look that is older tells nothing of now. */
const FRESH_MS = 3_000

/** Looks, decides, writes, waits and looks again, until what stands is ours or must not be. */
export async function upsert(
  thread: Thread,
  patience: Patience,
  draft: CommentDraft,
  debug: (line: string) => void = () => undefined,
): Promise<CommentOutcome> {
  let progress: Progress = { content: draft.content, smaller: draft.smaller, limits: 0 }
  for (let round = 0; round < ROUNDS; round += 1) {
    const seen = (round === 0 ? given(draft) : undefined) ?? (await look(thread, draft, progress))
    if (seen.kind === 'failed') return progress.written ?? refused(seen.failure, draft.fromFork)

    const content = withClosing(progress.content, seen.value.closing, draft.head)
    const state = stateOf(draft, content)
    const decision = decide({ state, content, create: draft.create }, seen.value)
    debug(roundLine(round, seen.value, state, decision))
    if ('surplus' in decision) return await conclude(thread, decision, seen.value, state, progress)

    progress = { ...progress, tried: meantBy(decision, seen.value, state, progress.tried) }
    const answer = await write(thread, decision, draft, state, content, seen.value)
    if (answer.kind === 'failed') {
      const next = await recover(answer.failure, decision, progress, patience, round)
      if (next === undefined) return refused(answer.failure, draft.fromFork)
      progress = next
      continue
    }
    if (decision.kind === 'mark-outdated') {
      for (const id of decision.alsoOurs) await thread.remove(id)
      return notWritten('stale', words.superseded(state.head, seen.value.liveHead))
    }
    const { id, url } = answer.value
    progress = { ...progress, written: { kind: progress.tried ?? 'updated', id, url } }
    await patience.settle()
  }
  return notWritten('unreachable', words.unsettled)
}

type Written = Exclude<CommentOutcome, { readonly kind: 'not-written' }>

/** What has come of this run so far. */
interface Progress {
  readonly content: string
  readonly smaller: (() => string) | undefined
  /** Rate limits that were waited for. */
  readonly limits: number
  /** What was done to the comment that stands, whether or not the answer arrived. */
  readonly tried?: 'created' | 'updated'
  /** The outcome, if nothing more can be learnt. */
  readonly written?: Written
}

/** Ours may give way to a comment with a lower id that was not seen before: then that one was updated. */
function meantBy(decision: Writing, { own: [standing] }: View, { nonce }: CommentState, before: Progress['tried']) {
  if (decision.kind === 'create') return 'created'
  return standing?.state?.nonce === nonce ? (before ?? 'updated') : 'updated'
}

const isFresh = (at: number): boolean => performance.now() - at < FRESH_MS

function given({ seen }: CommentDraft): Answer<Seen> | undefined {
  if (seen === undefined || !isFresh(seen.at)) return undefined
  return { kind: 'answered', value: seen, hasNextPage: false, waited: false }
}

/** A run that is stale before it wrote anything need not read the thread. */
async function look(thread: Thread, { head }: CommentDraft, { tried }: Progress): Promise<Answer<Seen>> {
  for (let looks = 1; ; looks += 1) {
    const at = performance.now()
    const live = await thread.live()
    if (live.kind === 'failed') return live
    const { head: liveHead, closing } = live.value
    if (liveHead !== head && tried === undefined) return { ...live, value: { liveHead, closing, own: [], at } }
    const own = await thread.own()
    if (own.kind === 'failed') return own
    // Nothing is written on the strength of a head that was read before a wait.
    if ((!own.waited && isFresh(at)) || looks === LOOKS)
      return { ...own, value: { liveHead, closing, own: own.value, at } }
  }
}

async function write(
  thread: Thread,
  decision: Writing,
  { key }: CommentDraft,
  state: CommentState,
  content: string,
  view: View,
): Promise<Answer<PostedComment>> {
  switch (decision.kind) {
    case 'create':
      return await thread.create(writeBody(key, state, content))
    case 'update':
      return await thread.update(decision.id, writeBody(key, state, content))
    case 'mark-outdated':
      return await thread.update(decision.id, outdatedBody(key, state, content, view))
    default:
      return unreachable(decision)
  }
}

/** The standing one is written before the others go, so that a failure in between leaves a comment. One that cannot be deleted stays for the next run. */
async function conclude(
  thread: Thread,
  ending: Ending,
  { liveHead }: View,
  { head }: CommentState,
  { tried = 'updated' }: Progress,
): Promise<CommentOutcome> {
  for (const id of ending.surplus) await thread.remove(id)
  switch (ending.kind) {
    case 'landed':
      return { kind: tried, id: ending.comment.id, url: ending.comment.url }
    case 'unchanged':
      return { kind: 'unchanged', id: ending.comment.id, url: ending.comment.url }
    case 'stale':
      return notWritten('stale', words.stale(head, liveHead))
    case 'older-run':
      return notWritten('older-run', words.olderRun)
    case 'not-asked':
      return notWritten('not-asked', words.notAsked)
    default:
      return unreachable(ending)
  }
}

/** How the next round goes on after a write that failed or may have; undefined when no round would help. */
async function recover(
  failure: Failure,
  decision: Writing,
  progress: Progress,
  patience: Patience,
  round: number,
): Promise<Progress | undefined> {
  switch (failure.kind) {
    case 'unreachable':
      // It may have landed: the next look tells.
      await patience.backOff(round)
      return progress
    case 'limited': {
      const waited = progress.limits < WAITS_FOR_LIMITS && (await patience.outlast(failure.waitMs))
      return waited ? { ...progress, limits: progress.limits + 1 } : undefined
    }
    case 'too-long': {
      const { smaller } = progress
      return smaller === undefined ? undefined : { ...progress, content: smaller(), smaller: undefined }
    }
    case 'not-found':
      // Somebody deleted the comment meanwhile. A thread that is not found will not come back.
      return decision.kind === 'create' ? undefined : progress
    case 'unauthorized':
    case 'forbidden':
    case 'locked':
    case 'rejected':
      return undefined
    default:
      return unreachable(failure)
  }
}

function stateOf({ head, base, run }: CommentDraft, content: string): CommentState {
  const { id, attempt, startedAt, nonce } = run
  return { v: 1, head, base, run: id, attempt, t: startedAt(), nonce, hash: hashOf(content) }
}

/** Time 0 lets any later run of this head write over it, should the head come back. */
function outdatedBody(key: string, state: CommentState, content: string, { liveHead }: View): string {
  const banner = outdatedBanner(state.head, liveHead)
  const [hidden, shown] = splitHidden(content)
  const whole = writeBody(key, { ...state, t: 0 }, `${hidden}${banner}\n\n${shown}`)
  return whole.length <= LONGEST_BODY ? whole : writeBody(key, { ...state, t: 0 }, `${hidden}${banner}`)
}

/** GitHub takes 65,536 characters. */
const LONGEST_BODY = 65_000
