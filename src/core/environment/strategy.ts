import type { Model, Strategy } from '../project/model.ts'
import type { LinkedModel } from '../lineage/link.ts'
import { authored, identifier, join, literal, sql, type Sql } from '../sql/sql.ts'
import type { Relation } from '../sql/relation.ts'
import { fillInterval, within, type Interval, type TimeInterval } from './interval.ts'

/** How one side of a model is built. */
export type Recipe =
  | { readonly kind: 'table'; readonly query: Sql }
  /** A stateful model on top of what the warehouse holds: the next run's rows, and the result that they make. */
  | { readonly kind: 'delta'; readonly query: Sql; readonly result: (delta: Relation) => Sql }
  | { readonly kind: 'unsupported'; readonly because: string }

/**
 * The recipe of a model. Views and ephemeral models are built as tables too: both sides must be read under the same
 * conditions, by the comparison and by every reader. `existing` is the warehouse's relation, where there is one.
 * `intervals`: what a time_interval model is run for, by start; of none, its placeholders stay.
 */
export function recipeOf(
  model: Model,
  text: string,
  existing: Relation | undefined,
  intervals: readonly Interval[],
): Recipe {
  const query = withSurrogateKeys(model, text)
  const { strategy } = model
  switch (strategy.kind) {
    case 'full_refresh':
    case 'view':
    case 'ephemeral':
      return { kind: 'table', query }
    case 'incremental':
    case 'microbatch':
    case 'merge':
    case 'delete_insert':
      if (existing === undefined) return { kind: 'table', query }
      return { kind: 'delta', query, result: (delta) => resultOf(strategy, existing, delta) }
    case 'time_interval':
      return intervalRecipe(model, strategy, text, existing, intervals)
    case 'materialized_view':
    case 'dynamic_table':
    case 'content_addressed':
      return { kind: 'unsupported', because: `DuckDB has nothing like the strategy "${strategy.kind}"` }
  }
}

/** Whether the next run of a model starts from what the last one has left. */
export function isStateful({ kind }: Strategy): boolean {
  return ['incremental', 'microbatch', 'merge', 'delete_insert', 'time_interval'].includes(kind)
}

/** Whether a model can be built as if its relation did not exist: one that reads itself cannot. */
export function canStartAfresh({ links }: LinkedModel): boolean {
  return !links.some(({ target }) => target.kind === 'self')
}

/** Columns that tell which existing rows a delta replaces; undefined when it only adds. */
export function replacingColumns(strategy: Strategy): readonly string[] | undefined {
  if (strategy.kind === 'merge') return strategy.uniqueKey
  if (strategy.kind === 'delete_insert') return strategy.partitionBy
  return undefined
}

/** Interval by interval, each run deletes its range, rows of earlier runs included, and inserts what the query yields. */
function intervalRecipe(
  model: Model,
  strategy: TimeInterval,
  text: string,
  existing: Relation | undefined,
  intervals: readonly Interval[],
): Recipe {
  const time = (row: string): Sql => sql`${identifier(row)}.${identifier(strategy.timeColumn)}`
  const runs = intervals.map((interval) => withSurrogateKeys(model, fillInterval(text, interval).text))
  const query =
    runs.length < 2
      ? (runs[0] ?? withSurrogateKeys(model, text))
      : join(
          runs.map((run, index) => {
            const later = intervals.slice(index + 1)
            const all = sql`SELECT * FROM (${run}) AS q`
            return later.length === 0 ? all : sql`${all} WHERE NOT coalesce(${within(time('q'), later)}, false)`
          }),
          ' UNION ALL ',
        )
  if (existing === undefined) return { kind: 'table', query }
  const kept = sql`SELECT e.* FROM ${existing} AS e WHERE NOT coalesce(${within(time('e'), intervals)}, false)`
  return { kind: 'delta', query, result: (delta) => sql`${kept} UNION ALL BY NAME SELECT * FROM ${delta}` }
}

/** Rows of `from` whose columns equal those of some row of `delta`, as the strategy matches them. */
function matching(strategy: Strategy, delta: Relation): Sql {
  const columns = replacingColumns(strategy) ?? []
  // MERGE matches with `=`, so a NULL key never matches; a partition is replaced as a value, NULL included.
  const comparison = strategy.kind === 'merge' ? sql`=` : sql`IS NOT DISTINCT FROM`
  const conditions = columns.map((column) => sql`d.${identifier(column)} ${comparison} e.${identifier(column)}`)
  return sql`EXISTS (SELECT 1 FROM ${delta} AS d WHERE ${join(conditions, ' AND ')})`
}

/** Rows of `e` whose columns are, as values, those of some row of `delta`: whatever the strategy did with them. */
export function touching(columns: readonly string[], delta: Relation): Sql {
  const conditions = columns.map((column) => sql`d.${identifier(column)} IS NOT DISTINCT FROM e.${identifier(column)}`)
  return sql`EXISTS (SELECT 1 FROM ${delta} AS d WHERE ${join(conditions, ' AND ')})`
}

function resultOf(strategy: Strategy, existing: Relation, delta: Relation): Sql {
  const added = sql`SELECT * FROM ${delta}`
  if (replacingColumns(strategy) === undefined) return sql`SELECT * FROM ${existing} UNION ALL BY NAME ${added}`
  const kept = sql`SELECT e.* FROM ${existing} AS e WHERE NOT ${matching(strategy, delta)}`
  if (strategy.kind !== 'merge' || strategy.updateColumns === undefined) return sql`${kept} UNION ALL BY NAME ${added}`
  const on = join(
    strategy.uniqueKey.map((key) => sql`e.${identifier(key)} = d.${identifier(key)}`),
    ' AND ',
  )
  const updates = join(strategy.updateColumns.map((column) => sql`d.${identifier(column)} AS ${identifier(column)}`))
  return sql`${kept} UNION ALL BY NAME SELECT e.* REPLACE (${updates}) FROM ${existing} AS e JOIN ${delta} AS d ON ${on} UNION ALL BY NAME SELECT d.* FROM ${delta} AS d WHERE NOT EXISTS (SELECT 1 FROM ${existing} AS e WHERE ${on})`
}

/** The form of dbt_utils: md5 over the columns as text, joined by `-`, NULL as a word of its own. */
function withSurrogateKeys({ surrogateKeys }: Model, text: string): Sql {
  if (surrogateKeys.length === 0) return authored(text)
  const keys = surrogateKeys.map(({ name, columns }) => {
    const texts = columns.map(
      (column) => sql`coalesce(CAST(${identifier(column)} AS VARCHAR), ${literal('_dbt_utils_surrogate_key_null_')})`,
    )
    return sql`md5(${join(texts, " || '-' || ")}) AS ${identifier(name)}`
  })
  return sql`SELECT *, ${join(keys)} FROM (${authored(text)})`
}
