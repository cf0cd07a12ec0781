import { deltaRelation } from '../../core/environment/layout.ts'
import type { TwinOutcome } from '../../core/environment/outcome.ts'
import type { Recipe } from '../../core/environment/strategy.ts'
import type { Session, Warehouse } from '../../core/ports/warehouse.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { sql } from '../../core/sql/sql.ts'

/** Runs a recipe into `relation`: a table, or a view over a table of the next run's rows. A worker that died may have left either behind. */
export async function writeTwin(
  warehouse: Warehouse,
  recipe: Recipe & { readonly kind: 'table' | 'delta' },
  relation: Required<Relation>,
  session: Session,
): Promise<TwinOutcome & { readonly kind: 'built' }> {
  if (recipe.kind === 'table') {
    await warehouse.execute(sql`DROP TABLE IF EXISTS ${relation}`)
    const usage = await warehouse.materialize(relation, recipe.query, session)
    return { kind: 'built', relation, usage }
  }
  const delta = deltaRelation(relation)
  await warehouse.execute(sql`DROP VIEW IF EXISTS ${relation}`)
  await warehouse.execute(sql`DROP TABLE IF EXISTS ${delta}`)
  const usage = await warehouse.materialize(delta, recipe.query, session)
  await warehouse.execute(sql`CREATE VIEW ${relation} AS ${recipe.result(delta)}`)
  return { kind: 'built', relation, delta, usage }
}
