import type { Strategy } from '../project/model.ts'
import { sql, type Sql } from '../sql/sql.ts'
import type { Relation } from '../sql/relation.ts'
import { CATALOGS, TOUCHED_SCHEMA, type SideName } from './layout.ts'
import type { TwinOutcome } from './outcome.ts'
import { replacingColumns, touching } from './strategy.ts'

type Built = TwinOutcome & { readonly kind: 'built' }

/** What of a stateful model is compared: the rows that either side's next run touches. The rest is one and the same table. */
export interface Touched {
  readonly base: Relation
  readonly head: Relation
  /** What makes the two, as views. */
  readonly statements: readonly Sql[]
}

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
  const [ofBase, ofHead] =
    columns === undefined
      ? [added(base.relation, base.delta), added(head.relation, head.delta)]
      : replaced(columns, base, head, [base.delta, head.delta])
  const [baseView, headView] = [viewOf('base', model), viewOf('head', model)]
  const statements = [
    sql`CREATE OR REPLACE VIEW ${baseView} AS ${ofBase}`,
    sql`CREATE OR REPLACE VIEW ${headView} AS ${ofHead}`,
  ]
  return { base: baseView, head: headView, statements }
}

function viewOf(side: SideName, model: string): Relation {
  return { catalog: CATALOGS[side], schema: TOUCHED_SCHEMA, table: model }
}

/** As they stand in the table, which keeps a column that the query no longer has: it is NULL in new rows. */
function added(relation: Relation, delta: Relation): Sql {
  return sql`SELECT * FROM ${relation} WHERE false UNION ALL BY NAME SELECT * FROM ${delta}`
}

function replaced(
  columns: readonly string[],
  base: Built,
  head: Built,
  deltas: readonly [Relation, Relation],
): readonly [Sql, Sql] {
  // A merge never matches a NULL key, but a row that it adds may have one.
  const [ofBase, ofHead] = [touching(columns, deltas[0]), touching(columns, deltas[1])]
  const rows = (relation: Relation): Sql => sql`SELECT e.* FROM ${relation} AS e WHERE ${ofBase} OR ${ofHead}`
  return [rows(base.relation), rows(head.relation)]
}

/** Both are run for the same intervals: with one time column, each takes the same rows out of the earlier state. */
function replaceTheSameIntervals(base: Strategy, head: Strategy): boolean {
  if (base.kind === 'time_interval' && head.kind === 'time_interval')
    return base.timeColumn.toLowerCase() === head.timeColumn.toLowerCase()
  return base.kind !== 'time_interval' && head.kind !== 'time_interval'
}
