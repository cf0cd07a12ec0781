import { PreviewError } from '../core/base/errors.ts'
import { compareRelations } from '../core/diff/compare.ts'
import { keyFacts, NO_KEYS } from '../core/diff/key-counts.ts'
import { declaredKey, NO_KEY, type Key } from '../core/diff/key.ts'
import { hidden, type MaskValue } from '../core/diff/mask-value.ts'
import { maskedComparison } from '../core/diff/masked.ts'
import type { ColumnDiff, Comparison, ModelDiff } from '../core/diff/result.ts'
import { columnDiffs } from '../core/diff/structure.ts'
import type { ModelOutcome, TwinOutcome, UnstableColumn } from '../core/environment/outcome.ts'
import { isStateful } from '../core/environment/strategy.ts'
import { touchedRows } from '../core/environment/touched.ts'
import { columnMasks, maskValue } from '../core/project/masking.ts'
import type { PlannedModel } from '../core/plan/plan.ts'
import type { Strategy } from '../core/project/model.ts'
import type { Warehouse } from '../core/ports/warehouse.ts'
import type { Relation } from '../core/sql/relation.ts'
import { sql } from '../core/sql/sql.ts'
import { bytesOf, combined, comparing, type How } from './diff-settings.ts'
import { withFanOut } from './fan-out.ts'
import type { Prepared } from './prepared.ts'
import type { PreviewRequest } from './request.ts'
import type { Services } from './services.ts'

/** Differing rows that a model brings along where data values may be shown. */
const SAMPLES = 5

/** How a model is compared, and whether stateful ones were to be built from nothing. */
type Asked = How & { readonly fullRefresh: boolean }

type Built = TwinOutcome & { readonly kind: 'built' }

/** Compares the twins of every model of the prune set, in plan order. */
export async function diffModels(
  services: Services,
  { plan, sides, layout, base, head }: Pick<Prepared, 'plan' | 'sides' | 'layout' | 'base' | 'head'>,
  warehouse: Warehouse,
  outcomes: readonly ModelOutcome[],
  { sampleValues, diff, fullRefresh = false }: Pick<PreviewRequest, 'sampleValues' | 'diff' | 'fullRefresh'>,
): Promise<readonly ModelDiff[]> {
  services.progress({ kind: 'stage', stage: 'compare' })
  const outcomeByModel = new Map(outcomes.map((outcome) => [outcome.model, outcome]))
  const pruned = plan.models.filter(
    ({ name, placement }) => placement === 'prune' && outcomeByModel.get(name)?.cutOff === undefined,
  )
  const diffs: ModelDiff[] = []
  const policies = [sides.base.project.config.mask, sides.head.project.config.mask]
  const settings = combined(sides.diff, diff ?? {})
  const begun = services.clock.now()
  let bytesLeft = settings.maxBytes
  for (const model of pruned) {
    const outcome = outcomeByModel.get(model.name)
    const started = services.clock.now()
    const spentMs = started - begun
    const asked: Asked = {
      ...comparing(settings, model.name, spentMs, bytesLeft),
      fullRefresh,
      samples: sampleValues === 'none' ? 0 : SAMPLES,
    }
    const counted = await compareSafely(warehouse, model, outcome, { ...asked, explaining: 'fitting' })
    const compared = await withFanOut(warehouse, { model, outcome, layout, base, head, policies }, counted)
    const maskOf = columnMasks([model.base, model.head], policies)
    const masked: MaskValue = (column, value) => maskValue(maskOf(column), value, services.digest)
    const shown = underBothNames(masked, compared)
    const comparison = maskedComparison(
      compared,
      sampleValues === 'none' ? hidden : shown,
      sampleValues === 'all' ? shown : hidden,
    )
    const history = await compareHistory(warehouse, model, outcome, { ...asked, samples: 0, explaining: undefined })
    bytesLeft = bytesLeft === undefined ? undefined : Math.max(1, bytesLeft - bytesOf(comparison))
    diffs.push({
      model: model.name,
      comparison,
      ...(history !== undefined && { history }),
      durationMs: services.clock.now() - started,
    })
    services.progress({ kind: 'model', stage: 'compare', model: model.name, done: diffs.length, of: pruned.length })
  }
  return diffs
}

/** A renamed column is as private as base's column was. */
function underBothNames(mask: MaskValue, { columns = [] }: Comparison): MaskValue {
  const before = new Map(
    columns.flatMap(({ name, renamedFrom }) => (renamedFrom === undefined ? [] : [[name, renamedFrom]])),
  )
  return (column, value) => {
    const from = before.get(column)
    const shown = mask(column, value)
    return from === undefined || shown !== value ? shown : mask(from, value)
  }
}

/** Full refreshes beside the next runs; undefined where none were made. */
async function compareHistory(
  warehouse: Warehouse,
  model: PlannedModel,
  outcome: ModelOutcome | undefined,
  asked: Asked,
): Promise<Comparison | undefined> {
  if (outcome?.history?.kind !== 'built' || outcome.instability !== undefined) return undefined
  const { base, head } = outcome.history
  return safely(() => compareRefreshes(warehouse, model, { base, head }, asked))
}

/** A comparison that the engine cannot make is told as such; it ends neither the run nor the other comparisons. */
async function compareSafely(
  warehouse: Warehouse,
  model: PlannedModel,
  outcome: ModelOutcome | undefined,
  asked: Asked,
): Promise<Comparison> {
  return safely(() => compareModel(warehouse, model, outcome, asked))
}

async function safely(compare: () => Promise<Comparison>): Promise<Comparison> {
  try {
    return await compare()
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    return { kind: 'not-compared', because: `the comparison failed: ${error.message}` }
  }
}

async function compareModel(
  warehouse: Warehouse,
  model: PlannedModel,
  outcome: ModelOutcome | undefined,
  asked: Asked,
): Promise<Comparison> {
  if (outcome === undefined) return { kind: 'not-compared', because: 'it was not built' }
  const { base, head } = outcome
  if (base.kind === 'built' && head.kind === 'built') {
    const { instability } = outcome
    if (instability?.kind === 'rows') {
      return {
        kind: 'not-compared',
        because: instability.because,
        columns: await structureOf(warehouse, base, head),
      }
    }
    if (outcome.refresh === undefined)
      return compareTwins(warehouse, model, base, head, { ...asked, leftOut: instability?.columns ?? [] })
    const compared = await compareRefreshes(warehouse, model, outcome.refresh, asked)
    if (compared.kind !== 'not-compared' || compared.columns !== undefined) return compared
    return { ...compared, because: `${NOTHING_TO_SEE}: ${compared.because}` }
  }
  if (model.change.kind === 'added' && head.kind === 'built') return countOneSide(warehouse, head, 'added')
  if (model.change.kind === 'removed' && base.kind === 'built') return countOneSide(warehouse, base, 'removed')
  return { kind: 'not-compared', because: reasonOf(head) ?? reasonOf(base) ?? 'one side has no such model' }
}

async function compareTwins(
  warehouse: Warehouse,
  model: PlannedModel,
  base: Built,
  head: Built,
  { fullRefresh, ...how }: Asked & { readonly leftOut: readonly UnstableColumn[] },
): Promise<Comparison> {
  const strategies = { base: model.base?.strategy, head: model.head?.strategy }
  const touched =
    strategies.base === undefined || strategies.head === undefined
      ? undefined
      : touchedRows(model.name, base, head, { base: strategies.base, head: strategies.head })
  for (const statement of touched?.statements ?? []) await warehouse.execute(statement)
  const [from, to]: readonly [Relation, Relation] =
    touched === undefined ? [base.relation, head.relation] : [touched.base, touched.head]
  const key: Key = model.head === undefined ? NO_KEY : declaredKey(model.head)
  return compareRelations(warehouse, {
    base: from,
    head: to,
    key,
    // What a table holds of earlier runs stays under the old name.
    renamedColumns: head.delta === undefined ? model.renamedColumns : undefined,
    scope: touched !== undefined ? 'delta' : isAfresh(base, head, strategies, fullRefresh) ? 'full_refresh' : 'whole',
    ...how,
  })
}

/** A full refresh was asked for, and this is one. */
function isAfresh(
  base: Built,
  head: Built,
  strategies: { readonly base: Strategy | undefined; readonly head: Strategy | undefined },
  fullRefresh: boolean,
): boolean {
  const isAny = [strategies.base, strategies.head].some((strategy) => strategy !== undefined && isStateful(strategy))
  return fullRefresh && isAny && base.delta === undefined && head.delta === undefined
}

const NOTHING_TO_SEE = 'no rows reached the changed code, and a full refresh was not compared'

/** What both sides would make from nothing. */
async function compareRefreshes(
  warehouse: Warehouse,
  model: PlannedModel,
  { base, head }: NonNullable<ModelOutcome['refresh']>,
  { fullRefresh: _, ...how }: Asked,
): Promise<Comparison> {
  if (base.kind === 'built' && head.kind === 'built') {
    const key: Key = model.head === undefined ? NO_KEY : declaredKey(model.head)
    return compareRelations(warehouse, {
      base: base.relation,
      head: head.relation,
      key,
      renamedColumns: model.renamedColumns,
      scope: 'full_refresh',
      ...how,
    })
  }
  return { kind: 'not-compared', because: reasonOf(head) ?? reasonOf(base) ?? 'one side has none' }
}

async function structureOf(warehouse: Warehouse, base: Built, head: Built): Promise<readonly ColumnDiff[]> {
  return columnDiffs((await warehouse.describe(base.relation)) ?? [], (await warehouse.describe(head.relation)) ?? [])
}

/** A model that one side alone has: all its rows came, or all went. */
async function countOneSide(
  warehouse: Warehouse,
  { relation }: Built,
  change: 'added' | 'removed',
): Promise<Comparison> {
  const columns = (await warehouse.describe(relation)) ?? []
  const [row] = await warehouse.query(sql`SELECT count(*) AS n FROM ${relation}`, { mode: 'compare', searchPath: [] })
  const rows = BigInt(Number(row?.['n'] ?? 0))
  return {
    kind: 'measured',
    method: 'multiset',
    columns: change === 'added' ? columnDiffs([], columns) : columnDiffs(columns, []),
    because: 'one side alone has it',
    unchecked: [],
    within: 0n,
    key: keyFacts(NO_KEY, NO_KEYS, undefined),
    rows: {
      base: change === 'added' ? 0n : rows,
      head: change === 'added' ? rows : 0n,
      added: change === 'added' ? rows : 0n,
      removed: change === 'added' ? 0n : rows,
      changed: 0n,
      identical: 0n,
    },
    samples: [],
    scope: 'whole',
  }
}

function reasonOf(outcome: TwinOutcome): string | undefined {
  switch (outcome.kind) {
    case 'built':
    case 'absent':
      return undefined
    case 'failed':
      return 'it could not be built'
    case 'upstream-failed':
      return `upstream "${outcome.model}" failed`
    case 'not-built':
      return outcome.because
  }
}
