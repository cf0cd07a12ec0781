import type { SideName } from '../../environment/layout.ts'
import type { Row } from '../../ports/warehouse.ts'
import { join, sql, type Sql } from '../../sql/sql.ts'
import type { Ask } from '../ask.ts'
import { integer } from '../read.ts'
import { rowsOf, value, type Sides } from '../sides.ts'
import { meets } from './condition.ts'
import type { Condition, Where } from './explained.ts'

export const KINDS = ['changed', 'removed', 'added'] as const
export type Kind = Where['kind']

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
export const sideOf = (kind: Kind): SideName => (kind === 'added' ? 'head' : 'base')

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
      sql`count_if(${meets(condition, typeOf(sides, column), sql`x${column}`)}) AS n${index}`,
  )
  const found = await ask(sql`SELECT kind, ${join([sql`count(*) AS n`, ...counts])} FROM ${rows} GROUP BY kind`)
  return guessed.map((guess, index) => {
    const row = found.find((each) => each['kind'] === guess.kind) ?? {}
    return { ...guess, rows: integer(row, 'n'), rowsMeeting: integer(row, `n${String(index)}`) }
  })
}

async function countSide(sides: Sides, side: SideName, guessed: readonly Guess[], ask: Ask): Promise<Row> {
  const counts = guessed.flatMap(({ kind, column, condition }, index) => {
    const compared = sides.columns[column]
    if (compared === undefined || sideOf(kind) !== side) return []
    return [sql`count_if(${meets(condition, typeOf(sides, column), value(compared, side))}) AS n${index}`]
  })
  if (counts.length === 0) return {}
  return (await ask(sql`SELECT ${join([sql`count(*) AS n`, ...counts])} FROM ${rowsOf(sides, side)}`))[0] ?? {}
}

/** Both sides': columns of two types are not asked. */
export function typeOf({ columns }: Sides, index: number): string {
  return columns[index]?.column.typeHead ?? ''
}
