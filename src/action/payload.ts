import { z } from 'zod'
import type { CommitId } from '../core/ports/git.ts'

/** What we read of GitHub's event payloads. Everything else in them is dropped. */

const commitId = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
  .transform((id) => id as CommitId)

const branch = z.string().min(1).max(1_000)
const id = z.number()

export const repository = z.object({
  repository: z.object({ private: z.boolean().optional(), default_branch: branch.optional() }).optional(),
})

export const pullRequest = z.object({
  action: z.string().regex(/^[a-z_]{1,60}$/),
  number: z.int().positive(),
  changes: z.object({ base: z.unknown().optional() }).optional(),
  pull_request: z.object({
    head: z.object({ sha: commitId, ref: branch, repo: z.object({ id }).nullish() }),
    base: z.object({ sha: commitId, ref: branch, repo: z.object({ id }) }),
  }),
})

export const push = z.object({ before: commitId, after: commitId, deleted: z.boolean().default(false) })

export const mergeGroup = z.object({
  action: z.string().max(60),
  merge_group: z.object({ base_sha: commitId, head_sha: commitId }),
})

export const workflowRun = z.object({
  workflow_run: z.object({
    head_repository: z.object({ id }).nullish(),
    repository: z.object({ id }),
    pull_requests: z.array(z.object({ number: z.int().positive() })).max(1_000),
  }),
})
