import * as core from '@actions/core'
import type { GitHubClient } from '../github/client.ts'
import { readPullRequest } from '../github/pull-request.ts'
import type { EventPullRequest, Work } from './event.ts'
import type { ActionInputs } from './inputs.ts'

/** What a run is about. */
export interface Subject {
  /** Ids, or names that are still to be looked up. `base` undefined: the default branch. */
  readonly base: string | undefined
  readonly head: string
  /** Undefined: nothing to comment on. */
  readonly pullRequest: EventPullRequest | undefined
  readonly cloneUrl: string
  /** Known to be seen by its members only. */
  readonly isPrivate: boolean
}

/** Fails with `github.forbidden` or `github.unreachable` when the pull request must be read first and cannot. */
export async function subjectOf(
  work: Exclude<Work, { kind: 'nothing-to-do' }>,
  client: GitHubClient,
): Promise<Subject> {
  const { cloneUrl, defaultBranch, private: isPrivate } = work.repository
  if (work.kind === 'commits') {
    return { base: work.base ?? defaultBranch, head: work.head, pullRequest: undefined, cloneUrl, isPrivate }
  }
  const pullRequest = work.kind === 'pull-request' ? work.pull : await livePullRequest(client, work.number)
  return { base: pullRequest.base, head: pullRequest.head, pullRequest, cloneUrl, isPrivate }
}

/** A comment that names its pull request must be about that pull request's commits. */
export function sayWhatIsIgnored({ base, head }: ActionInputs, { pullRequest }: Subject): void {
  const ignored = [base === undefined ? '' : 'base', head === undefined ? '' : 'head'].filter((name) => name !== '')
  if (pullRequest === undefined || ignored.length === 0) return
  const inputs = ignored.map((name) => `\`${name}\``).join(' and ')
  core.notice(
    `Ignored: ${inputs}. A pull request is compared at its newest commit, with where its branch left the base.`,
  )
}

async function livePullRequest(client: GitHubClient, number: number): Promise<EventPullRequest> {
  const { base, head, fromFork } = await readPullRequest(client, number)
  return { number, base: base.commit, head: head.commit, baseBranch: base.branch, headBranch: head.branch, fromFork }
}
