import { z } from 'zod'
import type { ColumnDiff, ColumnFacts, Comparison, DuplicateCounts, KeyFacts, RowCounts } from '../diff/result.ts'
import { measuredMethods } from '../diff/result.ts'
import type { Judged } from './judge.ts'
import type { PlacedFinding } from './facts.ts'
import { explainedSchema, toExplained } from './explained.ts'
import { countSchema, placeFields, severitySchema, toCount, toPlace } from './shared.ts'
import { testSchema, toTestRow } from './checks.ts'
import { editSchema } from './edited-lines.ts'
import { declaredSchema } from './expectations.ts'
import { worst } from '../plan/severity.ts'

const duplicatesSchema = z.strictObject({ keys: countSchema, rows: countSchema })

export const findingSchema = z.strictObject({
  code: z.string(),
  severity: severitySchema,
  message: z.string(),
  hint: z.string().optional(),
  ...placeFields,
})

const factsSchema = z.strictObject({
  nulls: countSchema,
  distinct: countSchema,
  /** It was counted of a share of the values. */
  distinct_is_about: z.literal(true).optional(),
  min: z.string().optional(),
  max: z.string().optional(),
  mean: z.string().optional(),
  sum: z.string().optional(),
})

export const columnSchema = z.strictObject({
  name: z.string(),
  change: z.enum(['same', 'added', 'removed', 'retyped', 'renamed']),
  renamed_from: z.string().optional(),
  type_base: z.string().optional(),
  type_head: z.string().optional(),
  rows_changed: countSchema.optional(),
  rows_within_tolerance: countSchema.optional(),
  /** What each side holds. */
  facts: z.strictObject({ base: factsSchema, head: factsSchema }).optional(),
})

export const rowsSchema = z.strictObject({
  base: countSchema,
  head: countSchema,
  added: countSchema,
  removed: countSchema,
  changed: countSchema,
  identical: countSchema,
})

const methodSchema = z.enum([...measuredMethods, 'sampled'])
const sampledSchema = z.strictObject({
  keys: countSchema,
  at_most: z.number(),
  base: countSchema,
  head: countSchema,
  rows: rowsSchema,
})

/** What a comparison tells, of a model and of any two relations. */
export const comparedFields = {
  rows: rowsSchema.optional(),
  /** Set when `rows` counts what either twin's next run touches, or what a full refresh of both would make. */
  scope: z.enum(['next_run', 'full_refresh']).optional(),
  key: z
    .strictObject({
      columns: z.array(z.string()),
      source: z.enum(['declared', 'test', 'constraint', 'measured', 'none']),
      /** Absent: only the rows in play were looked at, and none of them shows otherwise. */
      unique_base: z.boolean().optional(),
      unique_head: z.boolean().optional(),
      duplicates_base: duplicatesSchema.optional(),
      duplicates_head: duplicatesSchema.optional(),
      null_rows_base: countSchema.optional(),
      null_rows_head: countSchema.optional(),
    })
    .optional(),
  /** How the rows were compared, and why so. */
  method: z.strictObject({ name: methodSchema, because: z.string() }).optional(),
  /** Columns whose equality could not be shown. */
  unchecked_columns: z.array(z.strictObject({ name: z.string(), because: z.string() })).optional(),
  /** Counts of a sample of keys, where not every row was compared; `at_most` is the share of all keys that may differ, at 95 %. */
  sample: sampledSchema.optional(),
  /** Rows whose only differences are within the tolerance: they count as identical. */
  rows_within_tolerance: countSchema.optional(),
  /** What more there is to say of the rows that differ. */
  explained: explainedSchema.optional(),
}

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
  ...comparedFields,
  /** Where `rows` counts the next run: what full refreshes of both sides come to, as far as they were made. */
  full_refresh: z.strictObject({ rows: rowsSchema }).optional(),
  /** What a time_interval model was run for on both sides, by start; the end is not among them. */
  intervals: z.array(z.strictObject({ start: z.string(), end: z.string() })).optional(),
  columns: z.array(columnSchema).optional(),
  /** What of `path` the pull request changes. */
  edit: editSchema.optional(),
  severity: severitySchema,
  findings: z.array(findingSchema),
  /** What the declarations about it come to; absent where there is none. */
  declared: declaredSchema.optional(),
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
    ...(comparison?.kind === 'measured' && { rows: toRows(comparison.rows) }),
    ...(comparison !== undefined && comparison.kind !== 'not-compared' && toCompared(comparison)),
    ...(judged.history?.kind === 'measured' && { full_refresh: { rows: toRows(judged.history.rows) } }),
    ...(judged.intervals !== undefined && { intervals: judged.intervals.map(({ start, end }) => ({ start, end })) }),
    ...(columns.length > 0 && { columns: columns.map(toColumn) }),
    ...(judged.edit !== undefined && { edit: judged.edit }),
    severity: worst(findings),
    findings: findings.map(toFinding),
    ...(judged.tests.length > 0 && { tests: judged.tests.map(toTestRow) }),
  }
}

const scopes = { delta: 'next_run', full_refresh: 'full_refresh' } as const

/** What an exact and a sampled comparison both tell, for the run's rows and for `compare`. */
export function toCompared(comparison: Exclude<Comparison, { kind: 'not-compared' }>) {
  const { kind, because, scope, key, unchecked, within, explained } = comparison
  const more = explained === undefined ? {} : toExplained(explained)
  return {
    ...(scope !== 'whole' && { scope: scopes[scope] }),
    key: toKey(key),
    method: { name: kind === 'measured' ? comparison.method : ('sampled' as const), because },
    ...(unchecked.length > 0 && { unchecked_columns: unchecked.map((column) => ({ ...column })) }),
    ...(within > 0n && { rows_within_tolerance: toCount(within) }),
    ...(kind === 'sampled' && {
      sample: {
        keys: toCount(comparison.keys),
        at_most: comparison.atMost,
        base: toCount(comparison.totals.base),
        head: toCount(comparison.totals.head),
        rows: toRows(comparison.rows),
      },
    }),
    ...(Object.keys(more).length > 0 && { explained: more }),
  }
}

export function toRows(rows: RowCounts): z.infer<typeof rowsSchema> {
  return {
    base: toCount(rows.base),
    head: toCount(rows.head),
    added: toCount(rows.added),
    removed: toCount(rows.removed),
    changed: toCount(rows.changed),
    identical: toCount(rows.identical),
  }
}

export function toColumn(column: ColumnDiff): z.infer<typeof columnSchema> {
  const { name, change, renamedFrom, typeBase, typeHead, rowsChanged, rowsWithin, facts } = column
  return {
    name,
    change,
    ...(renamedFrom !== undefined && { renamed_from: renamedFrom }),
    ...(typeBase !== undefined && { type_base: typeBase }),
    ...(typeHead !== undefined && { type_head: typeHead }),
    ...(rowsChanged !== undefined && { rows_changed: toCount(rowsChanged) }),
    ...(rowsWithin !== undefined && { rows_within_tolerance: toCount(rowsWithin) }),
    ...(facts !== undefined && { facts: { base: toFacts(facts.base), head: toFacts(facts.head) } }),
  }
}

function toFacts({ nulls, distinct, isDistinctAbout, ...values }: ColumnFacts): z.infer<typeof factsSchema> {
  const about = isDistinctAbout === true ? ({ distinct_is_about: true } as const) : {}
  return { nulls: toCount(nulls), distinct: toCount(distinct), ...about, ...values }
}

function toKey(key: KeyFacts): NonNullable<ModelRow['key']> {
  const counts = ({ keys, rows }: DuplicateCounts) => ({ keys: toCount(keys), rows: toCount(rows) })
  return {
    columns: [...key.columns],
    source: key.source,
    ...(key.uniqueBase !== undefined && { unique_base: key.uniqueBase }),
    ...(key.uniqueHead !== undefined && { unique_head: key.uniqueHead }),
    ...(key.duplicatesBase.keys > 0n && { duplicates_base: counts(key.duplicatesBase) }),
    ...(key.duplicatesHead.keys > 0n && { duplicates_head: counts(key.duplicatesHead) }),
    ...(key.nullsBase > 0n && { null_rows_base: toCount(key.nullsBase) }),
    ...(key.nullsHead > 0n && { null_rows_head: toCount(key.nullsHead) }),
  }
}

export function toFinding({ code, severity, message, hint, location }: PlacedFinding): ModelRow['findings'][number] {
  return { code, severity, message, ...(hint !== undefined && { hint }), ...toPlace(location) }
}
