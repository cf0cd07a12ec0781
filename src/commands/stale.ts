import {
  plannedModel,
  pointTo,
  readRelation,
  storedRelation,
  storedSession,
  type Layout,
} from '../core/environment/layout.ts'
import { recipeOf } from '../core/environment/strategy.ts'
import type { LinkedModel } from '../core/lineage/link.ts'
import { spliceReferences } from '../core/lineage/splice.ts'
import type { Plan, PlannedModel } from '../core/plan/plan.ts'
import type { Column } from '../core/ports/warehouse.ts'
import { sql } from '../core/sql/sql.ts'
import type { Attached, Linked } from './prepared.ts'
import type { Services } from './services.ts'

/**
 * Models of the copy set that the warehouse does not hold as base's code would make them: other columns or types, or a
 * stored view that reads what this plan rebuilds. Production runs main's tip; base is the merge base. `checked` grows.
 */
export async function staleModels(
  services: Services,
  attached: Attached,
  plan: Plan,
  layout: Layout,
  base: Linked,
  checked: Set<string>,
): Promise<readonly string[]> {
  const stale: string[] = []
  for (const model of plan.models) {
    const linked = base.side.linked.get(model.name)
    if (model.placement !== 'copy' || linked === undefined) continue
    if (await isStaleView(services, layout, model, linked, base)) stale.push(model.name)
    else if (!checked.has(model.name)) {
      checked.add(model.name)
      if (await hasOtherColumns(services, attached, layout, model, linked)) stale.push(model.name)
    }
  }
  return stale
}

/** A stored view shows what lies below it now; what is rebuilt or made anew there is not what it shows. */
async function isStaleView(
  { kernel }: Services,
  layout: Layout,
  model: PlannedModel,
  linked: LinkedModel,
  { names }: Linked,
): Promise<boolean> {
  if (linked.model.strategy.kind !== 'view') return false
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

/** Stateful models may have grown columns that their code no longer names; for the others the code says it all. */
async function hasOtherColumns(
  { kernel }: Services,
  { warehouse }: Attached,
  layout: Layout,
  model: PlannedModel,
  linked: LinkedModel,
): Promise<boolean> {
  const { kind } = linked.model.strategy
  if (kind !== 'full_refresh' && kind !== 'view') return false
  const { text } = spliceReferences(linked, (target) => pointTo(layout, 'base', linked, target), kernel.style)
  const recipe = recipeOf(linked.model, text, undefined)
  if (recipe.kind !== 'table') return false
  const bound = await kernel.binder.bind(recipe.query, storedSession(layout.warehouse))
  // What does not bind here (an input that is not built yet) says nothing about the stored relation.
  if (bound.kind === 'unbound') return false
  const stored = (await warehouse.describe(readRelation(layout, 'base', model))) ?? []
  return signature(stored) !== signature(bound.columns)
}

function signature(columns: readonly Column[]): string {
  return JSON.stringify(columns.map(({ name, type }) => [name.toLowerCase(), type]))
}
