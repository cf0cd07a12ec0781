import { derivation } from '../../core/environment/derived.ts'
import { stepsOf } from '../../core/environment/frontier.ts'
import { nameOn, plannedModel, pointTo, storedRelation, twinRelation } from '../../core/environment/layout.ts'
import type { PlannedStep } from '../../core/environment/planned-step.ts'
import { canStartAfresh, recipeOf } from '../../core/environment/strategy.ts'
import { keyOf } from '../../core/lineage/names.ts'
import { spliceReferences } from '../../core/lineage/splice.ts'
import { render } from '../../core/sql/render.ts'
import { sql } from '../../core/sql/sql.ts'
import type { Prepared } from '../prepared.ts'
import type { Services } from '../services.ts'

/** Every step that a build would take if nothing were cut off, with the query that it would run, inputs first. */
export function plannedSteps({ kernel: { style } }: Services, prepared: Prepared): readonly PlannedStep[] {
  const { plan, layout, attached } = prepared
  const all = new Map(
    plan.models.filter(({ placement }) => placement === 'prune').map(({ name }) => [name, { kind: 'build' } as const]),
  )
  return stepsOf(plan, layout, all).flatMap(({ model: name, side }): readonly PlannedStep[] => {
    const model = plannedModel(layout, name)
    const linked = model && prepared[side].side.linked.get(nameOn(side, model))
    if (model === undefined || linked === undefined) return []
    const taken = side === 'base' ? layout.derived.get(name) : undefined
    if (taken !== undefined) {
      const view = derivation(twinRelation('base', model), twinRelation('head', model), taken)
      return [{ model: name, side, writes: 'all', sql: render(view, style) }]
    }
    const relation = storedRelation(layout, side, model)
    const isFresh = prepared.request.fullRefresh === true && canStartAfresh(linked)
    const existing =
      !isFresh && attached?.stored.has(keyOf(relation.schema, relation.table)) === true ? relation : undefined
    const { text } = spliceReferences(linked, (target) => pointTo(layout, side, linked, target), style)
    const recipe = recipeOf(linked.model, text, existing, [])
    if (recipe.kind !== 'table' && recipe.kind !== 'delta') return []
    const statement = sql`CREATE TABLE ${twinRelation(side, model)} AS (${recipe.query})`
    return [{ model: name, side, writes: recipe.kind === 'table' ? 'all' : 'delta', sql: render(statement, style) }]
  })
}
