import { PreviewError } from '../../core/base/errors.ts'
import { compareRelations } from '../../core/diff/compare.ts'
import { provenComparison } from '../../core/diff/proven.ts'
import { declaredKey, NO_KEY, type Key } from '../../core/diff/key.ts'
import type { ColumnDiff, Comparison } from '../../core/diff/result.ts'
import { columnDiffs } from '../../core/diff/structure.ts'
import type { ModelOutcome, TwinOutcome, UnstableColumn } from '../../core/environment/outcome.ts'
import { isStateful } from '../../core/environment/strategy.ts'
import { touchedRows } from '../../core/environment/touched.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import type { Strategy } from '../../core/project/model.ts'
import type { Warehouse } from '../../core/ports/warehouse.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { countOneSide } from './diff-one-side.ts'
import type { How } from './diff-settings.ts'

/** How a model is compared, and whether stateful ones were to be built from nothing. */
export type Asked = How & { readonly fullRefresh: boolean }

type Built = TwinOutcome & { readonly kind: 'built' }

/** A comparison that the engine cannot make is told as such; it ends neither the run nor the other comparisons. */
export async function compareSafely(
  warehouse: Warehouse,
  model: PlannedModel,
  outcome: ModelOutcome | undefined,
  asked: Asked,
): Promise<Comparison> {
  return safely(asked, (how) => compareModel(warehouse, model, outcome, how))
}

/** Full refreshes beside the next runs; undefined where none were made. */
export async function compareHistory(
  warehouse: Warehouse,
  model: PlannedModel,
  outcome: ModelOutcome | undefined,
  asked: Asked,
): Promise<Comparison | undefined> {
  if (outcome?.history?.kind !== 'built' || outcome.instability !== undefined) return undefined
  const { base, head } = outcome.history
  return safely(asked, (how) => compareRefreshes(warehouse, model, { base, head }, how))
}

const TOO_MUCH = 'comparing every row takes more memory than this run may'

/** One step lower where the comparison takes more memory than there is, and then one more. */
async function safely(asked: Asked, compare: (asked: Asked) => Promise<Comparison>): Promise<Comparison> {
  const lower = (['sampled', 'counts'] as const).map((kind): Asked => ({
    ...asked,
    budget: { ...asked.budget, highest: { kind, because: TOO_MUCH } },
    explaining: undefined,
  }))
  let message = ''
  for (const how of [asked, ...((asked.algorithm ?? 'fitting') === 'fitting' ? lower : [])]) {
    try {
      return await compare(how)
    } catch (error) {
      if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
      message = error.message
      if (error.code !== 'kernel.memory' && error.code !== 'engine.out-of-memory') break
    }
  }
  return { kind: 'not-compared', because: `the comparison failed: ${message}` }
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
    if (base.derived === true) return compareDerived(warehouse, model, base, head)
    if (outcome.refresh === undefined)
      return compareTwins(warehouse, model, base, head, { ...asked, leftOut: instability?.columns ?? [] })
    const compared = await compareRefreshes(warehouse, model, outcome.refresh, asked)
    if (compared.kind !== 'not-compared' || compared.columns !== undefined) return compared
    return { ...compared, because: `${NOTHING_TO_SEE}: ${compared.because}` }
  }
  if (model.change.kind === 'added' && head.kind === 'built') return countOneSide(warehouse, head.relation, 'added')
  if (model.change.kind === 'removed' && base.kind === 'built') return countOneSide(warehouse, base.relation, 'removed')
  return { kind: 'not-compared', because: reasonOf(head) ?? reasonOf(base) ?? 'one side has no such model' }
}

async function compareDerived(
  warehouse: Warehouse,
  model: PlannedModel,
  base: Built,
  head: Built,
): Promise<Comparison> {
  const key: Key = model.head === undefined ? NO_KEY : declaredKey(model.head)
  return provenComparison(warehouse, { base: base.relation, head: head.relation, key })
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
