import { identifier, join, sql, type Sql } from '../sql/sql.ts'
import type { Column } from '../ports/warehouse.ts'
import { comparable } from './comparable.ts'
import { isOrdered } from './gate.ts'
import { columnDiffs } from './structure.ts'
import type { AskGates, Twin } from './twins.ts'

/**
 * Lower-case names of the columns in which two tables differ, row by row in the order in which both lie; those that one
 * alone has, or in another type, are among them. Undefined where they have not as many rows, or their places cannot be
 * asked for. One thread lays down the rows of one query in one order; where the order itself is chance, it shows as
 * columns that differ.
 */
export async function differingInOrder(
  first: Twin,
  second: Twin,
  ask: AskGates,
): Promise<readonly string[] | undefined> {
  if (!isOrdered(first.columns) || !isOrdered(second.columns)) return undefined
  const diffs = columnDiffs(first.columns, second.columns)
  const same = diffs.filter(({ change }) => change === 'same').map(({ name, typeHead: type = '' }) => ({ name, type }))
  const [row = {}] = await ask(statement(first, second, same))
  if (row['a'] !== row['b']) return undefined
  return [
    ...diffs.filter(({ change }) => change !== 'same'),
    ...same.filter((_, index) => row[`n${String(index)}`] !== 0n),
  ].map(({ name }) => name.toLowerCase())
}

function statement(first: Twin, second: Twin, columns: readonly Column[]): Sql {
  const placed = ({ relation }: Twin, side: 'base' | 'head'): Sql => {
    const values = columns.map(
      ({ name, type }, index) =>
        sql`${comparable(type, type).value(identifier(name), side)} AS ${identifier(`v${String(index)}`)}`,
    )
    return sql`(SELECT ${join([sql`rowid AS place`, ...values])} FROM ${relation})`
  }
  const counts = columns.map((_, index) => {
    const [value, count] = [identifier(`v${String(index)}`), identifier(`n${String(index)}`)]
    return sql`count(*) FILTER (f.${value} IS DISTINCT FROM s.${value}) AS ${count}`
  })
  const sizes = [
    sql`(SELECT count(*) FROM ${first.relation}) AS a`,
    sql`(SELECT count(*) FROM ${second.relation}) AS b`,
  ]
  return sql`SELECT ${join([...sizes, ...counts])} FROM ${placed(first, 'base')} AS f JOIN ${placed(second, 'head')} AS s ON f.place = s.place`
}
