import type { SideName } from '../../environment/layout.ts'
import type { Row } from '../../ports/warehouse.ts'
import { sql, type Sql } from '../../sql/sql.ts'
import type { Usual } from '../facts.ts'
import { integer } from '../read.ts'
import type { Sides } from '../sides.ts'
import { shortText, told, typedLiteral } from './condition.ts'
import type { Condition } from './explained.ts'
import type { Grouped } from './differing.ts'
import { KINDS, sideOf, typeOf, type Guess, type Told } from './where.ts'

/**
 * What is asked of the rows of each kind, to guess what they have in common: one value, not the usual one of their side,
 * NULL or never NULL, a range. Rows have `x<i>` of compared column i.
 */
export function guessing(sides: Sides, columns: readonly Told[], usual: Usual): Grouped {
  const kept = columns.flatMap(({ index: i }) =>
    told(typeOf(sides, i)).ranges ? [sql`c${i}, f${i}, t${i}`] : [sql`c${i}`],
  )
  const aggregates = columns.flatMap(({ index: i, isCategory }) => {
    const { values, ranges } = told(typeOf(sides, i))
    return [
      sql`count(x${i}) AS c${i}`,
      ...(ranges ? [sql`CAST(min(x${i}) AS VARCHAR) AS f${i}, CAST(max(x${i}) AS VARCHAR) AS t${i}`] : []),
      ...(values && isCategory ? [sql`histogram(${shortText(typeOf(sides, i), sql`x${i}`)}) AS h${i}`] : []),
    ]
  })
  const read = columns.flatMap(({ index: i, isCategory }) => {
    const type = typeOf(sides, i)
    if (!isCategory || !told(type).values) return []
    const most = sql`list_max(map_values(h${i}))`
    const times = (side: SideName): Sql => {
      const text = usualOf(sides, i, usual[side])
      return text === undefined ? sql`0` : sql`coalesce(h${i}[${typedLiteral(type, text)}], 0)`
    }
    return [
      sql`CAST(map_keys(h${i})[list_position(map_values(h${i}), ${most})] AS VARCHAR) AS m${i}, ${most} AS o${i}`,
      sql`CASE kind WHEN 'added' THEN ${times('head')} ELSE ${times('base')} END AS u${i}`,
    ]
  })
  return { aggregates, shown: [...kept, ...read] }
}

export function readGuesses(
  found: readonly Row[],
  sides: Sides,
  columns: readonly Told[],
  usual: Usual,
): readonly Guess[] {
  return found.flatMap((row) => {
    const kind = KINDS.find((each) => each === row['kind'])
    if (kind === undefined) return []
    return columns.flatMap((column) =>
      suggested(row, column, usualOf(sides, column.index, usual[sideOf(kind)])).map((each) => ({
        kind,
        column: column.index,
        rows: integer(row, 'n'),
        ...each,
      })),
    )
  })
}

function usualOf({ columns }: Sides, index: number, usual: Usual[SideName]): string | undefined {
  return usual.get(columns[index]?.column.name ?? '')
}

type Suggested = Pick<Guess, 'condition' | 'rowsMeeting'>

/** Of one kind and column. */
function suggested(row: Row, { index, isNullable }: Told, usual: string | undefined): readonly Suggested[] {
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
    usual !== undefined && usual !== value
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
