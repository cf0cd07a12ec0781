import type { CompareRequest } from '../../core/diff/compare.ts'
import type { Explaining } from '../../core/diff/explain/explain.ts'
import { BYTES_A_CELL } from '../../core/diff/ladder.ts'
import type { Comparison } from '../../core/diff/result.ts'
import type { DiffSettings } from '../../core/project/preview-file.ts'

/** How one model is compared, whatever its relations are. */
export type How = Pick<CompareRequest, 'algorithm' | 'sampleSize' | 'budget' | 'tolerances' | 'samples' | 'explaining'>

/** What the command line says comes before what the project says. */
export function combined(project: DiffSettings, asked: DiffSettings): DiffSettings {
  const said = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
  return { ...project, ...said }
}

/** The settings of one model, with what is left of the budgets of all. */
export function comparing(
  settings: DiffSettings,
  model: string,
  spentMs: number,
  bytesLeft: number | undefined,
): Omit<How, 'samples'> {
  const { algorithm, sampleSize, timeBudgetMs, modelTimeBudgetMs, modelMaxBytes, facts, tolerances } = settings
  const timeMs = least(timeBudgetMs === undefined ? undefined : Math.max(1, timeBudgetMs - spentMs), modelTimeBudgetMs)
  const bytes = least(bytesLeft, modelMaxBytes)
  return {
    algorithm: algorithm ?? 'fitting',
    sampleSize,
    explaining: explaining(facts),
    budget: { ...(timeMs !== undefined && { timeMs }), ...(bytes !== undefined && { bytes }) },
    tolerances: tolerances && { ...tolerances, columns: ofModel(tolerances.columns, model) },
  }
}

/** What is told beyond the counts. */
export function explaining(facts: DiffSettings['facts']): Explaining | undefined {
  return facts === 'never' ? undefined : (facts ?? 'fitting')
}

/** About what a comparison read: a sample reads the keys of every row, at least. */
export function bytesOf(comparison: Comparison): number {
  if (comparison.kind === 'not-compared') return 0
  const { base, head } = comparison.kind === 'sampled' ? comparison.totals : comparison.rows
  const columns = comparison.kind === 'sampled' ? 1 : comparison.columns.length
  return Number(base + head) * columns * BYTES_A_CELL
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b)
}

/** `model.column` counts for that model, before a column's name alone. */
function ofModel<T>(columns: Readonly<Record<string, T>>, model: string): Readonly<Record<string, T>> {
  const prefix = `${model.toLowerCase()}.`
  const own = Object.entries(columns).flatMap(([name, value]): [string, T][] =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
  )
  return { ...columns, ...Object.fromEntries(own) }
}
