import type { Ask } from '../ask.ts'
import type { Found } from '../exact.ts'
import { withFacts } from '../facts.ts'
import { grouped } from '../../base/grouped.ts'
import type { Budget } from '../ladder.ts'
import type { ColumnDiff, Totals } from '../result.ts'
import type { Pairing } from '../rows.ts'
import type { ComparedColumn, Sides } from '../sides.ts'
import { areStored } from '../stored.ts'
import { beyond } from './budget.ts'
import type { Explained } from './explained.ts'
import { locate } from './locate.ts'
import { topValuesOf } from './top-values.ts'

/** `fitting`: as far as size and budget allow; `always`: whatever it takes. */
export type Explaining = 'fitting' | 'always'

/** Columns that are looked at, those that differ first. */
const WIDEST = 40
/** Rows, both sides together, of which distinct values are counted exactly. */
const EXACT = 100_000n
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
  const isSmall = totals.base + totals.head <= EXACT
  const size = isSmall ? 'small' : (await areStored(narrow, ask)) ? 'stored' : 'large'
  const facts = await withFacts(columns, narrow, equalOf(looked, sides, found), size, ask)
  const inPlay = { ...found.inPlay, columns: joinedColumns(found.inPlay.columns, looked) }
  const differing = { inPlay, pairing: pairingOf(found), deciding: found.inPlay.columns.length }
  const located = await locate({ ...facts, sides, differing, totals, counts: found.counts }, ask)
  return {
    columns: facts.columns,
    explained: {
      ...located,
      topValues: await topValuesOf(facts.columns, narrow, totals, ask),
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

/** The columns that hold the same values on both sides: no row came or went, and none differs in them. */
function equalOf(
  looked: readonly ComparedColumn[],
  { keys }: Sides,
  { counts: { added, removed, columns } }: Found,
): readonly ComparedColumn[] {
  if (keys.length === 0 || added > 0n || removed > 0n) return []
  return looked.filter(({ column }) => {
    const { changed, within } = columns?.get(column) ?? { changed: 0n, within: 0n }
    return changed === 0n && within === 0n && column.typeBase === column.typeHead
  })
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
