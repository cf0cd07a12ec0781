import type { Row, Value } from '../ports/warehouse.ts'
import type { Relation } from '../sql/relation.ts'
import { authored, identifier, join, sql, type Sql } from '../sql/sql.ts'
import type { DataTest, Rule } from './data-test.ts'
import type { ShownRow } from './result.ts'

/** What a test is run on. */
export interface Tested {
  readonly relation: Relation
  /** The name that authors use for it in their SQL. */
  readonly alias: string
  /** What `to_table` of a relationships test stands for. */
  readonly parent: Relation | undefined
}

/** Whether the test can share one pass over the relation with others. */
export function isScan({ rule }: DataTest): boolean {
  return rule.kind === 'rows' || rule.kind === 'count' || rule.kind === 'aggregate'
}

/** One row of figures for tests that share a pass, or for one test that has a query of its own. `readFigures` reads it. */
export function figuresQuery(tests: readonly DataTest[], tested: Tested): Sql {
  const [test] = tests
  if (test?.rule.kind === 'groups') {
    return sql`SELECT coalesce(sum(n), 0) AS f0 FROM (${repeatedKeys(test, test.rule.keys, tested)})`
  }
  if (test?.rule.kind === 'orphans') return sql`SELECT count(*) AS f0 FROM (${failingRows(test, tested)})`
  const figures = tests.flatMap((each, index) => scanFigures(each, index))
  return sql`SELECT ${join(figures)} FROM ${tested.relation} AS ${identifier(tested.alias)}`
}

/** What `figuresQuery` found for the test at `index`: failing rows, and what was seen where rows are not what fails. */
export function readFigures(
  { rule }: DataTest,
  index: number,
  row: Row | undefined,
): { readonly failing: bigint; readonly observed?: string } {
  const figure = asCount(row?.[`f${String(index)}`])
  if (rule.kind === 'aggregate') {
    const value = row?.[`o${String(index)}`] ?? null
    return { failing: figure, observed: value === null ? 'NULL' : String(value) }
  }
  if (rule.kind !== 'count') return { failing: figure }
  const { min, max } = rule
  const fits = (min === undefined || figure >= BigInt(min)) && (max === undefined || figure <= BigInt(max))
  return { failing: fits ? 0n : 1n, observed: `${String(figure)} ${figure === 1n ? 'row' : 'rows'}` }
}

/** A few failing keys, in order: the columns of `key`, and the tested ones. Undefined where no row is what fails, or none could be named. */
export function keysQuery(
  test: DataTest,
  tested: Tested,
  key: readonly string[],
  limit: number,
): { readonly query: Sql; readonly columns: readonly string[] } | undefined {
  const { rule } = test
  if (rule.kind === 'groups') {
    const columns = rule.keys.map((_, index) => test.columns[index] ?? 'key')
    const shown = columns.map((_, index) => textOf(sql`${identifier(`k${String(index)}`)}`, index))
    return {
      query: sql`SELECT ${join(shown)} FROM (${repeatedKeys(test, rule.keys, tested)}) ORDER BY ALL LIMIT ${limit}`,
      columns,
    }
  }
  if (rule.kind === 'count' || rule.kind === 'aggregate') return undefined
  const columns = distinct([...key, ...test.columns])
  if (columns.length === 0) return undefined
  const shown = columns.map((column, index) => textOf(identifier(column), index))
  return {
    query: sql`SELECT DISTINCT ${join(shown)} FROM (${failingRows(test, tested)}) ORDER BY ALL LIMIT ${limit}`,
    columns,
  }
}

export function readKeys(columns: readonly string[], rows: readonly Row[]): readonly ShownRow[] {
  return rows.map((row) =>
    columns.map((column, index) => {
      const value = row[`v${String(index)}`] ?? null
      return { column, value: value === null ? null : String(value) }
    }),
  )
}

/** Characters of a value that are kept. */
const LONGEST_VALUE = 200

function textOf(value: Sql, index: number): Sql {
  return sql`left(CAST(${value} AS VARCHAR), ${LONGEST_VALUE}) AS ${identifier(`v${String(index)}`)}`
}

function scanFigures({ rule, filter }: DataTest, index: number): readonly Sql[] {
  const name = identifier(`f${String(index)}`)
  const only = onlyWhere(filterOf(filter))
  switch (rule.kind) {
    case 'rows':
      return [sql`count(*)${onlyWhere([...filterOf(filter), sql`(${rule.fails})`])} AS ${name}`]
    case 'count':
      return [sql`count(*)${only} AS ${name}`]
    case 'aggregate': {
      const value = sql`${rule.value}${only}`
      return [
        sql`CASE WHEN ${value} ${rule.passes} THEN 0 ELSE 1 END AS ${name}`,
        sql`CAST(${value} AS VARCHAR) AS ${identifier(`o${String(index)}`)}`,
      ]
    }
    case 'groups':
    case 'orphans':
      return []
  }
}

/** Each key that stands in more than one row, as `k0`, `k1`, …, with the number `n` of its rows. */
function repeatedKeys({ filter }: DataTest, keys: readonly Sql[], { relation, alias }: Tested): Sql {
  const names = keys.map((_, index) => identifier(`k${String(index)}`))
  const keyed = keys.map((key, index) => sql`${key} AS ${names[index] ?? sql``}`)
  return sql`SELECT ${join(names)}, count(*) AS n FROM (SELECT ${join(keyed)} FROM ${relation} AS ${identifier(alias)}${where(filterOf(filter))}) GROUP BY ${join(names)} HAVING count(*) > 1`
}

function failingRows(test: DataTest, tested: Tested): Sql {
  const { rule, filter } = test
  const conditions = [...filterOf(filter), ...failsOf(rule, tested)]
  return sql`SELECT * FROM ${tested.relation} AS ${identifier(tested.alias)}${where(conditions)}`
}

function failsOf(rule: Rule, { alias, parent }: Tested): readonly Sql[] {
  if (rule.kind === 'rows') return [sql`(${rule.fails})`]
  if (rule.kind !== 'orphans' || parent === undefined) return []
  const own = sql`${identifier(alias)}.${identifier(rule.column)}`
  const known = sql`SELECT 1 FROM ${parent} AS parent_of_test WHERE parent_of_test.${identifier(rule.toColumn)} = ${own}`
  return [sql`${own} IS NOT NULL`, sql`NOT EXISTS (${known})`]
}

const filterOf = (filter: string | undefined): readonly Sql[] =>
  filter === undefined ? [] : [sql`(${authored(filter)})`]

const where = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? sql`` : sql` WHERE ${join(conditions, ' AND ')}`

const onlyWhere = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? sql`` : sql` FILTER (${where(conditions)})`

function asCount(value: Value | undefined): bigint {
  return typeof value === 'bigint' ? value : BigInt(Number(value ?? 0))
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()]
}
