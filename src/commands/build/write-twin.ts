import { derivation } from '../../core/environment/derived.ts'
import { deltaRelation } from '../../core/environment/layout.ts'
import type { TwinOutcome } from '../../core/environment/outcome.ts'
import type { Recipe } from '../../core/environment/strategy.ts'
import type { TakenColumn } from '../../core/lineage/shape/compare.ts'
import type { Column, Session, Warehouse } from '../../core/ports/warehouse.ts'
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

/** Head's twin, and the columns of base's that it is proven to have. */
export interface DerivedFrom {
  readonly relation: Relation
  readonly columns: readonly TakenColumn[]
}

/** Base's twin as a view of head's; undefined where that does not have the columns that base's statement yields after all. */
export async function deriveTwin(
  warehouse: Warehouse,
  { relation: from, columns }: DerivedFrom,
  relation: Required<Relation>,
  yielded: readonly Column[],
): Promise<{ readonly twin: TwinOutcome & { readonly kind: 'built' }; readonly from: Relation } | undefined> {
  const there = new Map((await warehouse.describe(from))?.map(({ name, type }) => [name, type]))
  const isThere =
    yielded.length === columns.length &&
    columns.every(({ name, from: at }, index) => {
      const column = yielded[index]
      return column?.name === name && there.get(at) === column.type
    })
  if (!isThere) return undefined
  await warehouse.execute(derivation(relation, from, columns))
  return { twin: { kind: 'built', relation, derived: true }, from }
}
