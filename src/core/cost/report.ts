import { by } from '../base/compare.ts'
import type { ModelOutcome, TwinOutcome } from '../environment/outcome.ts'
import type { Plan, PlannedModel } from '../plan/plan.ts'
import type { Usage } from '../ports/warehouse.ts'
import type { Budget, ProjectConfig } from '../project/model.ts'
import { priceOf } from './price.ts'
import type { BudgetBreach, CostReport, ModelCost } from './cost.ts'

/** Prices what was measured on both twins, and holds head's figures against the budgets. */
export function costReport(plan: Plan, outcomes: readonly ModelOutcome[], config: ProjectConfig): CostReport {
  const outcomeByModel = new Map(outcomes.map((outcome) => [outcome.model, outcome]))
  const models = plan.models
    .filter(({ placement }) => placement !== 'skipped')
    .map((model) => modelCost(model, outcomeByModel.get(model.name), config))
    .sort(by(({ model }) => model))
  const totals = totalsOf(models)
  return { models, totals, breaches: breachesOf(plan, models, totals, config.budget) }
}

function modelCost(
  { name, placement }: PlannedModel,
  outcome: ModelOutcome | undefined,
  config: ProjectConfig,
): ModelCost {
  const base = usageOf(outcome?.base)
  const head = usageOf(outcome?.head)
  const price = (usage: Usage | undefined): number | undefined =>
    usage === undefined ? undefined : priceOf(usage, config.adapter, config.cost)
  const [baseUsd, headUsd] = [price(base), price(head)]
  return {
    model: name,
    skippedViaCopy: placement === 'copy',
    ...(base === undefined ? {} : { base }),
    ...(head === undefined ? {} : { head }),
    ...(baseUsd === undefined ? {} : { baseUsd }),
    ...(headUsd === undefined ? {} : { headUsd }),
    ...(baseUsd === undefined || headUsd === undefined ? {} : { deltaUsd: headUsd - baseUsd }),
  }
}

function usageOf(outcome: TwinOutcome | undefined): Usage | undefined {
  return outcome?.kind === 'built' ? outcome.usage : undefined
}

function totalsOf(models: readonly ModelCost[]): CostReport['totals'] {
  const baseUsd = sum(models.map((model) => model.baseUsd))
  const headUsd = sum(models.map((model) => model.headUsd))
  const headBytesScanned = sum(models.map(({ head }) => head?.bytesScanned))
  return {
    ...(baseUsd === undefined ? {} : { baseUsd }),
    ...(headUsd === undefined ? {} : { headUsd }),
    ...(baseUsd === undefined || headUsd === undefined ? {} : { deltaUsd: headUsd - baseUsd }),
    baseDurationMs: sum(models.map(({ base }) => base?.durationMs)) ?? 0,
    headDurationMs: sum(models.map(({ head }) => head?.durationMs)) ?? 0,
    ...(headBytesScanned === undefined ? {} : { headBytesScanned }),
    modelsSkippedViaCopy: models.filter(({ skippedViaCopy }) => skippedViaCopy).length,
  }
}

/** Absent figures are left out; a sum of nothing is absent. */
function sum(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter((figure) => figure !== undefined)
  return known.length === 0 ? undefined : known.reduce((total, figure) => total + figure, 0)
}

function breachesOf(
  plan: Plan,
  models: readonly ModelCost[],
  totals: CostReport['totals'],
  project: Budget,
): readonly BudgetBreach[] {
  const costByModel = new Map(models.map((cost) => [cost.model, cost]))
  const ofProject = breaches(project, undefined, {
    max_usd: totals.headUsd,
    max_duration_ms: totals.headDurationMs,
    max_bytes_scanned: totals.headBytesScanned,
  })
  const ofModels = plan.models
    .filter(({ placement, head }) => placement === 'prune' && head !== undefined)
    .flatMap(({ name, head }) => {
      const cost = costByModel.get(name)
      // A sidecar's budget overrides the project's field by field; what only the project limits, it limits as a whole.
      const budget: Budget = { ...head?.budget, onBreach: head?.budget?.onBreach ?? project.onBreach ?? 'warn' }
      return breaches(budget, name, {
        max_usd: cost?.headUsd,
        max_duration_ms: cost?.head?.durationMs,
        max_bytes_scanned: cost?.head?.bytesScanned,
      })
    })
  return [...ofProject, ...ofModels]
}

/** Strictly greater; an absent figure skips its limit. */
function breaches(
  budget: Budget,
  model: string | undefined,
  actual: Readonly<Record<BudgetBreach['limitType'], number | undefined>>,
): readonly BudgetBreach[] {
  const limits = {
    max_usd: budget.maxUsd,
    max_duration_ms: budget.maxDurationMs,
    max_bytes_scanned: budget.maxBytesScanned,
  } satisfies Record<BudgetBreach['limitType'], number | undefined>
  return (Object.keys(limits) as BudgetBreach['limitType'][]).flatMap((limitType) => {
    const [limit, figure] = [limits[limitType], actual[limitType]]
    if (limit === undefined || figure === undefined || figure <= limit) return []
    return [
      {
        ...(model === undefined ? {} : { model }),
        limitType,
        limit,
        actual: figure,
        onBreach: budget.onBreach ?? 'warn',
      },
    ]
  })
}
