import { equalProjections, type Twin } from '../../core/diff/twins.ts'
import type { Demand } from '../../core/environment/cut-off.ts'
import type { TwinOutcome } from '../../core/environment/outcome.ts'
import { replacingColumns } from '../../core/environment/strategy.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import type { Warehouse } from '../../core/ports/warehouse.ts'
import type { Relation } from '../../core/sql/relation.ts'

type Built = TwinOutcome & { readonly kind: 'built' }

/** Beside the builds, under their conditions: a comparison with every thread would make them wait for one another. */
const SESSION = { mode: 'build', searchPath: [] } as const

/** The readers for which both twins of a model are equal: all that each of them reads, in one pass a side. */
export async function readersWithEqualInput(
  warehouse: Warehouse,
  { base, head }: PlannedModel,
  twins: { readonly base: Built; readonly head: Built },
  demands: readonly Demand[],
): Promise<ReadonlySet<string>> {
  const sameStrategy = JSON.stringify(base?.strategy) === JSON.stringify(head?.strategy)
  const { delta: baseDelta } = twins.base
  const { delta: headDelta } = twins.head
  const byDelta = sameStrategy && baseDelta !== undefined && headDelta !== undefined
  // On one earlier state, equal deltas make equal results; the columns that say what they replace belong to it.
  const [baseRelation, headRelation] = byDelta ? [baseDelta, headDelta] : [twins.base.relation, twins.head.relation]
  const replacing = byDelta && head !== undefined ? (replacingColumns(head.strategy) ?? []) : []
  const isTable = byDelta || (baseDelta === undefined && headDelta === undefined)
  const askable = demands.filter(({ ordered }) => isTable || !ordered)
  if (askable.length === 0) return new Set()
  const describe = async (relation: Relation): Promise<Twin> => ({
    relation,
    columns: (await warehouse.describe(relation)) ?? [],
  })
  const [baseTwin, headTwin] = [await describe(baseRelation), await describe(headRelation)]
  const known = new Set([...baseTwin.columns, ...headTwin.columns].map(({ name }) => name.toLowerCase()))
  const projections = askable.map(({ columns, ordered }) => ({
    // What only the earlier state has is one and the same.
    columns:
      columns && [...new Set([...columns, ...replacing])].map(lower).filter((name) => !byDelta || known.has(name)),
    ordered,
  }))
  const equal = await equalProjections(baseTwin, headTwin, projections, (statement) =>
    warehouse.query(statement, SESSION),
  )
  return new Set(askable.filter((_, index) => equal[index] === true).map(({ reader }) => reader))
}

function lower(name: string): string {
  return name.toLowerCase()
}
