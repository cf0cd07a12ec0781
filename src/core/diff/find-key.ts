import type { SideName } from '../environment/layout.ts'
import type { Row } from '../ports/warehouse.ts'
import { join, sql, type Sql } from '../sql/sql.ts'
import type { Ask } from './ask.ts'
import type { Key } from './key.ts'
import type { Totals } from './result.ts'
import { duplicatesStatement } from './rows.ts'
import { rowsOf, value, type ComparedColumn, type Sides } from './sides.ts'

/** Columns looked at, one by one and in combination, and combinations whose uniqueness is counted. */
const SINGLES = 24
const COMBINED = 6
const VERIFIED = 3
/** An approximate count of distinct values may be off by this share. */
const ERROR = 0.15

/**
 * The smallest set of columns that is unique and non-null on both sides, up to three; names that sound like a key come
 * first. Approximate counts decide what is worth counting exactly. At most three passes a side and as many groupings.
 */
export async function findKey(sides: Sides, totals: Totals, table: string, ask: Ask): Promise<Key | undefined> {
  if (totals.base === 0n || totals.head === 0n) return undefined
  const candidates = ranked(sides.columns, table).slice(0, SINGLES)
  if (candidates.length === 0) return undefined
  const seen: Measured[] = await measure(
    sides,
    totals,
    candidates.map((column) => [column]),
    ask,
  )
  const complete = seen.filter(({ nulls }) => !nulls)
  const single = await firstUnique(
    sides,
    complete.filter(({ share }) => share >= 1 - ERROR),
    ask,
  )
  if (single !== undefined) return single
  const parts = complete
    .slice(0, COMBINED)
    .map(({ columns }) => columns)
    .flat()
  for (const size of [2, 3]) {
    const sets = combinations(parts, size)
    if (sets.length === 0) continue
    const wide = (await measure(sides, totals, sets, ask)).filter(({ share }) => share >= 1 - ERROR)
    const found = await firstUnique(sides, wide, ask)
    if (found !== undefined) return found
  }
  return undefined
}

interface Measured {
  readonly columns: readonly ComparedColumn[]
  readonly nulls: boolean
  /** Distinct values a row, about, on the side that has fewer. */
  readonly share: number
}

async function measure(
  sides: Sides,
  totals: Totals,
  sets: readonly (readonly ComparedColumn[])[],
  ask: Ask,
): Promise<Measured[]> {
  const [base, head] = [
    (await ask(distinctStatement(sides, sets, 'base')))[0],
    (await ask(distinctStatement(sides, sets, 'head')))[0],
  ]
  const share = (row: Row | undefined, index: number, rows: bigint): number =>
    Number(row?.[`d${String(index)}`] ?? 0) / Number(rows)
  return sets.map((columns, index) => ({
    columns,
    nulls: [base, head].some((row) => Number(row?.[`n${String(index)}`] ?? 1) > 0),
    share: Math.min(share(base, index, totals.base), share(head, index, totals.head)),
  }))
}

function distinctStatement(sides: Sides, sets: readonly (readonly ComparedColumn[])[], side: SideName): Sql {
  const counts = sets.flatMap((columns, index) => {
    const values = columns.map((column) => value(column, side))
    const isNull = join(
      values.map((each) => sql`${each} IS NULL`),
      ' OR ',
    )
    return [sql`approx_count_distinct(hash(${join(values)})) AS d${index}`, sql`count_if(${isNull}) AS n${index}`]
  })
  return sql`SELECT ${join(counts)} FROM ${rowsOf(sides, side)}`
}

async function firstUnique(sides: Sides, sets: readonly Measured[], ask: Ask): Promise<Key | undefined> {
  for (const { columns } of sets.slice(0, VERIFIED)) {
    const keyed = { ...sides, keys: columns }
    if ((await isUnique(keyed, 'head', ask)) && (await isUnique(keyed, 'base', ask))) {
      return { columns: columns.map(({ column }) => column.name), source: 'measured' }
    }
  }
  return undefined
}

async function isUnique(sides: Sides, side: SideName, ask: Ask): Promise<boolean> {
  const row = (await ask(duplicatesStatement(sides, side)))[0]
  return Number(row?.['keys']) === 0 && Number(row?.['nulls']) === 0
}

/** Columns that may be a key: names that sound like one first, then as they stand. A number with a fraction is none. */
function ranked(columns: readonly ComparedColumn[], table: string): readonly ComparedColumn[] {
  const possible = columns.filter(
    ({ column: { typeBase = '', typeHead = '' } }) => KEY_TYPE.test(typeBase) && KEY_TYPE.test(typeHead),
  )
  const rank = ({ column }: ComparedColumn): number => {
    const name = column.name.toLowerCase()
    const own = table.toLowerCase().replace(/^(?:stg|int|fct|fact|dim|mart)_+/, '')
    if (name === 'id') return 0
    if ([table.toLowerCase(), own, own.replace(/s$/, '')].some((of) => name === `${of}_id` || name === `${of}_key`))
      return 1
    return /(?:^|_)(?:id|key|uuid|guid|pk|sk)$/.test(name) ? 2 : 3
  }
  return possible
    .map((column, index) => ({ column, index, rank: rank(column) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ column }) => column)
}

const KEY_TYPE = /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|VARCHAR|UUID|DATE|TIMESTAMP.*|ENUM\(.*\)|BOOLEAN)$/s

/** Sets of `size`, in the order of their first members. */
function combinations<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]]
  return items.flatMap((item, index) => combinations(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]))
}
