import { byText } from '../core/base/compare.ts'
import { readContent, sameContent, type CommentState } from './comment-body.ts'

/** A comment with our marker that our account wrote. */
export interface OwnComment {
  readonly id: number
  readonly url: string
  readonly body: string
  readonly state: CommentState | undefined
}

/** What one run wants to say, and may. */
export interface Wish {
  readonly state: CommentState
  readonly content: string
  /** A comment may be created; one that exists is brought up to date either way. */
  readonly create: boolean
}

/** The pull request and its thread, as read just now. */
export interface View {
  readonly liveHead: string
  /** In ascending order of id. */
  readonly own: readonly OwnComment[]
}

export type Decision = Writing | Ending

/** Something to write, after which the thread must be looked at again. */
export type Writing =
  | { readonly kind: 'create' }
  | { readonly kind: 'update'; readonly id: number }
  /** Ours came late: the head has moved, and nobody has written since. `alsoOurs`: others that this run made, to delete. */
  | { readonly kind: 'mark-outdated'; readonly id: number; readonly alsoOurs: readonly number[] }

/** Nothing more to write. `surplus`: comments to delete, because one with a lower id stays. */
export type Ending =
  | { readonly kind: 'landed' | 'unchanged'; readonly comment: OwnComment; readonly surplus: readonly number[] }
  | { readonly kind: 'stale' | 'older-run' | 'not-asked'; readonly surplus: readonly number[] }

/**
 * GitHub has no compare-and-swap, so runs that race cannot exclude each other; they converge. The lowest id is a fact of
 * the thread that all of them see, so the comment that has it stays. Each run looks again after it wrote.
 */
export function decide({ state, content, create }: Wish, { liveHead, own }: View): Decision {
  const [standing, ...others] = own
  const isOurs = (comment: OwnComment) => comment.state?.nonce === state.nonce
  if (liveHead !== state.head) {
    const alsoOurs = ids(others.filter(isOurs))
    if (standing !== undefined && isOurs(standing)) return { kind: 'mark-outdated', id: standing.id, alsoOurs }
    return { kind: 'stale', surplus: alsoOurs }
  }
  if (standing === undefined) return create ? { kind: 'create' } : { kind: 'not-asked', surplus: [] }
  const surplus = ids(others)
  if (isOurs(standing) && standing.state?.hash === state.hash) return { kind: 'landed', comment: standing, surplus }
  if (standing.state?.head === state.head) {
    if (inOrder(standing.state, state) > 0) return { kind: 'older-run', surplus }
    if (sameContent(readContent(standing.body), content)) return { kind: 'unchanged', comment: standing, surplus }
  }
  // A state of another head orders nothing: that head is not live, and ours is.
  return { kind: 'update', id: standing.id }
}

/** Runs of one head by the time they began; later is greater. The nonce makes the order total, so that two of one second do not take turns. */
export function inOrder(a: CommentState, b: CommentState): number {
  return a.t - b.t || a.run - b.run || a.attempt - b.attempt || byText(a.nonce, b.nonce)
}

function ids(comments: readonly OwnComment[]): readonly number[] {
  return comments.map((comment) => comment.id)
}
