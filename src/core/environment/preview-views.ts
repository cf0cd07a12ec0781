import type { Plan } from '../plan/plan.ts'
import { sql, type Sql } from '../sql/sql.ts'
import { readRelation, twinRelation, type Layout } from './layout.ts'

/** Views that complete head's catalog: every model that was not built there shows what its readers read. */
export function previewViews(plan: Plan, layout: Layout): readonly Sql[] {
  return plan.models
    .filter(
      ({ name, head, placement }) =>
        head !== undefined && (placement === 'shared' || (placement !== 'prune' && layout.stored.has(name))),
    )
    .map(
      (model) =>
        sql`CREATE OR REPLACE VIEW ${twinRelation('head', model)} AS SELECT * FROM ${readRelation(layout, 'head', model)}`,
    )
}
