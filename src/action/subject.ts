import * as core from '@actions/core'
import type { GitHubClient } from '../github/client.ts'
import { readPullRequest } from '../github/pull-request.ts'
import { untrusted, type EventPullRequest, type Work } from './event.ts'
import type { ActionInputs } from './inputs.ts'

/** What a run is about. */
export interface Subject {
  /** Ids, or names that are still to be looked up. `base` undefined: the default branch. */
  readonly base: string | undefined
  readonly head: string
  /** Undefined: nothing to comment on. */
  readonly pullRequest: EventPullRequest | undefined
  readonly cloneUrl: string
  /** The repository is known to be seen by its members only. Absent: it may be public. */
  readonly isPrivate?: boolean
}

/**
 * Fails with `github.forbidden` or `github.unreachable` when the pull request must be read first and cannot, and with
 * `event.untrusted` when it turns out to be a fork's: a job that was started by hand has secrets and write access.
 */
export async function subjectOf(
  work: Extract<Work, { kind: 'pull-request' | 'pull-request-number' | 'commits' }>,
  client: GitHubClient,
  { allowUnsafeForkSql }: Pick<ActionInputs, 'allowUnsafeForkSql'>,
): Promise<Subject> {
  const { cloneUrl, defaultBranch, private: isPrivate } = work.repository
  if (work.kind === 'commits') {
    return { base: work.base ?? defaultBranch, head: work.head, pullRequest: undefined, cloneUrl, isPrivate }
  }
  const pullRequest = work.kind === 'pull-request' ? work.pull : await livePullRequest(client, work.number)
  if (work.kind === 'pull-request-number' && pullRequest.fromFork && !allowUnsafeForkSql) {
    throw untrusted('workflow_dispatch')
  }
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
