import type { SideName } from '../../environment/layout.ts'
import type { Row } from '../../ports/warehouse.ts'
import { join, sql, type Sql } from '../../sql/sql.ts'
import type { Ask } from '../exact.ts'
import { integer } from '../read.ts'
import { rowsOf, value, type Sides } from '../sides.ts'
import { commonestOf, meets, shortText, told, typedLiteral } from './condition.ts'
import type { Condition, Where } from './explained.ts'

export const KINDS = ['changed', 'removed', 'added'] as const
type Kind = Where['kind']

/** A compared column that conditions are made of, by its place. */
export interface Told {
  readonly index: number
  /** Its values are few enough to be told one by one. */
  readonly isCategory: boolean
  readonly isNullable: boolean
}

/** A condition of one kind of row, with the rows of the kind and those of them that meet it. */
export interface Guess {
  readonly kind: Kind
  readonly column: number
  readonly condition: Condition
  readonly rows: bigint
  readonly rowsMeeting: bigint
}

/** A guess with the rows of its side, and those of them that meet it. */
export interface Counted extends Guess {
  readonly meeting: bigint
  readonly all: bigint
}

/** Where a kind of row stands, and what it is looked at as: added rows as they are in head, the others as they were in base. */
const sideOf = (kind: Kind): SideName => (kind === 'added' ? 'head' : 'base')

/**
 * What the rows of each kind have in common: one value, not the usual one of their side, NULL or never NULL, a range.
 * `rows` is a derived table with `kind` and `x<i>` of compared column i; `sides` are where the usual is looked for.
 */
export async function guesses(rows: Sql, sides: Sides, columns: readonly Told[], ask: Ask): Promise<readonly Guess[]> {
  const usual = { base: await usualOf(sides, 'base', columns, ask), head: await usualOf(sides, 'head', columns, ask) }
  const kept = columns.flatMap(({ index: i }) =>
    told(typeOf(sides, i)).ranges ? [sql`c${i}, f${i}, t${i}`] : [sql`c${i}`],
  )
  const inner = columns.flatMap(({ index: i, isCategory }) => {
    const { values, ranges } = told(typeOf(sides, i))
    return [
      sql`count(x${i}) AS c${i}`,
      ...(ranges ? [sql`CAST(min(x${i}) AS VARCHAR) AS f${i}, CAST(max(x${i}) AS VARCHAR) AS t${i}`] : []),
      ...(values && isCategory ? [sql`histogram(${shortText(typeOf(sides, i), sql`x${i}`)}) AS h${i}`] : []),
    ]
  })
  const outer = columns.flatMap(({ index: i, isCategory }) => {
    const type = typeOf(sides, i)
    if (!isCategory || !told(type).values) return []
    const most = sql`list_max(map_values(h${i}))`
    const times = (side: SideName): Sql => {
      const text = usual[side][`m${String(i)}`]
      return typeof text === 'string' ? sql`coalesce(h${i}[${typedLiteral(type, text)}], 0)` : sql`0`
    }
    return [
      sql`CAST(map_keys(h${i})[list_position(map_values(h${i}), ${most})] AS VARCHAR) AS m${i}, ${most} AS o${i}`,
      sql`CASE kind WHEN 'added' THEN ${times('head')} ELSE ${times('base')} END AS u${i}`,
    ]
  })
  const counted = sql`(SELECT kind, ${join([sql`count(*) AS n`, ...inner])} FROM ${rows} GROUP BY kind)`
  const found = await ask(sql`SELECT kind, ${join([sql`n`, ...kept, ...outer])} FROM ${counted}`)
  return found.flatMap((row) => {
    const kind = row['kind'] as Kind
    return columns.flatMap((column) =>
      suggested(row, column, usual[sideOf(kind)][`m${String(column.index)}`]).map((each) => ({
        kind,
        column: column.index,
        rows: integer(row, 'n'),
        ...each,
      })),
    )
  })
}

type Suggested = Pick<Guess, 'condition' | 'rowsMeeting'>

/** Of one kind and column. */
function suggested(row: Row, { index, isNullable }: Told, usual: Row[string] | undefined): readonly Suggested[] {
  const text = (letter: string): string | undefined => {
    const found = row[`${letter}${String(index)}`]
    return found === null || found === undefined ? undefined : String(found)
  }
  const [value, from, to] = [text('m'), text('f'), text('t')]
  const filled = integer(row, `c${String(index)}`)
  const times = (letter: string): bigint => BigInt(text(letter) ?? 0)
  const guesses: readonly (Suggested | undefined)[] = [
    value === undefined ? undefined : { condition: { kind: 'value', value }, rowsMeeting: times('o') },
    isNullable ? { condition: { kind: 'null' }, rowsMeeting: integer(row, 'n') - filled } : undefined,
    isNullable ? { condition: { kind: 'not-null' }, rowsMeeting: filled } : undefined,
    typeof usual === 'string' && usual !== value
      ? { condition: { kind: 'other-than', value: usual }, rowsMeeting: filled - times('u') }
      : undefined,
    ...(from === undefined || to === undefined || from === to ? [] : rangesOf(from, to)).map(
      (condition): Suggested => ({ condition, rowsMeeting: filled }),
    ),
  ]
  return guesses.filter((guess) => guess !== undefined)
}

function rangesOf(from: string, to: string): readonly Condition[] {
  return [
    { kind: 'range', from, to },
    { kind: 'range', from, to, open: 'from' },
    { kind: 'range', from, to, open: 'to' },
  ]
}

/**
 * How many rows of each guess's side meet it. `share`: how much of the sides these are, where the guesses are of more.
 * A row that went meets what it met in base.
 */
export async function countSides(
  sides: Sides,
  share: number,
  guessed: readonly Guess[],
  ask: Ask,
): Promise<readonly Counted[]> {
  const counts = {
    base: await countSide(sides, 'base', guessed, ask),
    head: await countSide(sides, 'head', guessed, ask),
  }
  return guessed.map((guess, index) => {
    const row = counts[sideOf(guess.kind)]
    const whole = (counted: bigint, least: bigint): bigint => {
      const about = share === 1 ? counted : BigInt(Math.round(Number(counted) / share))
      return about < least ? least : about
    }
    return {
      ...guess,
      meeting: whole(integer(row, `n${String(index)}`), guess.rowsMeeting),
      all: whole(integer(row, 'n'), guess.rows),
    }
  })
}

/** The same guesses, counted in other rows. */
export async function recount(rows: Sql, sides: Sides, guessed: readonly Guess[], ask: Ask): Promise<readonly Guess[]> {
  const counts = guessed.map(
    ({ column, condition }, index) =>
      sql`count(*) FILTER (${meets(condition, typeOf(sides, column), sql`x${column}`)}) AS n${index}`,
  )
  const found = await ask(sql`SELECT kind, ${join([sql`count(*) AS n`, ...counts])} FROM ${rows} GROUP BY kind`)
  return guessed.map((guess, index) => {
    const row = found.find((each) => each['kind'] === guess.kind) ?? {}
    return { ...guess, rows: integer(row, 'n'), rowsMeeting: integer(row, `n${String(index)}`) }
  })
}

/** The most frequent value of each category of one side. */
async function usualOf(sides: Sides, side: SideName, columns: readonly Told[], ask: Ask): Promise<Row> {
  const found = columns.flatMap(({ index, isCategory }) => {
    const column = sides.columns[index]
    const type = typeOf(sides, index)
    if (column === undefined || !isCategory || !told(type).values) return []
    return [sql`${commonestOf(type, value(column, side))} AS m${index}`]
  })
  if (found.length === 0) return {}
  return (await ask(sql`SELECT ${join(found)} FROM ${rowsOf(sides, side)}`))[0] ?? {}
}

async function countSide(sides: Sides, side: SideName, guessed: readonly Guess[], ask: Ask): Promise<Row> {
  const counts = guessed.flatMap(({ kind, column, condition }, index) => {
    const compared = sides.columns[column]
    if (compared === undefined || sideOf(kind) !== side) return []
    return [sql`count(*) FILTER (${meets(condition, typeOf(sides, column), value(compared, side))}) AS n${index}`]
  })
  if (counts.length === 0) return {}
  return (await ask(sql`SELECT ${join([sql`count(*) AS n`, ...counts])} FROM ${rowsOf(sides, side)}`))[0] ?? {}
}

/** Both sides': columns of two types are not asked. */
function typeOf({ columns }: Sides, index: number): string {
  return columns[index]?.column.typeHead ?? ''
}
