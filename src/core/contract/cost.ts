import { z } from 'zod'
import type { BudgetBreach, CostReport, ModelCost } from '../cost/cost.ts'
import type { PreviewResult } from './result.ts'
import { amountSchema, type Render } from './shared.ts'

const usdSchema = z.number()
const limitTypeSchema = z.enum(['max_usd', 'max_duration_ms', 'max_bytes_scanned'])
const breachFields = { limit_type: limitTypeSchema, limit: z.number(), actual: z.number() }

/** A duration of 0 stands for "not run on this side", as in Rocky's documents; rows and bytes are then absent. */
const modelCostSchema = z.strictObject({
  model_name: z.string(),
  skipped_via_copy: z.boolean(),
  branch_duration_ms: amountSchema,
  base_duration_ms: amountSchema,
  branch_cost_usd: usdSchema.optional(),
  base_cost_usd: usdSchema.optional(),
  delta_usd: usdSchema.optional(),
  branch_bytes_scanned: amountSchema.optional(),
  base_bytes_scanned: amountSchema.optional(),
  branch_rows: amountSchema.optional(),
  base_rows: amountSchema.optional(),
})

/** What a run costs on each side, by model in alphabetical order. */
export const costSchema = z.strictObject({
  version: z.string(),
  command: z.literal('preview-cost'),
  branch_name: z.string(),
  base_run_id: z.string().optional(),
  branch_run_id: z.string(),
  markdown: z.string(),
  per_model: z.array(modelCostSchema),
  summary: z.strictObject({
    total_branch_cost_usd: usdSchema.optional(),
    total_base_cost_usd: usdSchema.optional(),
    delta_usd: usdSchema.optional(),
    savings_from_copy_usd: usdSchema.optional(),
    total_branch_duration_ms: amountSchema,
    total_base_duration_ms: amountSchema,
    total_branch_bytes_scanned: amountSchema.optional(),
    models_skipped_via_copy: z.int().nonnegative(),
  }),
  projected_budget_breaches: z
    .array(z.strictObject({ ...breachFields, on_breach: z.enum(['warn', 'error']) }))
    .optional(),
  projected_per_model_budget_breaches: z
    .array(z.strictObject({ model_name: z.string(), ...breachFields, on_breach: z.enum(['warn', 'error']) }))
    .optional(),
})
export type CostOutput = z.infer<typeof costSchema>

export function toCostOutput(result: PreviewResult, render: Render<CostOutput>): CostOutput {
  const { models, totals, breaches } = result.cost
  const ofProject = breaches.filter(({ model }) => model === undefined)
  const ofModels = breaches.filter(({ model }) => model !== undefined)
  const unmarked = {
    version: result.version,
    command: 'preview-cost',
    branch_name: result.name,
    branch_run_id: result.runId,
    per_model: models.map(modelCost),
    summary: summaryOf(totals),
    ...(ofProject.length > 0 && { projected_budget_breaches: ofProject.map(breachOf) }),
    ...(ofModels.length > 0 && {
      projected_per_model_budget_breaches: ofModels.map((b) => ({ model_name: b.model ?? '', ...breachOf(b) })),
    }),
  } as const
  return { ...unmarked, markdown: render(unmarked) }
}

function modelCost(cost: ModelCost): CostOutput['per_model'][number] {
  const { model, skippedViaCopy, base, head, baseUsd, headUsd, deltaUsd } = cost
  return {
    model_name: model,
    skipped_via_copy: skippedViaCopy,
    branch_duration_ms: Math.round(head?.durationMs ?? 0),
    base_duration_ms: Math.round(base?.durationMs ?? 0),
    ...(headUsd !== undefined && { branch_cost_usd: headUsd }),
    ...(baseUsd !== undefined && { base_cost_usd: baseUsd }),
    ...(deltaUsd !== undefined && { delta_usd: deltaUsd }),
    ...(head?.bytesScanned !== undefined && { branch_bytes_scanned: Math.round(head.bytesScanned) }),
    ...(base?.bytesScanned !== undefined && { base_bytes_scanned: Math.round(base.bytesScanned) }),
    ...(head?.rows !== undefined && { branch_rows: Math.round(head.rows) }),
    ...(base?.rows !== undefined && { base_rows: Math.round(base.rows) }),
  }
}

function summaryOf(totals: CostReport['totals']): CostOutput['summary'] {
  const { headUsd, baseUsd, deltaUsd, savingsFromCopyUsd, headBytesScanned } = totals
  return {
    ...(headUsd !== undefined && { total_branch_cost_usd: headUsd }),
    ...(baseUsd !== undefined && { total_base_cost_usd: baseUsd }),
    ...(deltaUsd !== undefined && { delta_usd: deltaUsd }),
    ...(savingsFromCopyUsd !== undefined && { savings_from_copy_usd: savingsFromCopyUsd }),
    total_branch_duration_ms: Math.round(totals.headDurationMs),
    total_base_duration_ms: Math.round(totals.baseDurationMs),
    ...(headBytesScanned !== undefined && { total_branch_bytes_scanned: Math.round(headBytesScanned) }),
    models_skipped_via_copy: totals.modelsSkippedViaCopy,
  }
}

const breachOf = ({ limitType, limit, actual, onBreach }: BudgetBreach) => ({
  limit_type: limitType,
  limit,
  actual,
  on_breach: onBreach,
})
