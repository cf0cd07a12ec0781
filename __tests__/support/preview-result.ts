import type { ColumnDiff, Comparison, KeyFacts, RowCounts } from '../../src/core/diff/result.ts'
import type { CommitId } from '../../src/core/ports/git.ts'
import type { CostReport, ModelCost } from '../../src/core/cost/cost.ts'
import { moved } from '../../src/core/cost/movement.ts'
import { timeChange } from '../../src/core/cost/timing.ts'
import type { Model, Strategy } from '../../src/core/project/model.ts'
import type { ModelOutcome, TwinOutcome } from '../../src/core/environment/outcome.ts'
import type { PlannedModel } from '../../src/core/plan/plan.ts'
import type { PreviewResult } from '../../src/core/contract/result.ts'

type Measured = Extract<Comparison, { kind: 'measured' }>

/** One model of a run, told in a line: what the plan says of it, what became of it, and how its twins compare. */
export interface ModelCase extends Partial<Omit<PlannedModel, 'base' | 'head'>> {
  readonly name: string
  readonly inputs?: readonly string[]
  readonly strategy?: Strategy
  readonly baseStrategy?: Strategy
  readonly outcome?: Partial<ModelOutcome> | 'none'
  readonly comparison?: Comparison | 'none'
  readonly history?: Comparison
  readonly durationMs?: number
}

export const built: TwinOutcome = { kind: 'built', relation: { table: 't' }, usage: { durationMs: 100, rows: 10 } }

export function twinFailure(message = 'Binder Error: no column "x"', path = 'models/a.sql'): TwinOutcome {
  return {
    kind: 'failed',
    failure: { code: 'engine.failed', message, hint: 'Name a column that is there.', location: { path, line: 3 } },
  }
}

/** Counts that reconcile: what is not said is identical. */
export function rowCounts(
  counts: Partial<Record<'base' | 'added' | 'removed' | 'changed', number | bigint>> = {},
): RowCounts {
  const { base = 1_000, added = 0, removed = 0, changed = 0 } = counts
  const [b, a, r, c] = [BigInt(base), BigInt(added), BigInt(removed), BigInt(changed)]
  return { base: b, head: b - r + a, added: a, removed: r, changed: c, identical: b - r - c }
}

export const uniqueKey: KeyFacts = {
  columns: ['id'],
  source: 'declared',
  uniqueBase: true,
  uniqueHead: true,
  duplicatesBase: { keys: 0n, rows: 0n },
  duplicatesHead: { keys: 0n, rows: 0n },
  nullsBase: 0n,
  nullsHead: 0n,
}

export const sameColumns: readonly ColumnDiff[] = [
  { name: 'id', change: 'same', typeBase: 'BIGINT', typeHead: 'BIGINT', rowsChanged: 0n },
  { name: 'amount', change: 'same', typeBase: 'DOUBLE', typeHead: 'DOUBLE', rowsChanged: 0n },
]

export function measured(parts: Partial<Omit<Measured, 'kind'>> = {}): Measured {
  return {
    kind: 'measured',
    method: 'keyed_join',
    because: 'fewer than 300,000 rows',
    unchecked: [],
    within: 0n,
    columns: sameColumns,
    key: uniqueKey,
    rows: rowCounts(),
    samples: [],
    scope: 'whole',
    ...parts,
  }
}

export function aModel(name: string, strategy: Strategy = { kind: 'full_refresh' }): Model {
  return {
    name,
    path: `models/${name}.sql`,
    sql: 'select 1 as id',
    sqlLineOffset: 0,
    target: { catalog: 'main', schema: 'marts', table: name },
    strategy,
    dependsOn: [],
    surrogateKeys: [],
    tests: [],
    metadata: {},
  }
}

export function planned(given: ModelCase): PlannedModel {
  const { name, change = { kind: 'edited', fields: ['sql'] }, inputs = [], strategy, baseStrategy = strategy } = given
  return {
    name,
    base: change.kind === 'added' ? undefined : aModel(name, baseStrategy),
    head: change.kind === 'removed' ? undefined : aModel(name, strategy),
    change,
    placement: given.placement ?? 'prune',
    reason: given.reason ?? (change.kind === 'none' ? 'downstream_of_changed' : 'changed'),
    baseInputs: given.baseInputs ?? inputs,
    headInputs: given.headInputs ?? inputs,
    ...(given.proof !== undefined && { proof: given.proof }),
    target: given.target ?? { catalog: 'main', schema: 'marts', table: name },
  }
}

/** A run that went well: both twins of every rebuilt model built and compared, and found equal unless said otherwise. */
export function previewResult(
  models: readonly ModelCase[] = [],
  parts: Partial<Omit<PreviewResult, 'plan'>> & { readonly plan?: Partial<PreviewResult['plan']> } = {},
): PreviewResult {
  const { plan, ...rest } = parts
  const rebuilt = rest.planOnly === undefined ? models.filter(({ placement = 'prune' }) => placement === 'prune') : []
  return {
    version: '0.1.0',
    name: 'pr-preview-feature',
    runId: 'run-1',
    refs: {
      baseRef: 'main',
      headRef: 'feature',
      base: commit('b'),
      head: commit('c'),
      mergeBase: commit('a'),
    },
    plan: { failures: [], notices: [], ...plan, models: models.map(planned) },
    planOnly: undefined,
    outcomes: rebuilt.flatMap(outcomeOf),
    diffs: rebuilt.flatMap(({ name, comparison = measured(), history }) =>
      comparison === 'none'
        ? []
        : [{ model: name, comparison, ...(history !== undefined && { history }), durationMs: 5 }],
    ),
    cost: costOf(rebuilt, models.length - rebuilt.length),
    notices: [],
    failures: [],
    durationMs: 14_000,
    ...rest,
  }
}

function costOf(rebuilt: readonly ModelCase[], copied: number): CostReport {
  const models = rebuilt
    .map((given): ModelCost => {
      const [outcome] = outcomeOf(given)
      const { name, durationMs = 100 } = given
      const base = outcome?.base.kind === 'built' ? { durationMs: 100, rows: 10 } : undefined
      const head = outcome?.head.kind === 'built' ? { durationMs, rows: 10 } : undefined
      const time = base && head && timeChange(base, head, 'same')
      return {
        model: name,
        skippedViaCopy: false,
        moved: time === undefined ? [] : moved([], time),
        reasons: [],
        ...(base !== undefined && { base }),
        ...(head !== undefined && { head }),
        ...(time !== undefined && { time }),
      }
    })
    .sort((a, b) => (a.model < b.model ? -1 : 1))
  return {
    models,
    totals: {
      baseDurationMs: models.reduce((sum, { base }) => sum + (base?.durationMs ?? 0), 0),
      headDurationMs: models.reduce((sum, { head }) => sum + (head?.durationMs ?? 0), 0),
      modelsSkippedViaCopy: copied,
    },
    breaches: [],
    close: [],
  }
}

function outcomeOf({ name, change, outcome = {} }: ModelCase): readonly ModelOutcome[] {
  if (outcome === 'none') return []
  const absent: TwinOutcome = { kind: 'absent' }
  const base = change?.kind === 'added' ? absent : built
  const head = change?.kind === 'removed' ? absent : built
  return [{ model: name, base, head, ...outcome }]
}

const commit = (digit: string): CommitId => digit.repeat(40) as CommitId
