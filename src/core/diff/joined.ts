import type { Ask } from './ask.ts'
import { integer, readCounts, type Counts } from './read.ts'
import { changedStatement, joinStatement } from './rows.ts'
import type { ComparedColumn, Sides } from './sides.ts'

/** What a join by key found. */
export interface Joined {
  readonly counts: Counts
  /** A key repeats among the rows that only one side has. */
  readonly repeats: boolean
  /** The sides with the columns that differ, as far as that is known. */
  readonly narrowed: Sides
}

/** Columns of one statement: planning one takes the square of their number. */
const AT_ONCE = 100
/** Columns that samples show where none differs: those of rows that came or went. */
const SHOWN = 12

/** Joins the sides by their key: wide ones a hundred columns at a time, and then once more on the columns that differ. */
export async function joinByKey(sides: Sides, ask: Ask): Promise<Joined> {
  if (sides.columns.length <= AT_ONCE) return joinOnce(sides, ask)
  const parts: Joined[] = []
  for (let from = 0; from < sides.columns.length; from += AT_ONCE) {
    parts.push(await joinOnce({ ...sides, columns: sides.columns.slice(from, from + AT_ONCE) }, ask))
  }
  const [first] = parts as [Joined]
  const columns = new Map(parts.flatMap(({ counts }) => [...(counts.columns ?? [])]))
  const differing = sides.columns.filter(({ column }) => {
    const counted = columns.get(column)
    return counted !== undefined && (counted.changed > 0n || counted.within > 0n)
  })
  const rows = differing.length === 0 ? undefined : (await ask(changedStatement({ ...sides, columns: differing })))[0]
  const counts = {
    ...first.counts,
    columns,
    nulls: new Set(parts.flatMap((part) => [...part.counts.nulls])),
    changed: rows === undefined ? 0n : integer(rows, 'changed'),
    within: rows === undefined ? 0n : integer(rows, 'within'),
  }
  return { counts, repeats: first.repeats, narrowed: { ...sides, columns: shown(sides, differing) } }
}

async function joinOnce(sides: Sides, ask: Ask): Promise<Joined> {
  const rows = await ask(joinStatement(sides))
  const row = rows[0] ?? {}
  const repeats = ['added', 'removed'].some((kind) => integer(row, kind) !== integer(row, `${kind}_keys`))
  return { counts: readCounts(rows, sides), repeats, narrowed: sides }
}

function shown({ columns }: Sides, differing: readonly ComparedColumn[]): readonly ComparedColumn[] {
  return differing.length === 0 ? columns.slice(0, SHOWN) : differing.slice(0, AT_ONCE)
}
