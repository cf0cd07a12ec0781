import { z } from 'zod'
import type { ModelRow } from './model.ts'
import type { Notice } from '../base/notice.ts'
import type { PreviewError } from '../base/errors.ts'
import { DATA_ORIGINS, type PreviewResult } from './result.ts'
import { amountSchema, commitSchema, failureSchema, noticeSchema, toPlace, type Render } from './shared.ts'
import { costSchema, toCostOutput, type CostOutput } from './cost.ts'
import { createSchema, toCreateOutput } from './create.ts'
import { diffSchema, toDiffOutput, type DiffOutput } from './diff.ts'
import { brokenDeclarations, expectationsSchema, toExpectations } from './expectations.ts'
import { failsChecks, headlineOf } from './headline.ts'
import { judge } from './judge.ts'
import { modelSchema, toModelRow } from './model.ts'
import { seedChangeSchema, toSeedChange } from './seed-change.ts'
import { sourceSchema, toSources } from './sources.ts'
import { underPolicy } from './values.ts'

/** Create, diff and cost in one document, with one row a model of either side. The comment is rendered from it alone. */
export const runSchema = z.strictObject({
  version: z.string(),
  command: z.literal('preview-run'),
  verdict: z.enum(['unchanged', 'changed', 'incomplete', 'failed']),
  headline: z.string(),
  refs: z.strictObject({ base: commitSchema, head: commitSchema, merge_base: commitSchema }),
  /** Why no data were read, and how to get some. */
  plan_only: z.strictObject({ because: z.string(), remedy: z.array(z.string()) }).optional(),
  /** Where the data come from: `named` by the caller, base's `rocky.toml`'s, `tracked` by git, or the seed's. Absent: none were read. */
  data_origin: z.enum(DATA_ORIGINS).optional(),
  /** What a build would do; of a dry run. */
  steps: z
    .array(
      z.strictObject({
        model_name: z.string(),
        side: z.enum(['base', 'head']),
        writes: z.enum(['all', 'delta']),
        sql: z.string(),
      }),
    )
    .optional(),
  /** Why the model that was asked about stands in its set, and what leads there. */
  explanation: z.strictObject({ model_name: z.string(), because: z.string(), path: z.array(z.string()) }).optional(),
  create: createSchema,
  diff: diffSchema,
  cost: costSchema,
  models: z.array(modelSchema),
  /** What the change of the seed does by itself: base's code on base's seed against the same code on head's. */
  seed_change: seedChangeSchema.optional(),
  /** The texts of the edited models, for a report that shows them side by side. */
  sources: z.array(sourceSchema).optional(),
  /** What the pull request declares, and what came of it. */
  expectations: expectationsSchema.optional(),
  notices: z.array(noticeSchema),
  failures: z.array(failureSchema),
  markdown: z.string(),
  duration_ms: amountSchema,
})
export type RunOutput = z.infer<typeof runSchema>

/** What writes the `markdown` of each document: the report is to the right of the contract, so it is handed in. */
export interface Renderers {
  readonly diff: Render<DiffOutput>
  readonly cost: Render<CostOutput>
  readonly run: Render<RunOutput>
}

export function toRunOutput(result: PreviewResult, renderers: Renderers): RunOutput {
  const { values = { kind: 'all' } } = result
  const { plan, planOnly, steps, explanation, refs, failures } = result
  const judged = judge(result)
  const { expectations, declaredOf } = toExpectations(result.expectations, judged)
  const models = judged.map((model): ModelRow => ({ ...toModelRow(model), ...declaredOf(model) }))
  const broken = brokenDeclarations(expectations)
  const sources = toSources(plan.models)
  const document = {
    version: result.version,
    command: 'preview-run',
    verdict: runVerdict(models, failures.length + broken),
    headline: headlineOf(models, failures, planOnly === undefined ? 'measured' : 'plan-only', broken),
    refs: { base: refs.base, head: refs.head, merge_base: refs.mergeBase },
    ...(planOnly !== undefined && { plan_only: { because: planOnly.because, remedy: [...planOnly.remedy] } }),
    ...(result.dataOrigin !== undefined && { data_origin: result.dataOrigin }),
    ...(steps !== undefined && {
      steps: steps.map(({ model, side, writes, sql }) => ({ model_name: model, side, writes, sql })),
    }),
    ...(explanation !== undefined && {
      explanation: { model_name: explanation.model, because: explanation.because, path: [...explanation.path] },
    }),
    create: toCreateOutput(result),
    diff: toDiffOutput(result, (own) => renderers.diff(underPolicy(own, values))),
    cost: toCostOutput(result, (own) => renderers.cost(underPolicy(own, values))),
    models,
    ...(result.seedChange !== undefined && { seed_change: toSeedChange(result.seedChange) }),
    ...(sources.length > 0 && { sources }),
    ...(expectations !== undefined && { expectations }),
    notices: distinct([...plan.notices, ...result.notices].map(noticeOf)),
    failures: failures.map(failureOf),
    duration_ms: Math.round(result.durationMs),
  } as const
  const unmarked = underPolicy(document, values)
  return { ...unmarked, markdown: renderers.run(unmarked) }
}

/** The worst that was seen: failed, changed, incomplete, unchanged. */
function runVerdict(models: readonly ModelRow[], failures: number): RunOutput['verdict'] {
  const verdicts = new Set(models.map(({ verdict }) => verdict))
  if (failures > 0 || verdicts.has('failed') || models.some(failsChecks)) return 'failed'
  if (verdicts.has('changed') || verdicts.has('added') || verdicts.has('removed')) return 'changed'
  return verdicts.has('not_checked') ? 'incomplete' : 'unchanged'
}

const noticeOf = ({ code, message, location }: Notice) => ({ code, message, ...toPlace(location) })

/** A notice of the plan may be among those of the run. */
function distinct<T>(notices: readonly T[]): T[] {
  return [...new Map(notices.map((notice) => [JSON.stringify(notice), notice])).values()]
}

const failureOf = ({ code, blame, message, hint, location }: PreviewError) => ({
  code,
  blame,
  message,
  hint,
  ...toPlace(location),
})
