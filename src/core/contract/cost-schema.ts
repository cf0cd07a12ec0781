import { z } from 'zod'
import { amountSchema, placeFields } from './shared.ts'

const usdSchema = z.number()
const limitTypeSchema = z.enum(['max_usd', 'max_duration_ms', 'max_bytes_scanned'])
const breachFields = { limit_type: limitTypeSchema, limit: z.number(), actual: z.number() }

const movedSchema = z.enum(['rows-written', 'bytes-written', 'rows-scanned', 'bytes-scanned', 'time'])

/** Medians, and half of the wider side's range. `same`: no measurable change. */
const timeSchema = z.strictObject({
  change: z.enum(['same', 'slower', 'faster']),
  base_ms: z.number().nonnegative(),
  branch_ms: z.number().nonnegative(),
  noise_ms: z.number().nonnegative(),
  runs: z.int().positive(),
})

const reasonSchema = z.strictObject({
  code: z.enum([
    'cross-join',
    'loop-join',
    'fan-out',
    'filter-late',
    'filter-gone',
    'less-skipped',
    'columns',
    'passes',
    'new-input',
    'input-gone',
    'input-size',
  ]),
  direction: z.enum(['more', 'less']),
  message: z.string(),
  ...placeFields,
})

/** On the data as they are: growth is not billed to the pull request. */
const monthSchema = z.strictObject({
  runs: z.number().nonnegative(),
  because: z.string(),
  delta_usd: usdSchema.optional(),
  storage_usd: usdSchema.optional(),
})

/** Figures of one side that Rocky's document has no name for. Uncompressed bytes. */
const figuresSchema = z.strictObject({
  rows_scanned: amountSchema.optional(),
  bytes_written: amountSchema.optional(),
  cpu_ms: amountSchema.optional(),
  peak_memory_bytes: amountSchema.optional(),
  spilled_bytes: amountSchema.optional(),
})

export type CostFigures = z.infer<typeof figuresSchema>

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
  branch_figures: figuresSchema.optional(),
  base_figures: figuresSchema.optional(),
  /** Base was not built; its figures are those of an earlier run of the same code on the same inputs. */
  base_from_records: z.literal(true).optional(),
  /** Base was not built: its rows are proven to be head's without some columns. Of its run nothing but their number is known, unless it is from records. */
  base_derived: z.literal(true).optional(),
  time: timeSchema.optional(),
  /** Figures that are not the same on both sides; what noise explains is not among them. */
  moved: z.array(movedSchema).optional(),
  reasons: z.array(reasonSchema).optional(),
  month: monthSchema.optional(),
  /** Pull requests in a row, this one included, that make the model larger. */
  growing_for: z.int().optional(),
  /** What one build was expected to take. */
  expected_ms: amountSchema.optional(),
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
  /** How USD come about. `estimate`: what was measured here, at the price of another place. Absent: nothing has a price. */
  price: z
    .strictObject({
      kind: z.enum(['runner', 'databricks', 'snowflake', 'bigquery', 'own']),
      formula: z.string(),
      estimate: z.boolean(),
    })
    .optional(),
  summary: z.strictObject({
    total_branch_cost_usd: usdSchema.optional(),
    total_base_cost_usd: usdSchema.optional(),
    delta_usd: usdSchema.optional(),
    savings_from_copy_usd: usdSchema.optional(),
    total_branch_duration_ms: amountSchema,
    total_base_duration_ms: amountSchema,
    total_branch_bytes_scanned: amountSchema.optional(),
    models_skipped_via_copy: z.int().nonnegative(),
    month_delta_usd: usdSchema.optional(),
    preview_cost_usd: usdSchema.optional(),
    /** What reading these figures has added to the run. */
    accounting_ms: amountSchema.optional(),
  }),
  /** What was not rebuilt on head, and what one build of it would take. */
  savings: z
    .strictObject({
      models: z.int().positive(),
      copied: z.int().nonnegative(),
      proven: z.int().nonnegative(),
      cut_off: z.int().nonnegative(),
      basis: z.enum(['records', 'estimated']),
      duration_ms: amountSchema.optional(),
      usd: usdSchema.optional(),
      full_rebuild_ms: amountSchema.optional(),
      full_rebuild_usd: usdSchema.optional(),
    })
    .optional(),
  /** What was expected before anything was built; `cap_ms`: what max-cost-usd paid for. */
  expected: z
    .strictObject({
      builds: z.int().nonnegative(),
      build_ms: amountSchema,
      compare_ms: amountSchema,
      bytes: amountSchema,
      memory_bytes: amountSchema,
      basis: z.enum(['records', 'sizes']),
      cap_ms: amountSchema.optional(),
      course: z.enum(['as-asked', 'compare-within', 'plan-only']),
    })
    .optional(),
  projected_budget_breaches: z
    .array(z.strictObject({ ...breachFields, on_breach: z.enum(['warn', 'error']) }))
    .optional(),
  projected_per_model_budget_breaches: z
    .array(z.strictObject({ model_name: z.string(), ...breachFields, on_breach: z.enum(['warn', 'error']) }))
    .optional(),
  /** Limits that are at least 80 % used, and kept; without a model it is the project's. */
  budget_headroom: z.array(z.strictObject({ model_name: z.string().optional(), ...breachFields })).optional(),
})
export type CostOutput = z.infer<typeof costSchema>
