import type { SideName } from '../../environment/layout.ts'
import { join, sql, type Sql } from '../../sql/sql.ts'
import { sampledKeys } from '../buckets.ts'
import type { Ask, Found } from '../exact.ts'
import { withFacts } from '../facts.ts'
import { grouped, type Budget } from '../ladder.ts'
import type { ColumnDiff, Totals } from '../result.ts'
import { differIn, pairsOf, type Pairing } from '../rows.ts'
import type { ComparedColumn, Sides } from '../sides.ts'
import { bridgesOf } from './bridge.ts'
import { beyond } from './budget.ts'
import type { Explained, Where } from './explained.ts'
import { strongest } from './strongest.ts'
import { topValuesOf } from './top-values.ts'
import { countSides, guesses, recount, type Counted, type Told } from './where.ts'

/** `fitting`: as far as size and budget allow; `always`: whatever it takes. */
export type Explaining = 'fitting' | 'always'

/** Columns that are looked at, those that differ first. */
const WIDEST = 40
/** Rows, both sides together, of which guesses are made; counts are always of all. */
const SAMPLE = 60_000
/** Values of a column that are told one by one, at most. */
const CATEGORIES = 1_000n
/** Rows, both sides together, of which distinct values are counted exactly. */
const EXACT = 100_000n
/** Guesses of each kind of row that are counted in full. */
const FINALISTS = 3

interface Difference {
  readonly sides: Sides
  readonly columns: readonly ColumnDiff[]
  readonly totals: Totals
  readonly found: Found
  readonly explaining: Explaining
  readonly budget: Budget
}

/** What differs, told beyond the counts: facts of each column, where the rows live, how totals moved, values that came and went. */
export async function explain(
  { sides, columns, totals, found, explaining, budget }: Difference,
  ask: Ask,
): Promise<{ readonly columns: readonly ColumnDiff[]; readonly explained: Explained }> {
  const looked = lookedAt(sides, columns)
  const over = explaining === 'always' ? undefined : beyond(totals, looked.length, budget)
  if (over !== undefined) return { columns, explained: { ...NOTHING, leftOut: over } }
  const narrow = { ...sides, columns: looked }
  const withAll = await withFacts(columns, narrow, totals.base + totals.head <= EXACT ? 'small' : 'large', ask)
  const pairing = pairingOf(found)
  const inPlay = { ...found.inPlay, columns: joinedColumns(found.inPlay.columns, looked) }
  const { added, removed, changed } = found.counts
  const rows = Number(added + removed + changed)
  const differing = found.inPlay.columns.length
  const where = await whereOf({ inPlay, sides, looked: withAll, pairing, differing, totals, rows }, ask)
  return {
    columns: withAll,
    explained: {
      where,
      bridges: await bridgesOf(withAll, inPlay, pairing, ask),
      topValues: await topValuesOf(withAll, narrow, totals, ask),
      ...(looked.length < sides.columns.length && {
        leftOut: `${grouped(BigInt(looked.length))} of ${grouped(BigInt(sides.columns.length))} columns were looked at, those that differ first`,
      }),
    },
  }
}

const NOTHING = { where: [], bridges: [], topValues: [] } as const

/** Keys may repeat or be NULL: then rows are paired by their place within the key. */
function pairingOf({ inPlay, keys, method }: Found): Pairing {
  if (inPlay.keys.length === 0) return 'none'
  return keys.areUnique && method !== 'keyed_multiset' ? 'unique' : 'ordinal'
}

function lookedAt({ columns: compared, keys }: Sides, columns: readonly ColumnDiff[]): readonly ComparedColumn[] {
  const changed = new Map(columns.map(({ name, rowsChanged = 0n }) => [name, rowsChanged]))
  const rank = ({ column }: ComparedColumn): number =>
    (changed.get(column.name) ?? 0n) > 0n ? 0 : keys.some((key) => key.column === column) ? 1 : 2
  return [...compared].sort((a, b) => rank(a) - rank(b)).slice(0, WIDEST)
}

/** Those that may differ first, then those that are only looked at. */
function joinedColumns(
  differing: readonly ComparedColumn[],
  looked: readonly ComparedColumn[],
): readonly ComparedColumn[] {
  return [...differing, ...looked.filter(({ column }) => !differing.some((each) => each.column === column))]
}

interface Asked {
  readonly inPlay: Sides
  readonly sides: Sides
  /** Columns with the facts of those that were looked at. */
  readonly looked: readonly ColumnDiff[]
  readonly pairing: Pairing
  /** The first so many columns of `inPlay` decide whether a row differs. */
  readonly differing: number
  readonly totals: Totals
  /** How many rows differ. */
  readonly rows: number
}

async function whereOf(asked: Asked, ask: Ask): Promise<readonly Where[]> {
  const { inPlay, sides, looked, totals } = asked
  const columns = inPlay.columns.flatMap(({ column }, index): readonly Told[] => {
    const known = looked.find(({ name }) => name === column.name)?.facts
    // A column of two types has no value that both sides would write alike.
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
  if (columns.length === 0) return []
  const whole = { ...sides, columns: inPlay.columns }
  const rows = differingRows(inPlay, asked, columns)
  const found = (counted: readonly Counted[]): readonly Where[] =>
    strongest(counted, 1, 'exact').map((each) => toWhere(each, inPlay))
  const share = SAMPLE / Number(totals.base + totals.head)
  if (share >= 1) return found(await countSides(whole, 1, await guesses(rows, whole, columns, ask), ask))
  const few = sampledKeys(whole, share)
  const areFew = asked.rows <= SAMPLE / 2
  const sampled = areFew ? rows : differingRows(bothOf(inPlay, few), asked, columns)
  const guessed = await guesses(sampled, few, columns, ask)
  const finalists = strongest(await countSides(few, areFew ? share : 1, guessed, ask), FINALISTS, 'estimate')
  if (finalists.length === 0) return []
  return found(await countSides(whole, 1, areFew ? finalists : await recount(rows, whole, finalists, ask), ask))
}

/** The rows that both select. */
function bothOf(sides: Sides, { only: other }: Sides): Sides {
  const { only: one } = sides
  const only =
    one === undefined ? other : other === undefined ? one : (side: SideName) => sql`${one(side)} AND ${other(side)}`
  return only === undefined ? sides : { ...sides, only }
}

function differingRows(inPlay: Sides, { pairing, differing }: Asked, columns: readonly Told[]): Sql {
  const kind = sql`CASE WHEN h.present IS NULL THEN 'removed' WHEN b.present IS NULL THEN 'added' ELSE 'changed' END AS kind`
  const values = columns.map(({ index: i }) => sql`CASE WHEN b.present IS NULL THEN h.v${i} ELSE b.v${i} END AS x${i}`)
  return sql`(SELECT ${join([kind, ...values])} FROM ${pairsOf(inPlay, pairing)} WHERE ${differIn(inPlay, differing)})`
}

function toWhere({ kind, column, condition, rows, rowsMeeting, meeting }: Counted, { columns }: Sides): Where {
  return { kind, column: columns[column]?.column.name ?? '', condition, rows, rowsMeeting, meeting }
}
