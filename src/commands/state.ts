import { usageSchema } from '../core/ports/usage.ts'
import * as z from 'zod'
import { PreviewError, errorKinds, type ErrorCode } from '../core/base/errors.ts'
import type { CommitId } from '../core/ports/git.ts'
import type { FileService } from '../core/ports/files.ts'
import type { ModelOutcome } from '../core/environment/outcome.ts'
import type { PreviewRequest } from './request.ts'

/** What `create` leaves behind for `diff` and `cost`: which commits, which warehouse, and what became of each model. */
export interface SavedPreview {
  readonly request: PreviewRequest
  readonly runId: string
  readonly outcomes: readonly ModelOutcome[]
}

const relation = z.object({ catalog: z.string().optional(), schema: z.string().optional(), table: z.string() })
const location = z.object({ path: z.string(), line: z.int().optional(), column: z.int().optional() })
const failure = z.object({
  code: z.enum(Object.keys(errorKinds) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  hint: z.string(),
  location: location.optional(),
})
const twin = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('built'),
    relation,
    delta: relation.optional(),
    intervals: z.array(z.object({ start: z.string(), end: z.string() })).optional(),
    derived: z.literal(true).optional(),
    usage: usageSchema.optional(),
  }),
  z.object({ kind: z.literal('failed'), failure }),
  z.object({ kind: z.literal('upstream-failed'), model: z.string() }),
  z.object({ kind: z.literal('not-built'), because: z.string() }),
  z.object({ kind: z.literal('absent') }),
])
const cutOff = z.object({
  inputs: z.array(z.string()),
  readFrom: z.enum(['warehouse', 'environment', 'nowhere']),
})
const instability = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rows'), because: z.string() }),
  z.object({
    kind: z.literal('columns'),
    columns: z.array(z.object({ name: z.string(), because: z.string() })),
    because: z.string(),
  }),
])
const commit = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/)
const schema = z.object({
  version: z.literal(1),
  runId: z.string(),
  commits: z.object({ base: commit, head: commit, mergeBase: commit }),
  request: z.object({
    project: z.string(),
    config: z.string(),
    models: z.string().optional(),
    warehouse: z.string().optional(),
    seed: z.string().optional(),
    name: z.string().optional(),
    env: z.record(z.string(), z.string()),
    vars: z.record(z.string(), z.string()).default({}),
    intervals: z.int().optional(),
    fullRefresh: z.boolean().optional(),
  }),
  outcomes: z.array(
    z.object({
      model: z.string(),
      base: twin,
      head: twin,
      instability: instability.optional(),
      cutOff: cutOff.optional(),
      refresh: z.object({ base: twin, head: twin }).optional(),
      history: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('built'), base: twin, head: twin }),
          z.object({ kind: z.literal('not-built'), because: z.string() }),
        ])
        .optional(),
    }),
  ),
})

/** The folder of one named preview inside the state folder. */
export function previewFolder(state: string, name: string): string {
  return `${state}/${name}`
}

/** Commits are saved as ids, so that a branch that moves on does not change what is compared. */
export async function savePreview(
  files: FileService,
  folder: string,
  { request, runId, outcomes }: SavedPreview,
  commits: { readonly base: CommitId; readonly head: CommitId; readonly mergeBase: CommitId },
): Promise<void> {
  const { project, config, models, warehouse, seed, name, env, vars, intervals, fullRefresh } = request
  const { base, head, mergeBase } = commits
  const saved: z.input<typeof schema> = {
    version: 1,
    runId,
    commits: { base, head, mergeBase },
    request: {
      project,
      config,
      models,
      warehouse,
      seed,
      name,
      env: { ...env },
      vars: { ...vars },
      intervals,
      fullRefresh,
    },
    outcomes: structuredClone(outcomes) as z.input<typeof schema>['outcomes'],
  }
  await files.write(statePath(folder), `${JSON.stringify(saved, undefined, 2)}\n`)
}

/** Fails with `state.missing` where there is no preview of that name. `limits` and the like come with today's call. */
export async function loadPreview(files: FileService, folder: string, today: PreviewRequest): Promise<SavedPreview> {
  const path = statePath(folder)
  if (!(await files.exists(path))) throw new PreviewError('state.missing', `There is no preview in ${folder}.`)
  const parsed = schema.safeParse(jsonOf(await files.read(path)))
  if (!parsed.success) throw new PreviewError('state.missing', `${path} was written by another version, or by hand.`)
  const { runId, commits, request, outcomes } = parsed.data
  return {
    runId,
    outcomes: outcomes as unknown as readonly ModelOutcome[],
    request: {
      ...today,
      ...request,
      models: request.models,
      intervals: request.intervals,
      fullRefresh: request.fullRefresh,
      // A path that starts with `./` is one of the preview's own files.
      warehouse: request.warehouse?.replace(/^\.\//, `${folder}/`),
      seed: request.seed,
      name: request.name,
      refs: {
        kind: 'commits',
        base: commits.base as CommitId,
        head: commits.head as CommitId,
        mergeBase: commits.mergeBase as CommitId,
      },
    },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function statePath(folder: string): string {
  return `${folder}/preview.json`
}
