import type { Strategy } from '../project/model.ts'

/** A column that a strategy needs of the query, and the setting that names it. */
interface NeededColumn {
  readonly name: string
  readonly setting: string
}

/**
 * Says what a strategy needs and the query does not yield: its next run fails, even where a first run does not. Undefined
 * when nothing is missing. Names are compared as the engine does, without case.
 */
export function missingColumn(strategy: Strategy, columns: readonly { readonly name: string }[]): string | undefined {
  const present = new Set(columns.map(({ name }) => name.toLowerCase()))
  const missing = neededColumns(strategy).find(({ name }) => !present.has(name.toLowerCase()))
  if (missing === undefined) return undefined
  return `The query has no column \`${missing.name}\`, which the strategy \`${strategy.kind}\` needs (\`${missing.setting}\`).`
}

/** An incremental model's timestamp column is not among them: its author writes the filter, and may read the column elsewhere. */
function neededColumns(strategy: Strategy): readonly NeededColumn[] {
  const each = (names: readonly string[], setting: string): readonly NeededColumn[] =>
    names.map((name) => ({ name, setting }))
  switch (strategy.kind) {
    case 'merge':
      return [...each(strategy.uniqueKey, 'unique_key'), ...each(strategy.updateColumns ?? [], 'update_columns')]
    case 'delete_insert':
      return each(strategy.partitionBy, 'partition_by')
    case 'time_interval':
      return each([strategy.timeColumn], 'time_column')
    default:
      return []
  }
}
