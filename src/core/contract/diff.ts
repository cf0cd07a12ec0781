import { z } from 'zod'
import type { Comparison, ColumnDiff } from '../diff/result.ts'
import { measuredMethods } from '../diff/result.ts'
import type { Judged } from './judge.ts'
import type { PreviewResult } from './result.ts'
import { boundOf } from './verdict.ts'
import { countSchema, sampleSchema, toCount, toSample, type Render } from './shared.ts'
import { judge } from './judge.ts'

const rowsSchema = z.strictObject({
  rows_added: countSchema,
  rows_removed: countSchema,
  rows_changed: countSchema,
  samples: z.array(sampleSchema).optional(),
})

/** Tagged by `kind`, and a strict consumer knows these two only: every exhaustive method goes out as "bisection". */
const algorithmSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sampled'),
    sampled: rowsSchema,
    sampling_window: z.strictObject({
      ordered_by: z.string(),
      limit: z.int().nonnegative(),
      coverage: z.string(),
      coverage_warning: z.boolean(),
    }),
  }),
  z.strictObject({
    kind: z.literal('bisection'),
    method: z.enum([...measuredMethods, 'cut_off']),
    diff: rowsSchema,
    bisection_stats: z.strictObject({
      chunks_examined: z.int().nonnegative(),
      leaves_materialized: z.int().nonnegative(),
      depth_max: z.int().nonnegative(),
      depth_capped: z.boolean(),
      split_strategy: z.enum(['int_range', 'composite', 'hash_bucket', 'first_column']),
      null_pk_rows_base: z.int().nonnegative(),
      null_pk_rows_branch: z.int().nonnegative(),
    }),
  }),
])
type Algorithm = z.infer<typeof algorithmSchema>

const modelDiffSchema = z.strictObject({
  model_name: z.string(),
  structural: z.strictObject({
    added_columns: z.array(z.string()).optional(),
    removed_columns: z.array(z.string()).optional(),
    type_changes: z.array(z.strictObject({ name: z.string(), from: z.string(), to: z.string() })).optional(),
  }),
  algorithm: algorithmSchema,
})

/** What differs between the twins of every model that was rebuilt, and of every model that came or went. */
export const diffSchema = z.strictObject({
  version: z.string(),
  command: z.literal('preview-diff'),
  branch_name: z.string(),
  base_ref: z.string(),
  base_note: z.string().optional(),
  markdown: z.string(),
  summary: z.strictObject({
    models_with_changes: z.int().nonnegative(),
    models_unchanged: z.int().nonnegative(),
    total_rows_added: countSchema,
    total_rows_removed: countSchema,
    total_rows_changed: countSchema,
    any_coverage_warning: z.boolean(),
  }),
  models: z.array(modelDiffSchema),
})
export type DiffOutput = z.infer<typeof diffSchema>

export function toDiffOutput(result: PreviewResult, render: Render<DiffOutput>): DiffOutput {
  const models = judge(result).filter(({ placement, verdict }) => placement === 'prune' || verdict === 'identical')
  const rows = models.flatMap(({ comparison }) => (comparison?.kind === 'measured' ? [comparison.rows] : []))
  const unmarked = {
    version: result.version,
    command: 'preview-diff',
    branch_name: result.name,
    base_ref: result.refs.baseRef,
    base_note: `base is read from the merge base, ${result.refs.mergeBase.slice(0, 7)}`,
    summary: {
      models_with_changes: models.filter(differs).length,
      models_unchanged: models.filter(({ verdict }) => verdict === 'identical').length,
      total_rows_added: toCount(rows.reduce((sum, { added }) => sum + added, 0n)),
      total_rows_removed: toCount(rows.reduce((sum, { removed }) => sum + removed, 0n)),
      total_rows_changed: toCount(rows.reduce((sum, { changed }) => sum + changed, 0n)),
      any_coverage_warning: models.some(({ evidence }) => evidence.kind === 'none' || evidence.kind === 'sampled'),
    },
    models: models.map(modelDiff),
  } as const
  return { ...unmarked, markdown: render(unmarked) }
}

const differs = ({ verdict, comparison }: Judged): boolean =>
  verdict === 'changed' ||
  verdict === 'added' ||
  verdict === 'removed' ||
  (comparison?.columns ?? []).some(({ change }) => change !== 'same')

function modelDiff(judged: Judged): DiffOutput['models'][number] {
  const columns = judged.comparison?.columns ?? []
  const named = (change: ColumnDiff['change']): string[] =>
    columns.filter((c) => c.change === change).map((c) => c.name)
  // Rocky's form has no word for a rename: it is one that left and one that came.
  const added = [...named('added'), ...named('renamed')]
  const removed = [
    ...named('removed'),
    ...columns.flatMap(({ renamedFrom }) => (renamedFrom === undefined ? [] : [renamedFrom])),
  ]
  const retyped = columns.filter(({ change }) => change === 'retyped')
  return {
    model_name: judged.name,
    structural: {
      ...(added.length > 0 && { added_columns: added }),
      ...(removed.length > 0 && { removed_columns: removed }),
      ...(retyped.length > 0 && {
        type_changes: retyped.map(({ name, typeBase = '', typeHead = '' }) => ({ name, from: typeBase, to: typeHead })),
      }),
    },
    algorithm: judged.verdict === 'identical' ? (withoutBuilding(judged) ?? measured(judged)) : measured(judged),
  }
}

const measured = ({ comparison, evidence }: Judged): Algorithm => algorithmOf(comparison, evidence.detail)

/** Known to be equal although it was not built. */
function withoutBuilding({ cutOff, evidence }: Judged): Algorithm | undefined {
  if (cutOff === undefined && evidence.kind !== 'proven') return undefined
  return {
    kind: 'bisection',
    method: cutOff === undefined ? 'proven' : 'cut_off',
    diff: { rows_added: 0, rows_removed: 0, rows_changed: 0 },
    bisection_stats: { ...NO_STATS },
  }
}

const NO_STATS = {
  chunks_examined: 0,
  leaves_materialized: 0,
  depth_max: 0,
  depth_capped: false,
  split_strategy: 'hash_bucket',
  null_pk_rows_base: 0,
  null_pk_rows_branch: 0,
} as const

function algorithmOf(comparison: Comparison | undefined, reason: string): Algorithm {
  if (comparison === undefined || comparison.kind === 'not-compared') return notCompared(reason)
  const { rows, samples, key } = comparison
  const counts = {
    rows_added: toCount(rows.added),
    rows_removed: toCount(rows.removed),
    rows_changed: toCount(rows.changed),
    ...(samples.length > 0 && { samples: samples.map(toSample) }),
  }
  if (comparison.kind === 'sampled') {
    return {
      kind: 'sampled',
      sampled: counts,
      sampling_window: {
        ordered_by: `hash of ${key.columns.length === 0 ? 'the row' : key.columns.join(', ')}`,
        limit: Number(comparison.keys),
        coverage: boundOf(comparison),
        coverage_warning: true,
      },
    }
  }
  const { method } = comparison
  const leaves = method === 'gate' || method === 'in_step' || method === 'proven' ? 0 : 1
  return {
    kind: 'bisection',
    method,
    diff: counts,
    bisection_stats: {
      chunks_examined: 1,
      leaves_materialized: leaves,
      depth_max: 0,
      depth_capped: false,
      split_strategy: 'hash_bucket',
      null_pk_rows_base: Number(key.nullsBase),
      null_pk_rows_branch: Number(key.nullsHead),
    },
  }
}

/** Counts of nothing, said to be of nothing. */
function notCompared(reason: string): Algorithm {
  return {
    kind: 'sampled',
    sampled: { rows_added: 0, rows_removed: 0, rows_changed: 0 },
    sampling_window: { ordered_by: '', limit: 0, coverage: `none: ${reason}`, coverage_warning: true },
  }
}
