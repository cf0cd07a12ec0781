import { connectGitHub, type GitHubClient } from '../../src/github/client.ts'
import { upsertComment, type CommentRequest } from '../../src/github/comment.ts'
import { hashOf, writeBody, type CommentState } from '../../src/github/comment-body.ts'
import type { OwnComment } from '../../src/github/decide.ts'
import type { CommentOutcome } from '../../src/core/ports/comments.ts'
import { JOB_TOKEN, type FakeGitHub } from '../support/fake-github.ts'

export const KEY = 'preview.yml/preview'
export const BASE = '0'.repeat(40)
export const HEAD = '1'.repeat(40)
export const NEWER_HEAD = '2'.repeat(40)

export function aState(changes: Partial<CommentState> & { readonly content?: string } = {}): CommentState {
  const { content = 'content', ...given } = changes
  const state = { v: 1 as const, head: HEAD, base: BASE, run: 7, attempt: 1, t: 1_000, nonce: 'mine' }
  return { ...state, hash: hashOf(content), ...given }
}

export function aComment(
  id: number,
  changes: Partial<CommentState> & { readonly content?: string } = {},
): OwnComment & { readonly state: CommentState } {
  const state = aState(changes)
  return { id, url: `http://here/${String(id)}`, body: writeBody(KEY, state, changes.content ?? 'content'), state }
}

export function connect(fake: FakeGitHub, token: string = JOB_TOKEN, timeoutMs = 20_000): GitHubClient {
  return connectGitHub(fake.environment(), token, { fetch: globalThis.fetch, timeoutMs })
}

/** One whole run against the fake, with a client of its own as every job has. */
export async function runOnce(
  fake: FakeGitHub,
  changes: Partial<CommentRequest> = {},
  token: string = JOB_TOKEN,
  timeoutMs?: number,
): Promise<CommentOutcome> {
  const request = { pullRequest: 1, key: KEY, base: BASE, head: HEAD, run: { id: 7, attempt: 1 } }
  const wish = { content: 'content', create: true, fromFork: false }
  return await upsertComment(connect(fake, token, timeoutMs), { ...request, ...wish, ...changes })
}
