import { plannedModel, storedRelation, storedSession, type Layout } from '../../core/environment/layout.ts'
import type { Plan, PlannedModel } from '../../core/plan/plan.ts'
import { sql } from '../../core/sql/sql.ts'
import type { Definitions } from './definitions.ts'
import type { Linked } from '../prepared.ts'
import type { Services } from '../services.ts'

/**
 * Marks models of the copy set that the warehouse does not hold as base's code would make them, and says whether there
 * were any: other columns or types, or a stored view that reads what this plan rebuilds. Production runs main's tip; base
 * is the merge base.
 */
export async function markStale(
  services: Services,
  definitions: Definitions,
  plan: Plan,
  layout: Layout,
  base: Linked,
): Promise<boolean> {
  let found = false
  for (const model of plan.models) {
    if (model.placement !== 'copy') continue
    if (await definitions.isStale(model.name)) found = true
    else if (await isStaleView(services, layout, model, base)) {
      definitions.markStale(model.name)
      found = true
    }
  }
  return found
}

/** A stored view shows what lies below it now; what is rebuilt or made anew there is not what it shows. */
async function isStaleView(
  { kernel }: Services,
  layout: Layout,
  model: PlannedModel,
  { names, side }: Linked,
): Promise<boolean> {
  if (side.linked.get(model.name)?.model.strategy.kind !== 'view') return false
  const bound = await kernel.binder.bind(
    sql`SELECT * FROM ${storedRelation(layout, 'base', model)}`,
    storedSession(layout.warehouse),
  )
  if (bound.kind === 'unbound') return true
  return bound.scans.some((scan) => {
    const filling = names.modelFilling(scan)
    if (filling === undefined || filling === model.name) return false
    const placement = plannedModel(layout, filling)?.placement
    return placement === 'prune' || placement === 'shared'
  })
}
