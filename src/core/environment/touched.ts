import type { Strategy } from '../project/model.ts'
import { sql, type Sql } from '../sql/sql.ts'
import type { Relation } from '../sql/relation.ts'
import { CATALOGS, TOUCHED_SCHEMA, type SideName } from './layout.ts'
import type { TwinOutcome } from './outcome.ts'
import { replacingColumns, touching } from './strategy.ts'

type Built = TwinOutcome & { readonly kind: 'built' }

/** What of a stateful model is compared: the rows that either side's next run touches. The rest is one and the same table. */
export type Touched =
  | { readonly kind: 'relations'; readonly base: Relation; readonly head: Relation }
  | { readonly kind: 'views'; readonly base: Relation; readonly head: Relation; readonly statements: readonly Sql[] }

/** Undefined where the sides must be compared whole: one has no earlier state, or they replace rows by other columns. */
export function touchedRows(
  model: string,
  base: Built,
  head: Built,
  strategies: { readonly base: Strategy; readonly head: Strategy },
): Touched | undefined {
  if (base.delta === undefined || head.delta === undefined) return undefined
  if (!replaceTheSameIntervals(strategies.base, strategies.head)) return undefined
  const columns = replacingColumns(strategies.head)
  if (JSON.stringify(columns) !== JSON.stringify(replacingColumns(strategies.base))) return undefined
  if (columns === undefined) return { kind: 'relations', base: base.delta, head: head.delta }
  const deltas = [base.delta, head.delta]
  // A merge never matches a NULL key, but a row that it adds may have one.
  const touched = deltas.map((delta) => touching(columns, delta))
  const view = (side: SideName, relation: Relation): readonly [Relation, Sql] => {
    const name = { catalog: CATALOGS[side], schema: TOUCHED_SCHEMA, table: model }
    return [
      name,
      sql`CREATE OR REPLACE VIEW ${name} AS SELECT e.* FROM ${relation} AS e WHERE ${touched[0] as Sql} OR ${touched[1] as Sql}`,
    ]
  }
  const [baseView, baseStatement] = view('base', base.relation)
  const [headView, headStatement] = view('head', head.relation)
  return { kind: 'views', base: baseView, head: headView, statements: [baseStatement, headStatement] }
}

/** Both are run for the same intervals: with one time column, each takes the same rows out of the earlier state. */
function replaceTheSameIntervals(base: Strategy, head: Strategy): boolean {
  if (base.kind === 'time_interval' && head.kind === 'time_interval')
    return base.timeColumn.toLowerCase() === head.timeColumn.toLowerCase()
  return base.kind !== 'time_interval' && head.kind !== 'time_interval'
}
