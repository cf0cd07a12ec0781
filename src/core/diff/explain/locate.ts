import type { SideName } from '../../environment/layout.ts'
import { sql } from '../../sql/sql.ts'
import { sampledKeys } from '../buckets.ts'
import type { Ask } from '../ask.ts'
import type { Usual } from '../facts.ts'
import type { Counts } from '../read.ts'
import type { ColumnDiff, Totals } from '../result.ts'
import type { Sides } from '../sides.ts'
import { bridging, measuresOf, readBridges, type Measure } from './bridge.ts'
import { askByKind, differingRows, type Differing } from './differing.ts'
import type { Explained, Where } from './explained.ts'
import { guessing, readGuesses } from './guess.ts'
import { canLive, strongest } from './strongest.ts'
import { countSides, KINDS, recount, sideOf, type Counted, type Told } from './where.ts'

/** Rows, both sides together, of which guesses are made; counts are always of all. */
const SAMPLE = 60_000
/** Values of a column that are told one by one, at most. */
const CATEGORIES = 1_000n
/** Guesses of each kind of row that are counted in full. */
const FINALISTS = 3

interface Asked {
  readonly sides: Sides
  /** Columns with the facts of those that were looked at. */
  readonly columns: readonly ColumnDiff[]
  readonly usual: Usual
  readonly differing: Differing
  readonly totals: Totals
  readonly counts: Counts
}

/** Where the rows that differ live, and how they moved the totals: of few rows, one join tells both. */
export async function locate(asked: Asked, ask: Ask): Promise<Pick<Explained, 'where' | 'bridges'>> {
  const { sides, usual, differing, totals, counts } = asked
  const { inPlay } = differing
  const kinds = KINDS.filter((kind) => canLive(counts[kind], totals[sideOf(kind)]))
  const told = kinds.length === 0 ? [] : toldColumns(asked)
  const seen = told.map(({ index }) => index)
  const measures = measuresOf(asked.columns, inPlay).filter((measure) => mayMove(measure, asked))
  const whole = { ...sides, columns: inPlay.columns }
  const share = SAMPLE / Number(totals.base + totals.head)
  const few = share >= 1 ? whole : sampledKeys(whole, share)
  const areFew = share >= 1 || Number(counts.added + counts.removed + counts.changed) <= SAMPLE / 2
  const guess = guessing(inPlay, told, usual)
  const places = measures.map(({ index }) => index)
  const asks = [...(areFew && told.length > 0 ? [guess] : []), ...(measures.length > 0 ? [bridging(measures)] : [])]
  const all = asks.length === 0 ? [] : await askByKind(differingRows(differing, areFew ? seen : [], places), asks, ask)
  const bridges = readBridges(all, measures)
  if (told.length === 0) return { where: [], bridges }
  const sampled = areFew
    ? all
    : await askByKind(differingRows({ ...differing, inPlay: bothOf(inPlay, few) }, seen), [guess], ask)
  const guessed = readGuesses(sampled, inPlay, told, usual).filter(({ kind }) => kinds.includes(kind))
  const found = (counted: readonly Counted[]): readonly Where[] =>
    strongest(counted, 1, 'exact').map((each) => toWhere(each, inPlay))
  if (share >= 1) return { where: found(await countSides(whole, 1, guessed, ask)), bridges }
  const finalists = strongest(await countSides(few, areFew ? share : 1, guessed, ask), FINALISTS, 'estimate')
  if (finalists.length === 0) return { where: [], bridges }
  const counted = areFew ? finalists : await recount(differingRows(differing, seen), whole, finalists, ask)
  return { where: found(await countSides(whole, 1, counted, ask)), bridges }
}

/** Columns that conditions are made of. One of two types has no value that both sides would write alike. */
function toldColumns({ differing, columns }: Asked): readonly Told[] {
  return differing.inPlay.columns.flatMap(({ column }, index): readonly Told[] => {
    const known = columns.find(({ name }) => name === column.name)?.facts
    if (known === undefined || column.typeBase !== column.typeHead) return []
    const { base, head } = known
    return [
      {
        index,
        isCategory: base.distinct <= CATEGORIES && head.distinct <= CATEGORIES,
        isNullable: base.nulls > 0n || head.nulls > 0n,
      },
    ]
  })
}

/** Rows came or went, or some differ in it. */
function mayMove({ column }: Measure, { sides, counts }: Asked): boolean {
  if (sides.keys.length === 0 || counts.added > 0n || counts.removed > 0n) return true
  const { changed, within } = counts.columns?.get(column.column) ?? { changed: 0n, within: 0n }
  return changed > 0n || within > 0n
}

/** The rows that both select. */
function bothOf(sides: Sides, { only: other }: Sides): Sides {
  const { only: one } = sides
  const only =
    one === undefined ? other : other === undefined ? one : (side: SideName) => sql`${one(side)} AND ${other(side)}`
  return only === undefined ? sides : { ...sides, only }
}

function toWhere({ kind, column, condition, rows, rowsMeeting, meeting }: Counted, { columns }: Sides): Where {
  return { kind, column: columns[column]?.column.name ?? '', condition, rows, rowsMeeting, meeting }
}
