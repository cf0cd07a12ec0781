import { z } from 'zod'
import { PreviewError } from '../core/base/errors.ts'
import type { CommitId } from '../core/ports/git.ts'

/** What we read of GitHub's event payloads. Everything else in them is dropped. */

const commitId = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
  .transform((id) => id as CommitId)

const branch = z.string().min(1).max(1_000)
const id = z.number()

/** Null while nobody has written one. */
const description = z.string().max(1_000_000).nullish()

export const repository = z.object({
  repository: z.object({ private: z.boolean().optional(), default_branch: branch.optional() }).optional(),
})

export const pullRequest = z.object({
  action: z.string().regex(/^[a-z_]{1,60}$/),
  /** Events about a review have it in the pull request alone. */
  number: z.int().positive().optional(),
  changes: z.object({ base: z.unknown().optional(), body: z.object({ from: description }).optional() }).optional(),
  pull_request: z.object({
    number: z.int().positive().optional(),
    body: description,
    head: z.object({ sha: commitId, ref: branch, repo: z.object({ id }).nullish() }),
    base: z.object({ sha: commitId, ref: branch, repo: z.object({ id }) }),
  }),
})

export const push = z.object({ before: commitId, after: commitId, deleted: z.boolean().default(false) })

export const mergeGroup = z.object({
  action: z.string().max(60),
  merge_group: z.object({ base_sha: commitId, head_sha: commitId }),
})

/** What GitHub says of the run that started a `workflow_run` workflow. None of it comes from that run's artifacts. */
export const workflowRun = z.object({
  action: z.string().max(60),
  workflow_run: z.object({
    id: z.int().positive(),
    run_attempt: z.int().positive(),
    run_started_at: z.iso.datetime(),
    event: z.string().max(60),
    /** `.github/workflows/preview.yml` */
    path: z.string().max(1_000),
    conclusion: z.string().max(60).nullish(),
    head_sha: commitId,
    head_branch: branch.nullish(),
    head_repository: z.object({ id, owner: z.object({ login: z.string().regex(/^[\w.-]{1,100}$/) }) }).nullish(),
    repository: z.object({ id }),
  }),
})

/** Fails with `event.unsupported`. */
export function parsePayload<T>(name: string, schema: z.ZodType<T>, payload: unknown): T {
  const result = schema.safeParse(payload)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const where = issue === undefined ? '' : ` at ${issue.path.join('.')}: ${issue.message.slice(0, 200)}`
  throw notGitHubs(name, where)
}

export function notGitHubs(name: string, where: string): PreviewError {
  return new PreviewError('event.unsupported', `The payload is not what GitHub sends for ${name}${where}.`, {
    hint: 'Run the workflow on the event itself, on GitHub’s runner.',
  })
}
