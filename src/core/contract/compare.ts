import { z } from 'zod'
import type { Comparison } from '../diff/result.ts'
import { findingsOfData, worst } from '../plan/severity.ts'
import { columnSchema, comparedFields, findingSchema, toColumn, toCompared, toFinding, toRows } from './model.ts'
import { amountSchema, countSchema, sampleSchema, severitySchema, toCount, toSample } from './shared.ts'
import { judgeRows } from './verdict.ts'

/** What differs between any two relations. */
export const compareSchema = z.strictObject({
  version: z.string(),
  command: z.literal('preview-compare'),
  /** As they were named. */
  base: z.string(),
  head: z.string(),
  verdict: z.enum(['changed', 'identical', 'not_checked']),
  evidence: z.strictObject({ kind: z.enum(['measured', 'sampled', 'none']), detail: z.string() }),
  columns: z.array(columnSchema).optional(),
  ...comparedFields,
  /** Where the rows were counted and no more. */
  counted: z.strictObject({ base: countSchema, head: countSchema }).optional(),
  samples: z.array(sampleSchema).optional(),
  severity: severitySchema,
  findings: z.array(findingSchema),
  duration_ms: amountSchema,
})
export type CompareOutput = z.infer<typeof compareSchema>

export interface CompareResult {
  readonly version: string
  readonly base: string
  readonly head: string
  readonly comparison: Comparison
  readonly durationMs: number
}

export function toCompareOutput({ version, base, head, comparison, durationMs }: CompareResult): CompareOutput {
  const findings = findingsOfData(comparison.kind === 'not-compared' ? structureOf(comparison) : comparison)
  const columns = comparison.columns ?? []
  return {
    version,
    command: 'preview-compare',
    base,
    head,
    ...judged(comparison),
    ...(columns.length > 0 && { columns: columns.map(toColumn) }),
    ...(comparison.kind === 'measured' && { rows: toRows(comparison.rows) }),
    ...(comparison.kind === 'not-compared' ? toCounted(comparison) : toCompared(comparison)),
    ...(comparison.kind !== 'not-compared' &&
      comparison.samples.length > 0 && { samples: comparison.samples.map(toSample) }),
    severity: worst(findings),
    findings: findings.map(toFinding),
    duration_ms: Math.round(durationMs),
  }
}

type NotCompared = Extract<Comparison, { kind: 'not-compared' }>

function judged(comparison: Comparison): Pick<CompareOutput, 'verdict' | 'evidence'> {
  if (comparison.kind === 'not-compared') {
    const { totals, because } = comparison
    const moved = (comparison.columns ?? []).some(({ change }) => change !== 'same')
    const differs = moved || (totals !== undefined && totals.base !== totals.head)
    return { verdict: differs ? 'changed' : 'not_checked', evidence: { kind: 'none', detail: because } }
  }
  const { verdict, evidence } = judgeRows(comparison)
  return {
    verdict,
    evidence: { kind: evidence.kind === 'proven' ? 'measured' : evidence.kind, detail: evidence.detail },
  }
}

function structureOf({ columns }: NotCompared): { readonly columns?: NonNullable<NotCompared['columns']> } {
  return columns === undefined ? {} : { columns }
}

function toCounted({ totals }: NotCompared): Pick<CompareOutput, 'counted'> {
  return totals === undefined ? {} : { counted: { base: toCount(totals.base), head: toCount(totals.head) } }
}
