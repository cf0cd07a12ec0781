import type { SideName } from '../environment/layout.ts'
import type { Row } from '../ports/warehouse.ts'
import { identifier, join, sql, type Sql } from '../sql/sql.ts'
import type { Ask } from './ask.ts'
import { categoriesOf } from './categories.ts'
import { decimalText, readSum, summing, sumOf } from './explain/sum.ts'
import { integer } from './read.ts'
import type { ColumnDiff, ColumnFacts } from './result.ts'
import { hashedColumn, rowsOf, value, type ComparedColumn, type Sides } from './sides.ts'

/**
 * Of `small` relations distinct values are counted exactly. A `large` one may be a table (`stored`) or a view: of a table
 * ends and distinct values are asked apart, which costs a third, as the engine knows the ends and reads one column at a time.
 */
export type Size = 'small' | 'large' | 'stored'

/** Of a large relation the values are counted whose hash falls into one sixty-fourth of all. */
const SHARE = 64n
/** Fewer distinct values than these are counted exactly: in a small relation, and in that share of a large one. */
const FEW = { small: 4_096n, large: 256n, stored: 256n } as const satisfies Record<Size, bigint>

/** The most frequent value of each column that has few, as text, by the column's name. */
export type Usual = Readonly<Record<SideName, ReadonlyMap<string, string>>>

/** The columns with what each side holds of them. Those of `equal` hold the same on both sides, and one is asked. */
export async function withFacts(
  columns: readonly ColumnDiff[],
  sides: Sides,
  equal: readonly ComparedColumn[],
  size: Size,
  ask: Ask,
): Promise<{ readonly columns: readonly ColumnDiff[]; readonly usual: Usual }> {
  const base = await sideFacts(sides, 'base', size, ask)
  const unlike = sides.columns.filter((column) => !equal.includes(column))
  const own = unlike.length === 0 ? NOTHING : await sideFacts({ ...sides, columns: unlike }, 'head', size, ask)
  const same = new Set(equal.map(({ column }) => column.name))
  const both = <T>(was: ReadonlyMap<string, T>, is: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...[...was].filter(([name]) => same.has(name)), ...is])
  const head = { facts: both(base.facts, own.facts), usual: both(base.usual, own.usual) }
  return {
    columns: columns.map((column) => {
      const [was, is] = [base.facts.get(column.name), head.facts.get(column.name)]
      return was === undefined || is === undefined ? column : { ...column, facts: { base: was, head: is } }
    }),
    usual: { base: base.usual, head: head.usual },
  }
}

/** One pass over one side: NULLs, distinct values (about), and of numbers and times the smallest, greatest, mean and sum. */
function factsStatement(sides: Sides, side: SideName, size: Size): Sql {
  const facts = sides.columns.flatMap((column, index) => factsOf(column, side, index, size))
  return sql`SELECT ${join([sql`count(*) AS n`, ...facts])} FROM ${rowsOf(sides, side)}`
}

/** By the column's name. */
interface SideFacts {
  readonly facts: ReadonlyMap<string, ColumnFacts>
  readonly usual: ReadonlyMap<string, string>
}

const NOTHING: SideFacts = { facts: new Map(), usual: new Map() }

async function sideFacts(sides: Sides, side: SideName, size: Size, ask: Ask): Promise<SideFacts> {
  const row = { ...(await ask(factsStatement(sides, side, size)))[0] }
  if (size === 'stored') {
    Object.assign(row, (await ask(endsStatement(sides, side)))[0])
    for (const { place, n } of await ask(distinctStatement(sides, side))) row[`distinct${String(place)}`] = n ?? 0
  }
  const seen = (index: number): bigint => BigInt(String(row[`distinct${String(index)}`] ?? 0))
  const few = sides.columns.filter((_, index) => seen(index) < FEW[size])
  const categories = await categoriesOf(few, sides, side, ask)
  const facts = sides.columns.map((column, index): readonly [string, ColumnFacts] => [
    column.column.name,
    readFacts(row, column.column, side, index, { seen: seen(index), counted: categories.get(column)?.distinct, size }),
  ])
  const usual = [...categories].flatMap(([{ column }, category]): [string, string][] =>
    category.usual === undefined ? [] : [[column.name, category.usual]],
  )
  return { facts: new Map(facts), usual: new Map(usual) }
}

/** Distinct values: those that were `seen`, and of a column of few values the number that was `counted`. */
interface Distinct {
  readonly seen: bigint
  readonly counted: bigint | undefined
  readonly size: Size
}

function distinctOf(
  { seen, counted, size }: Distinct,
  filled: bigint,
): Pick<ColumnFacts, 'distinct' | 'isDistinctAbout'> {
  if (counted !== undefined || size === 'small') return { distinct: counted ?? seen }
  const about = seen * SHARE
  return { distinct: about > filled ? filled : about, isDistinctAbout: true }
}

function readFacts(row: Row, column: ColumnDiff, side: SideName, index: number, distinct: Distinct): ColumnFacts {
  const text = (name: string): string | undefined => {
    const found = row[`${name}${String(index)}`]
    return found === null || found === undefined ? undefined : String(found)
  }
  const [min, max, mean, total] = [text('least'), text('most'), text('mean'), text('sum')]
  const how = summing(typeOf(column, side))
  const sum = total !== undefined && how?.kind === 'exact' ? decimalText(readSum(how, total), how.scale) : finite(total)
  const nulls = BigInt(text('nulls') ?? 0)
  const filled = integer(row, 'n') - nulls
  return {
    nulls,
    ...distinctOf(distinct, filled),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(mean !== undefined && { mean }),
    ...(sum !== undefined && { sum }),
  }
}

function factsOf(column: ComparedColumn, side: SideName, index: number, size: Size): readonly Sql[] {
  const name = identifier(side === 'base' ? column.nameBase : column.nameHead)
  const type = typeOf(column.column, side)
  const i = sql`${index}`
  const nulls = sql`count(*) - count(${name}) AS nulls${i}`
  const counts =
    size === 'stored'
      ? [nulls]
      : [nulls, sql`${distinct(sql`hash(${hashedColumn(column, side)})`, name, size)} AS distinct${i}`]
  const ends = size === 'stored' ? [] : endsOf(column, side, index)
  const how = summing(type)
  if (how !== undefined) {
    // The mean of the widest would pass what the engine adds up.
    const mean = how.kind === 'exact' && how.width !== 'fits' ? sql`CAST(${name} AS DOUBLE)` : name
    const total = sql`${sumOf(how, name, sql``)} AS sum${i}`
    return [...counts, ...ends, sql`${steady(sql`avg(${mean})`)} AS mean${i}`, total]
  }
  return [...counts, ...ends]
}

/** Of numbers and times. */
function endsOf(column: ComparedColumn, side: SideName, index: number): readonly Sql[] {
  const name = identifier(side === 'base' ? column.nameBase : column.nameHead)
  const type = typeOf(column.column, side)
  if (summing(type) === undefined && !ORDERED.test(type)) return []
  return [sql`CAST(min(${name}) AS VARCHAR) AS least${index}`, sql`CAST(max(${name}) AS VARCHAR) AS most${index}`]
}

/** Asked for alone, the ends of a table are known without reading it. */
function endsStatement(sides: Sides, side: SideName): Sql {
  const ends = sides.columns.flatMap((column, index) => endsOf(column, side, index))
  return sql`SELECT ${join([sql`count(*) AS n`, ...ends])} FROM ${rowsOf(sides, side)}`
}

/** `n` hashes of the `place`-th column that are in the share: one scan a column, and one set of all of them. */
function distinctStatement(sides: Sides, side: SideName): Sql {
  const each = sides.columns.map(
    (column, place) =>
      sql`SELECT ${place} AS place, hash(x) AS h FROM (SELECT ${value(column, side)} AS x FROM ${rowsOf(sides, side)}) WHERE ${inShare(sql`hash(x)`)} AND x IS NOT NULL`,
  )
  return sql`SELECT place, count(*) AS n FROM (SELECT DISTINCT place, h FROM (${join(each, ' UNION ALL ')})) GROUP BY place`
}

/**
 * Of few rows exactly; of many those that one hash in 64 stands for: as exact as a sample of 256 values and more,
 * the same in every run, and a tenth of the engine's own approximate count.
 */
function distinct(hash: Sql, name: Sql, size: Size): Sql {
  if (size === 'small') return sql`count(DISTINCT ${hash}) FILTER (${name} IS NOT NULL)`
  return sql`count(DISTINCT ${hash}) FILTER (${inShare(hash)} AND ${name} IS NOT NULL)`
}

/** One in `SHARE`: the upper six bits are zero. */
function inShare(hash: Sql): Sql {
  return sql`${hash} >> 58 < 1`
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
