import type { Plan } from '../plan/plan.ts'
import { sql, type Sql } from '../sql/sql.ts'
import { plannedModel, readRelation, twinRelation, type Layout } from './layout.ts'
import type { ModelOutcome } from './outcome.ts'

/** Views that complete head's catalog: every model that was not built there shows what its readers read. */
export function previewViews(plan: Plan, layout: Layout, outcomes: readonly ModelOutcome[]): readonly Sql[] {
  const built = new Set(outcomes.filter(({ base }) => base.kind === 'built').map(({ model }) => model))
  return plan.models.flatMap(({ name, head }): readonly Sql[] => {
    const model = plannedModel(layout, name)
    if (model === undefined || head === undefined || model.placement === 'prune') return []
    const isThere = model.placement === 'shared' ? built.has(name) : layout.stored.has(name)
    if (!isThere) return []
    return [
      sql`CREATE OR REPLACE VIEW ${twinRelation('head', model)} AS SELECT * FROM ${readRelation(layout, 'head', model)}`,
    ]
  })
}
