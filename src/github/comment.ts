import { randomUUID } from 'node:crypto'
import type { CommentOutcome } from '../core/ports/comments.ts'
import type { GitHubClient } from './client.ts'
import { close } from './close.ts'
import { openThread } from './thread.ts'
import type { Page } from './page.ts'
import { upsert, type CommentDraft } from './upsert.ts'

export interface CommentRequest extends Omit<CommentDraft, 'run' | 'seen'> {
  readonly pullRequest: number
  /** `startedAt`: when what is told was found out, by GitHub's clock, in milliseconds; when this job began, unless given. */
  readonly run: { readonly id: number; readonly attempt: number; readonly startedAt?: number }
  /** The page of this pull request and this key, where the caller has read it just before. */
  readonly page?: Page | undefined
}

/**
 * Puts the content into the one comment of this key, unless the pull request has moved on or a newer run has spoken.
 * Does not fail: what GitHub refuses becomes an outcome with a sentence that says what to do.
 */
export async function upsertComment(client: GitHubClient, request: CommentRequest): Promise<CommentOutcome> {
  const { page, pullRequest, key } = request
  const thread = page?.thread ?? openThread(client, pullRequest, key)
  const { id, attempt, startedAt } = request.run
  const run = { id, attempt, startedAt: () => startedAt ?? client.startedAt(), nonce: randomUUID() }
  return await upsert(thread, client.patience, { ...request, run, seen: page?.seen }, client.debug)
}

/** Says below the comment of this key that the pull request is closed. Creates none, and takes nothing away. Does not fail either. */
export async function closeComment(
  client: GitHubClient,
  { pullRequest, key }: Pick<CommentRequest, 'pullRequest' | 'key'>,
): Promise<CommentOutcome> {
  return await close(openThread(client, pullRequest, key), client.patience, client.debug)
}
