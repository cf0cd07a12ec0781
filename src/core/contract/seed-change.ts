import { z } from 'zod'
import { formatRelation } from '../sql/relation.ts'
import type { ColumnDiff } from '../diff/result.ts'
import type { SeedChange, SeedEffect, SourceChange } from '../diff/seed-change.ts'
import { rowsSchema, toRows } from './model.ts'
import { judgeRows } from './verdict.ts'

const columnsSchema = z.strictObject({
  added: z.array(z.string()).optional(),
  removed: z.array(z.string()).optional(),
  retyped: z.array(z.string()).optional(),
})

/** Base is what base's own seed gives, head what head's gives; the code is base's on both. */
export const seedChangeSchema = z.strictObject({
  path: z.string(),
  /** Why what the seed does by itself is not known. */
  not_checked: z.string().optional(),
  /** Both seeds read the clock or make ids of chance: rows may differ that nobody edited. */
  reads_clock: z.literal(true).optional(),
  /** Tables of the seed that differ. */
  sources: z.array(
    z.strictObject({
      table: z.string(),
      change: z.enum(['added', 'removed', 'changed']),
      rows: rowsSchema.optional(),
      columns: columnsSchema.optional(),
    }),
  ),
  /** Models of base that read of them. */
  models: z.array(
    z.strictObject({
      model_name: z.string(),
      verdict: z.enum(['changed', 'identical', 'failed', 'not_checked']),
      detail: z.string(),
      rows: rowsSchema.optional(),
      columns: columnsSchema.optional(),
    }),
  ),
})
export type SeedChangeOutput = z.infer<typeof seedChangeSchema>

export function toSeedChange(change: SeedChange): SeedChangeOutput {
  const { path } = change
  if (change.kind === 'not-checked') return { path, not_checked: change.because, sources: [], models: [] }
  return {
    path,
    ...(change.readsClock && { reads_clock: true as const }),
    sources: change.sources.map(toSource),
    models: change.models.map(toEffect),
  }
}

function toSource({ schema, table, change, rows, columns }: SourceChange): SeedChangeOutput['sources'][number] {
  return {
    table: formatRelation({ schema, table }),
    change,
    ...(rows !== undefined && { rows: toRows(rows) }),
    ...(change === 'changed' && toColumns(columns)),
  }
}

function toEffect(effect: SeedEffect): SeedChangeOutput['models'][number] {
  const { model } = effect
  switch (effect.kind) {
    case 'identical':
      return { model_name: model, verdict: 'identical', detail: 'every row compared' }
    case 'compared': {
      const { comparison } = effect
      const { verdict, evidence } = judgeRows(comparison)
      const rows = comparison.kind === 'measured' ? { rows: toRows(comparison.rows) } : {}
      return { model_name: model, verdict, detail: evidence.detail, ...rows, ...toColumns(comparison.columns) }
    }
    case 'fails':
      return { model_name: model, verdict: 'failed', detail: `${FAILS[effect.on]}: ${firstLine(effect.message)}` }
    case 'not-checked':
      return { model_name: model, verdict: 'not_checked', detail: effect.because }
  }
}

/** What DuckDB suggests stands in the lines after. */
const firstLine = (message: string): string => message.split('\n')[0]?.trim() ?? ''

const FAILS = {
  base: "base's code does not build on base's seed, and does on head's",
  head: "base's code does not build on head's seed, and does on base's",
} as const

function toColumns(columns: readonly ColumnDiff[]): Pick<SeedChangeOutput['models'][number], 'columns'> {
  const named = (change: ColumnDiff['change']): string[] =>
    columns.filter((column) => column.change === change).map(({ name }) => name)
  const [added, removed, retyped] = [named('added'), named('removed'), named('retyped')]
  if (added.length + removed.length + retyped.length === 0) return {}
  return {
    columns: {
      ...(added.length > 0 && { added }),
      ...(removed.length > 0 && { removed }),
      ...(retyped.length > 0 && { retyped }),
    },
  }
}
