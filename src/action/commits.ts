import { join } from 'node:path'
import { PreviewError } from '../core/base/errors.ts'
import type { CommitId, GitRepository } from '../core/ports/git.ts'
import type { RequestedRefs } from '../commands/request.ts'
import { mergeBase as askMergeBase, readPullRequest } from '../github/pull-request.ts'
import type { GitHubClient } from '../github/client.ts'
import type { EventPullRequest, Work } from './event.ts'

/** What will be compared, and for which pull request. */
export interface Subject {
  readonly refs: RequestedRefs
  readonly pullRequest: EventPullRequest | undefined
}

/** Finds the commits that an event is about. On a pull request the merge base is GitHub's: a shallow clone does not know it. */
export async function subjectOf(work: Exclude<Work, { kind: 'nothing-to-do' }>, client: GitHubClient, checkout: GitRepository): Promise<Subject> {
  if (work.kind === 'commits') {
    return { refs: { kind: 'named', base: work.base ?? work.repository.defaultBranch, head: work.head }, pullRequest: undefined }
  }
  const pull = work.kind === 'pull-request' ? work.pull : await livePullRequest(client, work.number)
  const { base, head } = pull
  const mergeBase = await mergeBaseOf(client, checkout, base, head)
  return { refs: { kind: 'commits', base, head, mergeBase }, pullRequest: pull }
}

async function livePullRequest(client: GitHubClient, number: number): Promise<EventPullRequest> {
  const { base, head, fromFork } = await readPullRequest(client, number)
  return { number, base: base.commit, head: head.commit, baseBranch: base.branch, headBranch: head.branch, fromFork }
}

/** A full clone can answer when GitHub cannot. */
async function mergeBaseOf(client: GitHubClient, checkout: GitRepository, base: CommitId, head: CommitId): Promise<CommitId> {
  try {
    return await askMergeBase(client, base, head)
  } catch (error) {
    const known = await localMergeBase(checkout, base, head)
    if (known === undefined || !(error instanceof PreviewError)) throw error
    return known
  }
}

async function localMergeBase(checkout: GitRepository, base: CommitId, head: CommitId): Promise<CommitId | undefined> {
  return (await checkout.has(base)) && (await checkout.has(head)) ? checkout.mergeBase(base, head) : undefined
}

/** The commits whose trees will be read and that the checkout lacks. */
export async function missingCommits(checkout: GitRepository, refs: RequestedRefs): Promise<readonly CommitId[]> {
  if (refs.kind === 'named') return []
  const missing: CommitId[] = []
  for (const commit of new Set([refs.mergeBase, refs.head])) if (!(await checkout.has(commit))) missing.push(commit)
  return missing
}

/** Where fetched commits go: never into the checkout. */
export function privateGitFolder(temporaryFolder: string): string {
  return join(temporaryFolder, 'fetched.git')
}
