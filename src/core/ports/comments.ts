/** What became of the comment. */
export type CommentOutcome =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly id: number; readonly url: string }
  | { readonly kind: 'not-written'; readonly because: string }
