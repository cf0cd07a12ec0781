import { PreviewError } from '../core/base/errors.ts'
import type { CommitId, GitRepository } from '../core/ports/git.ts'
import type { RequestedRefs } from '../commands/request.ts'
import { isObjectId, parseRef } from '../git/ref.ts'
import type { GitHubClient } from '../github/client.ts'
import { findCommit, mergeBase as askMergeBase } from '../github/pull-request.ts'
import type { Subject } from './subject.ts'

export type Commits = Extract<RequestedRefs, { readonly kind: 'commits' }>

/** The commits to compare. A shallow clone knows few names and no merge base, so GitHub is asked for what it lacks. */
export async function commitsOf(
  subject: Subject,
  client: GitHubClient,
  checkout: GitRepository | undefined,
): Promise<Commits> {
  const head = await commitOf(subject.head, client, checkout)
  const base = subject.base === undefined ? await defaultBranch(client) : await commitOf(subject.base, client, checkout)
  return { kind: 'commits', base, head, mergeBase: await mergeBaseOf(client, checkout, base, head) }
}

/** Ids are taken at their word. Names mean what the checkout says, else what GitHub says. */
async function commitOf(name: string, client: GitHubClient, checkout: GitRepository | undefined): Promise<CommitId> {
  if (isObjectId(name)) return name as CommitId
  parseRef(name)
  const tried = checkout === undefined ? undefined : await checkout.resolve(name).catch(unknown)
  if (typeof tried === 'string') return tried
  const commit = await findCommit(client, name)
  if (commit !== undefined) return commit
  throw tried ?? new PreviewError('git.unknown-ref', `"${name}" names no commit of this repository.`)
}

async function defaultBranch(client: GitHubClient): Promise<CommitId> {
  const commit = await findCommit(client, 'HEAD')
  if (commit !== undefined) return commit
  throw new PreviewError('git.unknown-ref', 'The default branch of this repository was not found.', {
    hint: 'Name what to compare with in the input `base`.',
  })
}

/** A full clone can answer when GitHub cannot. */
async function mergeBaseOf(
  client: GitHubClient,
  checkout: GitRepository | undefined,
  base: CommitId,
  head: CommitId,
): Promise<CommitId> {
  if (base === head) return head
  try {
    return await askMergeBase(client, base, head)
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error
    const known = await localMergeBase(checkout, base, head)
    if (known === undefined) throw error
    return known
  }
}

async function localMergeBase(
  checkout: GitRepository | undefined,
  base: CommitId,
  head: CommitId,
): Promise<CommitId | undefined> {
  if (checkout === undefined || !(await checkout.has(base)) || !(await checkout.has(head))) return undefined
  return checkout.mergeBase(base, head)
}

function unknown(error: unknown): PreviewError {
  if (error instanceof PreviewError && error.code === 'git.unknown-ref') return error
  throw error
}
