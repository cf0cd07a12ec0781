import { z } from 'zod'
import { PreviewError } from '../core/base/errors.ts'
import type { CommitId } from '../core/ports/git.ts'
import type { GitHubClient } from './client.ts'
import type { Closing } from './closing.ts'
import { toPreviewError, type Answer } from './failure.ts'

/** A pull request as it is now, whatever the event said. */
export interface PullRequest {
  readonly number: number
  /** Undefined while it is open. */
  readonly closing: Closing | undefined
  readonly draft: boolean
  readonly locked: boolean
  /** Anybody's words; empty where nobody has written any. */
  readonly description: string
  readonly head: PullRequestSide
  readonly base: PullRequestSide
  /** The head's repository is another one than the base's, or is gone. */
  readonly fromFork: boolean
}

export interface PullRequestSide {
  readonly commit: CommitId
  readonly branch: string
  /** Undefined when the repository was deleted. */
  readonly repositoryId: number | undefined
}

/** Fails with `github.forbidden` or `github.unreachable`. */
export async function readPullRequest(client: GitHubClient, number: number): Promise<PullRequest> {
  const answer = await fetchPullRequest(client, number)
  if (answer.kind === 'answered') return answer.value
  throw toPreviewError(`Pull request ${String(number)} could not be read`, answer.failure)
}

/** The commit that head's branch left base at. Fails with `git.no-merge-base`, `github.forbidden` or `github.unreachable`. */
export async function mergeBase(client: GitHubClient, base: CommitId, head: CommitId): Promise<CommitId> {
  const route = 'GET /repos/{owner}/{repo}/compare/{basehead}'
  const parameters = { basehead: `${base}...${head}`, per_page: 1 }
  const answer = await client.send({ route, parameters, repeatable: true }, comparison)
  if (answer.kind === 'answered') return answer.value.merge_base_commit.sha
  const what = `${base.slice(0, 7)} and ${head.slice(0, 7)} could not be compared`
  if (answer.failure.kind !== 'not-found') throw toPreviewError(what, answer.failure)
  throw new PreviewError('git.no-merge-base', `${what}: ${answer.failure.message}`, {
    hint: 'Give the job `permissions: contents: read`. If it has that, the two share no commit: rebase the branch onto its base.',
  })
}

/** The commit that a branch, a tag or part of an id names; undefined when it names none. Fails with `github.forbidden` or `github.unreachable`. */
export async function findCommit(client: GitHubClient, name: string): Promise<CommitId | undefined> {
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}'
  const answer = await client.send({ route, parameters: { ref: name, per_page: 1 }, repeatable: true }, commit)
  if (answer.kind === 'answered') return answer.value.sha
  // A name that is no commit's is 422.
  if (answer.failure.kind === 'not-found' || answer.failure.kind === 'rejected') return undefined
  throw toPreviewError(`"${name}" could not be looked up`, answer.failure)
}

/** The same, for those who have something to do when it fails. */
export async function fetchPullRequest(client: GitHubClient, number: number): Promise<Answer<PullRequest>> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}'
  return await client.send({ route, parameters: { pull_number: number }, repeatable: true }, pullRequest)
}

/** The newest hundred whose head is this branch of this owner's repository, a fork or not. Fails with `github.forbidden` or `github.unreachable`. */
export async function findPullRequests(
  client: GitHubClient,
  { owner, branch, state }: { readonly owner: string; readonly branch: string; readonly state: 'open' | 'closed' },
): Promise<readonly PullRequest[]> {
  const route = 'GET /repos/{owner}/{repo}/pulls'
  const parameters = { state, head: `${owner}:${branch}`, per_page: 100 }
  const answer = await client.send({ route, parameters, repeatable: true }, z.array(pullRequest))
  if (answer.kind === 'answered') return answer.value
  throw toPreviewError('The pull requests of this commit could not be looked up', answer.failure)
}

const commitId = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
  .transform((id) => id as CommitId)

const side = z
  .object({ sha: commitId, ref: z.string(), repo: z.object({ id: z.number() }).nullish() })
  .transform(({ sha, ref, repo }): PullRequestSide => ({ commit: sha, branch: ref, repositoryId: repo?.id }))

const pullRequest = z
  .object({
    number: z.number(),
    state: z.string(),
    merged_at: z.string().nullish(),
    closed_at: z.string().nullish(),
    draft: z.boolean().optional(),
    locked: z.boolean().optional(),
    body: z.string().nullish(),
    head: side,
    base: side,
  })
  .transform(({ number, state, draft = false, locked = false, body, head, base, ...ended }): PullRequest => {
    const fromFork = head.repositoryId === undefined || head.repositoryId !== base.repositoryId
    const merged = (ended.merged_at ?? undefined) !== undefined
    const at = ended.merged_at ?? ended.closed_at ?? undefined
    const closing = state === 'open' ? undefined : { merged, at, head: head.commit }
    return { number, closing, draft, locked, description: body ?? '', head, base, fromFork }
  })

const commit = z.object({ sha: commitId })

const comparison = z.object({ merge_base_commit: z.object({ sha: commitId }) })
