import { z } from 'zod'
import type { CutOff } from '../environment/outcome.ts'
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
  const cutOff = new Map(result.outcomes.flatMap(({ model, cutOff: cut }) => (cut === undefined ? [] : [[model, cut]])))
  const built = models.filter(
    ({ name, placement, head }) => placement === 'prune' && head !== undefined && !cutOff.has(name),
  )
  const how = ({ name, placement }: PlannedModel): Copying | undefined => {
    const cut = cutOff.get(name)
    if (cut !== undefined) return COPYING[cut.readFrom]
    return placement === 'copy' ? 'view' : placement === 'shared' ? 'ctas' : undefined
  }
  return {
    version: result.version,
    command: 'preview-create',
    branch_name: result.name,
    branch_schema: headCatalog,
    base_ref: result.refs.baseRef,
    head_ref: result.refs.headRef,
    prune_set: built.map((planned) => prunedModel(planned, result)),
    copy_set: models.flatMap((model) => {
      const strategy = how(model)
      const { schema } = model.target
      if (strategy === undefined) return []
      return [{ model_name: model.name, source_schema: schema, target_schema: schema, copy_strategy: strategy }]
    }),
    skipped_set: models
      .filter((model) => (model.placement !== 'prune' || cutOff.has(model.name)) && how(model) === undefined)
      .map(({ name }) => name),
    run_id: result.runId,
    run_status: runStatus(result),
    duration_ms: Math.round(result.durationMs),
  }
}

type Copying = CreateOutput['copy_set'][number]['copy_strategy']

/** How a model that was cut off can be read; undefined: nobody asked for it. */
const COPYING = { warehouse: 'view', environment: 'ctas', nowhere: undefined } as const satisfies Record<
  CutOff['readFrom'],
  Copying | undefined
>

function prunedModel(
  { name, reason, effect }: PlannedModel,
  { diffs }: PreviewResult,
): CreateOutput['prune_set'][number] {
  const columns = diffs.find(({ model }) => model === name)?.comparison.columns ?? []
  const measured = columns
    .filter(({ change, rowsChanged = 0n }) => change !== 'same' || rowsChanged > 0n)
    .map((column) => column.name)
  // Where rows may differ every column may, and naming them all would tell nothing.
  const planned = effect === undefined || effect.rows ? [] : effect.columns
  const changed = measured.length > 0 ? measured : [...planned]
  return {
    model_name: name,
    reason: reason === 'changed' ? 'changed' : 'downstream_of_changed',
    ...(changed.length > 0 && { changed_columns: changed }),
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
