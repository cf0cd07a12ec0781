import type { CostOutput } from '../contract/cost.ts'
import type { ModelRow } from '../contract/model.ts'
import type { RunOutput } from '../contract/run.ts'
import type { Sample } from '../contract/shared.ts'
import { brokenDeclarations } from '../contract/expectations.ts'
import { failsChecks, isDeclared, movesRows } from '../contract/headline.ts'

/** The run document before its own Markdown is written. */
export type RunDocument = Omit<RunOutput, 'markdown'>

/** How a model is marked: worst first. Icons never stand without words beside them. */
export const marks = {
  broken: '🔴',
  differs: '🟠',
  unsure: '🟡',
  same: '🟢',
  untouched: '⚪',
} as const
export type Mark = keyof typeof marks
export const marksByWeight = Object.keys(marks) as readonly Mark[]

/** For sorting: worst first. */
export function byWeight(a: { readonly mark: Mark }, b: { readonly mark: Mark }): number {
  return marksByWeight.indexOf(a.mark) - marksByWeight.indexOf(b.mark)
}

export type ModelCostRow = CostOutput['per_model'][number]

/** One model that the pull request touches, with all that the run document knows of it. */
export interface Touched {
  readonly row: ModelRow
  readonly mark: Mark
  readonly samples: readonly Sample[]
  readonly cost: ModelCostRow | undefined
  /** Id of its details. */
  readonly anchor: string
}

/** A run document as a reader looks through it. */
export interface Survey {
  readonly run: RunDocument
  /** Worst first; then what was edited; then the largest share of rows that differ; then inputs before readers. */
  readonly touched: readonly Touched[]
  readonly untouched: readonly ModelRow[]
  readonly worst: Mark
  /** Who reads a model directly, in the document's order. */
  readonly readers: ReadonlyMap<string, readonly string[]>
}

export function survey(run: RunDocument, anchors = ''): Survey {
  const samples = new Map(run.diff.models.map(({ model_name, algorithm }) => [model_name, samplesOf(algorithm)]))
  const costs = new Map(run.cost.per_model.map((cost) => [cost.model_name, cost]))
  const overBudget = new Set(
    (run.cost.projected_per_model_budget_breaches ?? [])
      .filter(({ on_breach }) => on_breach === 'error')
      .map(({ model_name }) => model_name),
  )
  const touched = run.models
    .filter(isTouched)
    .map((row, index) => ({
      row,
      index,
      mark: markOf(row, overBudget.has(row.model_name)),
      samples: samples.get(row.model_name) ?? [],
      cost: costs.get(row.model_name),
    }))
    .sort((a, b) => worseFirst(a, b) || a.index - b.index)
    .map(({ row, mark, samples: rows, cost }, rank) => ({
      row,
      mark,
      samples: rows,
      cost,
      anchor: `${anchors}m${String(rank + 1)}`,
    }))
  return {
    run,
    touched,
    untouched: run.models.filter((row) => !isTouched(row)),
    worst: worstMark(run, touched),
    readers: readersOf(run.models),
  }
}

/** Rebuilt, come or gone, or edited in any way. */
function isTouched({ verdict, change }: ModelRow): boolean {
  return verdict !== 'not_affected' || change !== 'none'
}

function markOf(row: ModelRow, overBudget: boolean): Mark {
  const { verdict, findings } = row
  if (verdict === 'failed' || overBudget || failsChecks(row)) return 'broken'
  if (findings.some(({ code }) => code === 'key.duplicated')) return 'broken'
  if (row.declared?.status === 'broken') return 'broken'
  if (isDeclared(row) && (verdict === 'changed' || verdict === 'removed')) return 'same'
  const byVerdict = {
    changed: 'differs',
    removed: 'differs',
    not_checked: 'unsure',
    added: 'same',
    identical: 'same',
    not_affected: 'untouched',
  } as const satisfies Record<Exclude<ModelRow['verdict'], 'failed'>, Mark>
  return byVerdict[verdict]
}

function worstMark(run: RunDocument, touched: readonly Touched[]): Mark {
  const overBudget = (run.cost.projected_budget_breaches ?? []).some(({ on_breach }) => on_breach === 'error')
  if (run.failures.length > 0 || overBudget || brokenDeclarations(run.expectations) > 0) return 'broken'
  const worst = touched[0]?.mark ?? 'untouched'
  return run.plan_only !== undefined && marksByWeight.indexOf(worst) > marksByWeight.indexOf('unsure')
    ? 'unsure'
    : worst
}

const severities = ['breaking', 'warning', 'info', 'none'] as const

type Ranked = Pick<Touched, 'row' | 'mark'>

function worseFirst(a: Ranked, b: Ranked): number {
  return (
    byWeight(a, b) ||
    Number(b.row.verdict === 'failed') - Number(a.row.verdict === 'failed') ||
    Number(b.row.severity === 'breaking') - Number(a.row.severity === 'breaking') ||
    // The cause before its effects.
    Number(isEdited(b.row)) - Number(isEdited(a.row)) ||
    severities.indexOf(a.row.severity) - severities.indexOf(b.row.severity) ||
    shareMoved(b.row) - shareMoved(a.row) ||
    Number(movesRows(b.row)) - Number(movesRows(a.row))
  )
}

const isEdited = ({ change }: ModelRow): boolean => change !== 'none' && change !== 'metadata'

/** Rows that differ, as a share of base's; only for ordering, so a float will do. */
function shareMoved({ rows }: ModelRow): number {
  if (rows === undefined) return 0
  return (Number(rows.added) + Number(rows.removed) + Number(rows.changed)) / Math.max(1, Number(rows.base))
}

function samplesOf(algorithm: RunDocument['diff']['models'][number]['algorithm']): readonly Sample[] {
  return (algorithm.kind === 'bisection' ? algorithm.diff.samples : algorithm.sampled.samples) ?? []
}

function readersOf(models: readonly ModelRow[]): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>(models.map(({ model_name }) => [model_name, []]))
  for (const { model_name, inputs } of models) {
    for (const input of new Set(inputs)) readers.get(input)?.push(model_name)
  }
  return readers
}

/** The models that could not be checked because these failed: their readers, and theirs. */
export function uncheckedReaders({ run, readers }: Survey, ...failed: readonly string[]): readonly string[] {
  const unchecked = new Set(run.models.filter(({ verdict }) => verdict === 'not_checked').map((row) => row.model_name))
  const reached = new Set<string>()
  const open = [...failed]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const reader of readers.get(next) ?? []) {
      if (!unchecked.has(reader) || reached.has(reader)) continue
      reached.add(reader)
      open.push(reader)
    }
  }
  return run.models.map(({ model_name }) => model_name).filter((model_name) => reached.has(model_name))
}
