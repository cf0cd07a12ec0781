import type { ModelOutcome } from '../core/environment/outcome.ts'
import type { Warehouse } from '../core/ports/warehouse.ts'
import type { Relation } from '../core/sql/relation.ts'
import { sql } from '../core/sql/sql.ts'
import type { Attached, Prepared } from './prepared.ts'
import type { TwinBuilder } from './twin-builder.ts'

/** The outcomes, with a full refresh of both sides of each stateful model whose next run adds no row on either. */
export async function withRefreshes(
  outcomes: readonly ModelOutcome[],
  { plan }: Prepared,
  { warehouse }: Attached,
  builder: TwinBuilder,
): Promise<readonly ModelOutcome[]> {
  const planned = new Map(plan.models.map((model) => [model.name, model]))
  const all: ModelOutcome[] = []
  for (const outcome of outcomes) {
    const model = planned.get(outcome.model)
    const isIdle =
      model?.placement === 'prune' && outcome.cutOff === undefined && (await addsNothing(warehouse, outcome))
    const base = isIdle ? await builder.refresh('base', model) : undefined
    const head = base === undefined || !isIdle ? undefined : await builder.refresh('head', model)
    all.push(base === undefined || head === undefined ? outcome : { ...outcome, refresh: { base, head } })
  }
  return all
}

async function addsNothing(warehouse: Warehouse, { base, head }: ModelOutcome): Promise<boolean> {
  if (base.kind !== 'built' || head.kind !== 'built') return false
  if (base.delta === undefined || head.delta === undefined) return false
  return (await isEmpty(warehouse, base.delta)) && isEmpty(warehouse, head.delta)
}

async function isEmpty(warehouse: Warehouse, relation: Relation): Promise<boolean> {
  return (
    (await warehouse.query(sql`SELECT 1 FROM ${relation} LIMIT 1`, { mode: 'compare', searchPath: [] })).length === 0
  )
}
