import { PreviewError } from '../../core/base/errors.ts'
import type { CommitId } from '../../core/ports/git.ts'
import type { GitHubClient } from '../../github/client.ts'
import { findPullRequests, type PullRequest } from '../../github/pull-request.ts'
import { readEvent, type EventPullRequest } from '../event.ts'
import type { Environment } from '../inputs.ts'
import { parsePayload, workflowRun } from '../payload.ts'

/** The run that made the report, as GitHub's event tells of it. Nothing of it comes from the report. */
export interface Producer {
  readonly id: number
  readonly attempt: number
  /** By GitHub's clock, in milliseconds; undefined where it is this very run. */
  readonly startedAt: number | undefined
  readonly result: string
  readonly head: CommitId
  /** Open ones whose newest commit is `head`. */
  readonly candidates: () => Promise<readonly EventPullRequest[]>
  /** Numbers of those that are closed and ended at `head`. */
  readonly closed: () => Promise<readonly number[]>
}

export interface Given {
  readonly workflow: string
  readonly result: string
}

/** Fails with `event.unsupported`, `event.untrusted` or `input.invalid`. Undefined: a run that is none of ours to tell about. */
export function producerOf(
  payload: unknown,
  environment: Environment,
  given: Given,
  client: GitHubClient,
): Producer | undefined {
  const event = environment['GITHUB_EVENT_NAME'] ?? ''
  if (event === 'workflow_run') return anotherWorkflow(payload, environment, given, client)
  if (event === 'pull_request') return thisWorkflow(payload, environment, given)
  const message = `The event is "${event.slice(0, 60)}"; expected workflow_run, or pull_request.`
  throw new PreviewError('event.unsupported', message, {
    hint: 'The comment entry follows a preview: see examples/workflows/fork-comment.yml and hardened.yml.',
  })
}

/** Whoever can open a pull request can name a workflow like ours, so its path is what counts. */
function anotherWorkflow(
  payload: unknown,
  environment: Environment,
  { workflow }: Given,
  client: GitHubClient,
): Producer | undefined {
  const { action, workflow_run: run } = parsePayload('workflow_run', workflowRun, payload)
  if (workflow === '') {
    throw new PreviewError('input.invalid', 'Input `workflow` is empty; on workflow_run it names the preview’s file.', {
      hint: 'Give the path of the workflow that makes the preview, for example .github/workflows/preview.yml.',
    })
  }
  const path = run.path.replace(/@.*$/, '')
  if (path !== workflow) {
    throw new PreviewError(
      'event.untrusted',
      `The run is of ${path.slice(0, 200)}, not of ${workflow}: it is not shown.`,
    )
  }
  const { head_repository: repository, head_branch: headBranch, head_sha: head } = run
  if (action !== 'completed' || run.event !== 'pull_request' || !repository || !headBranch) return undefined
  const { id, owner } = repository
  const found = async (state: 'open' | 'closed'): Promise<readonly PullRequest[]> => {
    const pulls = await findPullRequests(client, { owner: owner.login, branch: headBranch, state })
    return pulls.filter((pull) => pull.head.commit === head && pull.head.repositoryId === id)
  }
  const own = Math.max(1, Number(environment['GITHUB_RUN_ATTEMPT'] ?? 1) || 1)
  return {
    id: run.id,
    attempt: run.run_attempt,
    // Whole seconds; a re-run of this workflow comes after its first attempt, and before the next second.
    startedAt: Date.parse(run.run_started_at) + Math.min(own - 1, 999),
    result: run.conclusion ?? '',
    head,
    candidates: async () => {
      const open = await found('open')
      return open.map(({ number, base, fromFork }) => ({
        number,
        base: base.commit,
        head,
        baseBranch: base.branch,
        headBranch,
        fromFork,
      }))
    },
    closed: async () => (await found('closed')).map(({ number }) => number),
  }
}

/** The job before this one made the report. */
function thisWorkflow(payload: unknown, environment: Environment, { result }: Given): Producer | undefined {
  const asked = { prNumber: undefined, base: undefined, head: undefined, allowUnsafeForkSql: false }
  const work = readEvent('pull_request', payload, environment, asked)
  if (work.kind !== 'pull-request' && work.kind !== 'closed-pull-request') return undefined
  const isOpen = work.kind === 'pull-request'
  return {
    id: Number(environment['GITHUB_RUN_ID'] ?? 0),
    attempt: Number(environment['GITHUB_RUN_ATTEMPT'] ?? 1),
    startedAt: undefined,
    result,
    head: isOpen ? work.pull.head : work.head,
    candidates: () => Promise.resolve(isOpen ? [work.pull] : []),
    closed: () => Promise.resolve(isOpen ? [] : [work.number]),
  }
}
