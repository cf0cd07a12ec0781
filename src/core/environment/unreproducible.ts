import type { Side } from '../lineage/side.ts'
import type { Plan, PlannedModel } from '../plan/plan.ts'
import { nameOn } from './layout.ts'
import type { ModelOutcome, TwinOutcome } from './outcome.ts'

/**
 * Marks the outcomes whose differences cannot be laid to the code: chance in a model's own SQL, a twin that spilled while
 * its rows depend on order, or an input for which one of these holds. Models that both sides share are one and the same.
 */
export function unreproducible(
  plan: Plan,
  outcomes: readonly ModelOutcome[],
  base: Side,
  head: Side,
): readonly ModelOutcome[] {
  const reasons = new Map<string, string>()
  const byModel = new Map(outcomes.map((outcome) => [outcome.model, outcome]))
  for (const model of plan.models) {
    const outcome = byModel.get(model.name)
    if (model.placement !== 'prune' || outcome === undefined || outcome.cutOff !== undefined) continue
    const reason = taintOf(model, outcome, base, head, reasons)
    if (reason !== undefined) reasons.set(model.name, reason)
  }
  return outcomes.map((outcome) => {
    const reason = reasons.get(outcome.model)
    return reason === undefined ? outcome : { ...outcome, unreproducible: reason }
  })
}

/** Why the twins of one model may differ without the code's doing, in words. `tainted`: the reasons of the models before it. */
export function taintOf(
  model: PlannedModel,
  twins: { readonly base: TwinOutcome; readonly head: TwinOutcome },
  base: Side,
  head: Side,
  tainted: ReadonlyMap<string, string>,
): string | undefined {
  const links = [base.linked.get(nameOn('base', model)), head.linked.get(model.name)].filter(
    (link) => link !== undefined,
  )
  const chance = links.map((link) => link.chance).find((reason) => reason !== undefined)
  if (chance !== undefined) return chance
  const sensitive = links.some(({ query }) => query.orderSensitive)
  if (sensitive && (spilled(twins.base) || spilled(twins.head)))
    return 'it was built under memory pressure, where the order of rows is not stable'
  const input = [...model.baseInputs, ...model.headInputs].find((name) => tainted.has(name))
  return input === undefined ? undefined : `it reads "${input}", whose rows differ from run to run`
}

function spilled(outcome: TwinOutcome): boolean {
  return outcome.kind === 'built' && (outcome.usage?.spilledBytes ?? 0) > 0
}
