/** What became of the comment. */
export type CommentOutcome =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly id: number; readonly url: string }
  | { readonly kind: 'not-written'; readonly reason: NotWrittenReason; readonly because: string }

export type NotWrittenReason =
  /** No comment was asked for, or none exists and there is nothing to say. */
  | 'not-asked'
  /** The pull request has a newer head. */
  | 'stale'
  /** A newer run of the same head has written already. */
  | 'older-run'
  /** The token may not write here, or is not valid. */
  | 'forbidden'
  | 'locked'
  /** GitHub refused the text itself. */
  | 'rejected'
  /** GitHub did not answer, or asked for more patience than we have. */
  | 'unreachable'
