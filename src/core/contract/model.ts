import { z } from 'zod'
import type { ColumnDiff, DuplicateCounts, KeyFacts } from '../diff/result.ts'
import type { Judged } from './judge.ts'
import type { PlacedFinding } from './verdict.ts'
import { countSchema, placeFields, severitySchema, toCount, toPlace } from './shared.ts'
import { testSchema, toTestRow } from './checks.ts'
import { worst } from '../plan/severity.ts'

const duplicatesSchema = z.strictObject({ keys: countSchema, rows: countSchema })

const findingSchema = z.strictObject({
  code: z.string(),
  severity: severitySchema,
  message: z.string(),
  hint: z.string().optional(),
  ...placeFields,
})

const columnSchema = z.strictObject({
  name: z.string(),
  change: z.enum(['same', 'added', 'removed', 'retyped']),
  type_base: z.string().optional(),
  type_head: z.string().optional(),
  rows_changed: countSchema.optional(),
})

/** One model of either side. `inputs`, `materialization`, `scope` and the key's duplicates are for the report. */
export const modelSchema = z.strictObject({
  model_name: z.string(),
  path: z.string().optional(),
  target: z.strictObject({ catalog: z.string(), schema: z.string(), table: z.string() }).optional(),
  materialization: z.string().optional(),
  inputs: z.array(z.string()),
  change: z.enum(['edited', 'metadata', 'added', 'removed', 'renamed', 'none']),
  renamed_from: z.string().optional(),
  reason: z.enum([
    'changed',
    'downstream_of_changed',
    'not_affected',
    'cut_off',
    'missing_in_warehouse',
    'stale_in_warehouse',
  ]),
  verdict: z.enum(['changed', 'identical', 'added', 'removed', 'not_affected', 'failed', 'not_checked']),
  evidence: z.strictObject({ kind: z.enum(['proven', 'measured', 'sampled', 'none']), detail: z.string() }),
  rows: z
    .strictObject({
      base: countSchema,
      head: countSchema,
      added: countSchema,
      removed: countSchema,
      changed: countSchema,
      identical: countSchema,
    })
    .optional(),
  /** Set when `rows` counts what either twin's next run touches, or what a full refresh of both would make. */
  scope: z.enum(['next_run', 'full_refresh']).optional(),
  /** What a time_interval model was run for on both sides, by start; the end is not among them. */
  intervals: z.array(z.strictObject({ start: z.string(), end: z.string() })).optional(),
  columns: z.array(columnSchema).optional(),
  key: z
    .strictObject({
      columns: z.array(z.string()),
      source: z.enum(['declared', 'test', 'constraint', 'measured', 'none']),
      unique_base: z.boolean(),
      unique_head: z.boolean(),
      duplicates_base: duplicatesSchema.optional(),
      duplicates_head: duplicatesSchema.optional(),
    })
    .optional(),
  severity: severitySchema,
  findings: z.array(findingSchema),
  /** Absent when no test of the model was asked for. */
  tests: z.array(testSchema).optional(),
})
export type ModelRow = z.infer<typeof modelSchema>

export function toModelRow(judged: Judged): ModelRow {
  const { comparison, path, target, materialization, renamedFrom, findings } = judged
  const columns = comparison?.columns ?? []
  return {
    model_name: judged.name,
    ...(path !== undefined && { path }),
    ...(target !== undefined && { target: { catalog: target.catalog, schema: target.schema, table: target.table } }),
    ...(materialization !== undefined && { materialization }),
    inputs: [...judged.inputs],
    change: judged.change,
    ...(renamedFrom !== undefined && { renamed_from: renamedFrom }),
    reason: judged.reason,
    verdict: judged.verdict,
    evidence: { kind: judged.evidence.kind, detail: judged.evidence.detail },
    ...(comparison?.kind === 'measured' && {
      rows: {
        base: toCount(comparison.rows.base),
        head: toCount(comparison.rows.head),
        added: toCount(comparison.rows.added),
        removed: toCount(comparison.rows.removed),
        changed: toCount(comparison.rows.changed),
        identical: toCount(comparison.rows.identical),
      },
    }),
    ...(comparison?.kind === 'measured' && comparison.scope !== 'whole' && { scope: scopes[comparison.scope] }),
    ...(judged.intervals !== undefined && { intervals: judged.intervals.map(({ start, end }) => ({ start, end })) }),
    ...(columns.length > 0 && { columns: columns.map(toColumn) }),
    ...(comparison?.kind === 'measured' && { key: toKey(comparison.key) }),
    severity: worst(findings),
    findings: findings.map(toFinding),
    ...(judged.tests.length > 0 && { tests: judged.tests.map(toTestRow) }),
  }
}

const scopes = { delta: 'next_run', full_refresh: 'full_refresh' } as const

function toColumn({ name, change, typeBase, typeHead, rowsChanged }: ColumnDiff): z.infer<typeof columnSchema> {
  return {
    name,
    change,
    ...(typeBase !== undefined && { type_base: typeBase }),
    ...(typeHead !== undefined && { type_head: typeHead }),
    ...(rowsChanged !== undefined && { rows_changed: toCount(rowsChanged) }),
  }
}

function toKey(key: KeyFacts): NonNullable<ModelRow['key']> {
  const counts = ({ keys, rows }: DuplicateCounts) => ({ keys: toCount(keys), rows: toCount(rows) })
  return {
    columns: [...key.columns],
    source: key.source,
    unique_base: key.uniqueBase,
    unique_head: key.uniqueHead,
    ...(key.duplicatesBase.keys > 0n && { duplicates_base: counts(key.duplicatesBase) }),
    ...(key.duplicatesHead.keys > 0n && { duplicates_head: counts(key.duplicatesHead) }),
  }
}

function toFinding({ code, severity, message, hint, location }: PlacedFinding): ModelRow['findings'][number] {
  return { code, severity, message, ...(hint !== undefined && { hint }), ...toPlace(location) }
}
