import { z } from 'zod'
import type { PlannedModel } from '../plan/plan.ts'
import type { PreviewResult } from './result.ts'
import { amountSchema } from './shared.ts'

/** What was rebuilt, what was read where it is, and what nobody asked for. */
export const createSchema = z.strictObject({
  version: z.string(),
  command: z.literal('preview-create'),
  branch_name: z.string(),
  branch_schema: z.string(),
  base_ref: z.string(),
  head_ref: z.string(),
  prune_set: z.array(
    z.strictObject({
      model_name: z.string(),
      reason: z.enum(['changed', 'downstream_of_changed']),
      changed_columns: z.array(z.string()).optional(),
    }),
  ),
  copy_set: z.array(
    z.strictObject({
      model_name: z.string(),
      source_schema: z.string(),
      target_schema: z.string(),
      copy_strategy: z.enum(['view', 'ctas']),
    }),
  ),
  skipped_set: z.array(z.string()),
  run_id: z.string(),
  run_status: z.enum(['succeeded', 'partial', 'failed', 'planned']),
  duration_ms: amountSchema,
})
export type CreateOutput = z.infer<typeof createSchema>

/** The catalog of the environment in which every model can be queried under its own name. */
const headCatalog = '__head'

export function toCreateOutput(result: PreviewResult): CreateOutput {
  const { models } = result.plan
  const built = models.filter(({ placement, head }) => placement === 'prune' && head !== undefined)
  return {
    version: result.version,
    command: 'preview-create',
    branch_name: result.name,
    branch_schema: headCatalog,
    base_ref: result.refs.baseRef,
    head_ref: result.refs.headRef,
    prune_set: built.map((planned) => prunedModel(planned, result)),
    copy_set: models
      .filter(({ placement }) => placement === 'copy' || placement === 'shared')
      .map(({ name, target, placement }) => ({
        model_name: name,
        source_schema: target.schema,
        target_schema: target.schema,
        copy_strategy: placement === 'copy' ? ('view' as const) : ('ctas' as const),
      })),
    skipped_set: models.filter(({ placement }) => placement === 'skipped').map(({ name }) => name),
    run_id: result.runId,
    run_status: runStatus(result),
    duration_ms: Math.round(result.durationMs),
  }
}

function prunedModel({ name, reason }: PlannedModel, { diffs }: PreviewResult): CreateOutput['prune_set'][number] {
  if (reason !== 'changed') return { model_name: name, reason: 'downstream_of_changed' }
  const columns = diffs.find(({ model }) => model === name)?.comparison.columns ?? []
  const changed = columns.filter(({ change, rowsChanged = 0n }) => change !== 'same' || rowsChanged > 0n)
  return {
    model_name: name,
    reason,
    ...(changed.length > 0 && { changed_columns: changed.map((column) => column.name) }),
  }
}

function runStatus({ planOnly, outcomes, failures, plan }: PreviewResult): CreateOutput['run_status'] {
  if (planOnly !== undefined) return 'planned'
  const heads = outcomes.map(({ head }) => head.kind).filter((kind) => kind !== 'absent')
  const broken = failures.length > 0 || plan.failures.some(({ side }) => side === 'head')
  const built = heads.filter((kind) => kind === 'built').length
  if (built === heads.length && !broken) return 'succeeded'
  return built > 0 ? 'partial' : 'failed'
}
