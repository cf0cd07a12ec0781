import type { Plan } from '../plan/plan.ts'
import type { Budget } from '../project/model.ts'
import type { BudgetBreach, CostReport, LimitType, ModelCost } from './cost.ts'
import { medianMs } from './timing.ts'

/** From this share of a limit on, what is left of it is told. */
const CLOSE = 0.8

/** Head's figures against the project's budget, and against those of models that have one of their own. */
export function heldAgainst(
  plan: Plan,
  models: readonly ModelCost[],
  totals: CostReport['totals'],
  project: Budget,
): Pick<CostReport, 'breaches' | 'close'> {
  const costByModel = new Map(models.map((cost) => [cost.model, cost]))
  const found = [
    against(project, undefined, {
      max_usd: totals.headUsd,
      max_duration_ms: totals.headDurationMs,
      max_bytes_scanned: totals.headBytesScanned,
    }),
    ...plan.models.flatMap(({ name, placement, head }) => {
      const cost = costByModel.get(name)
      // A sidecar's budget overrides the project's field by field; a model without one counts for the project's alone.
      if (placement !== 'prune' || head?.budget === undefined) return []
      return [
        against({ ...project, ...head.budget }, name, {
          max_usd: cost?.headUsd,
          max_duration_ms: cost?.head && medianMs(cost.head),
          max_bytes_scanned: cost?.head?.bytesScanned,
        }),
      ]
    }),
  ]
  return { breaches: found.flatMap(({ breaches }) => breaches), close: found.flatMap(({ close }) => close) }
}

/** Strictly greater; an absent figure skips its limit. */
function against(
  budget: Budget,
  model: string | undefined,
  actual: Readonly<Record<LimitType, number | undefined>>,
): Pick<CostReport, 'breaches' | 'close'> {
  const limits = {
    max_usd: budget.maxUsd,
    max_duration_ms: budget.maxDurationMs,
    max_bytes_scanned: budget.maxBytesScanned,
  } satisfies Record<LimitType, number | undefined>
  const held = (Object.keys(limits) as LimitType[]).flatMap((limitType) => {
    const [limit, figure] = [limits[limitType], actual[limitType]]
    if (limit === undefined || figure === undefined) return []
    return [{ ...(model !== undefined && { model }), limitType, limit, actual: figure }]
  })
  return {
    breaches: held
      .filter(({ actual: figure, limit }) => figure > limit)
      .map((breach): BudgetBreach => ({ ...breach, onBreach: budget.onBreach ?? 'warn' })),
    close: held.filter(({ actual: figure, limit }) => figure <= limit && figure > 0 && figure >= CLOSE * limit),
  }
}
