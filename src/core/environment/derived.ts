import { provenProjection, type TakenColumn } from '../lineage/shape/compare.ts'
import type { LinkedModel } from '../lineage/link.ts'
import type { Side } from '../lineage/side.ts'
import type { BoundPair } from '../plan/own.ts'
import type { Plan, PlannedModel } from '../plan/plan.ts'
import { isStateless } from '../plan/renamed-columns.ts'
import type { Relation } from '../sql/relation.ts'
import { identifier, join, sql, type Sql } from '../sql/sql.ts'
import { whereOrderMatters } from './cut-off.ts'

/**
 * Models to which head only adds columns, as their bound plans prove, each with the columns of its twin on base: that is
 * head's twin without the others, and need not be built. Not where somebody minds the order of rows, which no proof is of,
 * and not of what the last run has left.
 */
export function derivedTwins(
  plan: Plan,
  bound: ReadonlyMap<string, BoundPair>,
  sides: { readonly base: Side; readonly head: Side },
): ReadonlyMap<string, readonly TakenColumn[]> {
  const proven = plan.models.flatMap((model) => {
    const columns = keepsItsColumns(model) && !drawsAnything(model, sides) ? takenColumns(model, bound) : undefined
    return columns === undefined ? [] : [[model.name, columns] as const]
  })
  if (proven.length === 0) return new Map()
  const ordered = whereOrderMatters(plan, bound)
  return new Map(proven.filter(([name]) => !ordered.has(name)))
}

/** Base's twin as a view of head's. */
export function derivation(relation: Relation, from: Relation, columns: readonly TakenColumn[]): Sql {
  const taken = columns.map((column) => sql`${identifier(column.from)} AS ${identifier(column.name)}`)
  return sql`CREATE OR REPLACE VIEW ${relation} AS SELECT ${join(taken)} FROM ${from}`
}

/** It stays where it is, is built from nothing on both sides, and none of its rows may differ. */
function keepsItsColumns({ placement, change, base, head, effect }: PlannedModel): boolean {
  if (placement !== 'prune' || base === undefined || head === undefined || effect === undefined) return false
  const stays = change.kind !== 'renamed' && !(change.kind === 'edited' && change.fields.includes('target'))
  return stays && isStateless(base.strategy) && isStateless(head.strategy) && !effect.rows
}

/** By its own code, and by what a change makes of its inputs. */
function takenColumns(
  { name, effect }: PlannedModel,
  bound: ReadonlyMap<string, BoundPair>,
): readonly TakenColumn[] | undefined {
  const { base, head } = bound.get(name) ?? {}
  if (base?.shape === undefined || head?.shape === undefined) return undefined
  const columns = provenProjection(base.shape, head.shape)
  const reached = new Set(effect?.columns.map((column) => column.toLowerCase()))
  return columns?.some((column) => reached.has(column.name.toLowerCase())) === true ? undefined : columns
}

function drawsAnything({ name }: PlannedModel, { base, head }: { readonly base: Side; readonly head: Side }): boolean {
  const draws = (linked: LinkedModel | undefined): boolean =>
    linked === undefined || linked.chance !== undefined || linked.draws !== undefined
  return draws(base.linked.get(name)) || draws(head.linked.get(name))
}
