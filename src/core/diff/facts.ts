import type { SideName } from '../environment/layout.ts'
import type { Row } from '../ports/warehouse.ts'
import { identifier, join, sql, type Sql } from '../sql/sql.ts'
import { decimalText, readSum, summing, sumOf } from './explain/sum.ts'
import type { ColumnDiff, ColumnFacts } from './result.ts'
import { rowsOf, value, type ComparedColumn, type Sides } from './sides.ts'

/** Of `small` relations distinct values are counted exactly. */
type Size = 'small' | 'large'

/** The columns with what each side holds of them. */
export async function withFacts(
  columns: readonly ColumnDiff[],
  sides: Sides,
  size: Size,
  ask: (statement: Sql) => Promise<readonly Row[]>,
): Promise<readonly ColumnDiff[]> {
  const base = readFacts(await ask(factsStatement(sides, 'base', size)), sides, 'base')
  const head = readFacts(await ask(factsStatement(sides, 'head', size)), sides, 'head')
  const places = new Map(sides.columns.map(({ column }, index) => [column.name, index]))
  return columns.map((column) => {
    const place = places.get(column.name) ?? -1
    const [was, is] = [base[place], head[place]]
    return was === undefined || is === undefined ? column : { ...column, facts: { base: was, head: is } }
  })
}

/** One pass over one side: NULLs, distinct values (about), and of numbers and times the smallest, greatest, mean and sum. */
function factsStatement(sides: Sides, side: SideName, size: Size): Sql {
  const facts = sides.columns.flatMap((column, index) => factsOf(column, side, index, size))
  return sql`SELECT ${join([sql`count(*) AS n`, ...facts])} FROM ${rowsOf(sides, side)}`
}

/** One a compared column, in their order. */
function readFacts(rows: readonly Row[], { columns }: Sides, side: SideName): readonly ColumnFacts[] {
  const row = rows[0] ?? {}
  return columns.map(({ column }, index) => {
    const i = String(index)
    const text = (name: string): string | undefined => {
      const found = row[`${name}${i}`]
      return found === null || found === undefined ? undefined : String(found)
    }
    const [min, max, mean, total] = [text('least'), text('most'), text('mean'), text('sum')]
    const how = summing(typeOf(column, side))
    const sum =
      total !== undefined && how?.kind === 'exact' ? decimalText(readSum(how, total), how.scale) : finite(total)
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

function factsOf(column: ComparedColumn, side: SideName, index: number, size: Size): readonly Sql[] {
  const name = identifier(side === 'base' ? column.nameBase : column.nameHead)
  const type = typeOf(column.column, side)
  const i = sql`${index}`
  const counts = [
    sql`count(*) - count(${name}) AS nulls${i}`,
    sql`${distinct(sql`hash(${value(column, side)})`, name, size)} AS distinct${i}`,
  ]
  const ends = [sql`CAST(min(${name}) AS VARCHAR) AS least${i}`, sql`CAST(max(${name}) AS VARCHAR) AS most${i}`]
  const how = summing(type)
  if (how !== undefined) {
    // The mean of the widest would pass what the engine adds up.
    const mean = how.kind === 'exact' && how.width !== 'fits' ? sql`CAST(${name} AS DOUBLE)` : name
    const total = sql`${sumOf(how, name, sql``)} AS sum${i}`
    return [...counts, ...ends, sql`${steady(sql`avg(${mean})`)} AS mean${i}`, total]
  }
  return ORDERED.test(type) ? [...counts, ...ends] : counts
}

/** Of few rows exactly; of many about, and never more than there are. */
function distinct(hash: Sql, name: Sql, size: Size): Sql {
  if (size === 'small') return sql`count(DISTINCT ${hash}) FILTER (${name} IS NOT NULL)`
  return sql`least(approx_count_distinct(${hash}) FILTER (${name} IS NOT NULL), count(${name}))`
}

function typeOf({ typeBase, typeHead }: ColumnDiff, side: SideName): string {
  return (side === 'base' ? typeBase : typeHead) ?? ''
}

/** The last digits of a floating-point sum depend on the order in which threads come to it. */
function steady(value: Sql): Sql {
  return sql`printf('%.12g', ${value})`
}

function finite(total: string | undefined): string | undefined {
  return total !== undefined && Number.isFinite(Number(total)) ? total : undefined
}

const ORDERED = /^(?:DATE|TIME|TIMESTAMP.*|BOOLEAN)$/
