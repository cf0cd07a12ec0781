import { randomUUID } from 'node:crypto'
import type { CommentOutcome } from '../core/ports/comments.ts'
import type { GitHubClient } from './client.ts'
import { openThread } from './thread.ts'
import { upsert, type CommentDraft } from './upsert.ts'

export interface CommentRequest extends Omit<CommentDraft, 'run'> {
  readonly pullRequest: number
  readonly run: { readonly id: number; readonly attempt: number }
}

/**
 * Puts the content into the one comment of this key, unless the pull request has moved on or a newer run has spoken.
 * Does not fail: what GitHub refuses becomes an outcome with a sentence that says what to do.
 */
export async function upsertComment(client: GitHubClient, request: CommentRequest): Promise<CommentOutcome> {
  const thread = await openThread(client, request.pullRequest, request.key)
  const run = { ...request.run, startedAt: client.startedAt(), nonce: randomUUID() }
  return await upsert(thread, client.patience, { ...request, run })
}
