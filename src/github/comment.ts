import { randomUUID } from 'node:crypto'
import type { CommentOutcome } from '../core/ports/comments.ts'
import type { GitHubClient } from './client.ts'
import { close } from './close.ts'
import { openThread } from './thread.ts'
import { upsert, type CommentDraft } from './upsert.ts'

export interface CommentRequest extends Omit<CommentDraft, 'run'> {
  readonly pullRequest: number
  /** `startedAt`: when what is told was found out, by GitHub's clock, in milliseconds; when this job began, unless given. */
  readonly run: { readonly id: number; readonly attempt: number; readonly startedAt?: number }
}

/**
 * Puts the content into the one comment of this key, unless the pull request has moved on or a newer run has spoken.
 * Does not fail: what GitHub refuses becomes an outcome with a sentence that says what to do.
 */
export async function upsertComment(client: GitHubClient, request: CommentRequest): Promise<CommentOutcome> {
  const thread = await openThread(client, request.pullRequest, request.key)
  const run = { startedAt: client.startedAt(), ...request.run, nonce: randomUUID() }
  return await upsert(thread, client.patience, { ...request, run }, client.debug)
}

/** Says below the comment of this key that the pull request is closed. Creates none, and takes nothing away. Does not fail either. */
export async function closeComment(
  client: GitHubClient,
  { pullRequest, key }: Pick<CommentRequest, 'pullRequest' | 'key'>,
): Promise<CommentOutcome> {
  return await close(await openThread(client, pullRequest, key), client.patience, client.debug)
}
