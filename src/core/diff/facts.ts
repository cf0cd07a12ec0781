import type { SideName } from '../environment/layout.ts'
import type { Row } from '../ports/warehouse.ts'
import { identifier, join, sql, type Sql } from '../sql/sql.ts'
import type { ColumnDiff, ColumnFacts } from './result.ts'
import { rowsOf, value, type ComparedColumn, type Sides } from './sides.ts'

/** The columns with what each side holds of them. */
export async function withFacts(
  columns: readonly ColumnDiff[],
  sides: Sides,
  ask: (statement: Sql) => Promise<readonly Row[]>,
): Promise<readonly ColumnDiff[]> {
  const base = readFacts(await ask(factsStatement(sides, 'base')), sides)
  const head = readFacts(await ask(factsStatement(sides, 'head')), sides)
  const places = new Map(sides.columns.map(({ column }, index) => [column.name, index]))
  return columns.map((column) => {
    const place = places.get(column.name) ?? -1
    const [was, is] = [base[place], head[place]]
    return was === undefined || is === undefined ? column : { ...column, facts: { base: was, head: is } }
  })
}

/** One pass over one side: NULLs, distinct values (about), and of numbers and times the smallest, greatest, mean and sum. */
function factsStatement(sides: Sides, side: SideName): Sql {
  const facts = sides.columns.flatMap((column, index) => factsOf(column, side, index))
  return sql`SELECT ${join([sql`count(*) AS n`, ...facts])} FROM ${rowsOf(sides, side)}`
}

/** One a compared column, in their order. */
function readFacts(rows: readonly Row[], { columns }: Sides): readonly ColumnFacts[] {
  const row = rows[0] ?? {}
  return columns.map((_, index) => {
    const i = String(index)
    const text = (name: string): string | undefined => {
      const found = row[`${name}${i}`]
      return found === null || found === undefined ? undefined : String(found)
    }
    const [min, max, mean, sum] = [text('least'), text('most'), text('mean'), text('sum')]
    return {
      nulls: BigInt(text('nulls') ?? 0),
      distinct: BigInt(text('distinct') ?? 0),
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(mean !== undefined && { mean }),
      ...(sum !== undefined && { sum }),
    }
  })
}

function factsOf(column: ComparedColumn, side: SideName, index: number): readonly Sql[] {
  const name = identifier(side === 'base' ? column.nameBase : column.nameHead)
  const type = (side === 'base' ? column.column.typeBase : column.column.typeHead) ?? ''
  const i = sql`${index}`
  const counts = [
    sql`count(*) - count(${name}) AS nulls${i}`,
    sql`approx_count_distinct(hash(${value(column, side)})) FILTER (${name} IS NOT NULL) AS distinct${i}`,
  ]
  const ends = [sql`CAST(min(${name}) AS VARCHAR) AS least${i}`, sql`CAST(max(${name}) AS VARCHAR) AS most${i}`]
  if (NUMBER.test(type)) {
    const sum = /^(?:FLOAT|DOUBLE)$/.test(type) ? steady(sql`fsum(${name})`) : sql`CAST(sum(${name}) AS VARCHAR)`
    return [...counts, ...ends, sql`${steady(sql`avg(${name})`)} AS mean${i}`, sql`${sum} AS sum${i}`]
  }
  return ORDERED.test(type) ? [...counts, ...ends] : counts
}

/** The last digits of a floating-point sum depend on the order in which threads come to it. */
function steady(value: Sql): Sql {
  return sql`printf('%.12g', ${value})`
}

/** The widest integers have no exact sum in any type. */
const NUMBER = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/
const ORDERED = /^(?:DATE|TIME|TIMESTAMP.*|BOOLEAN|U?HUGEINT)$/
