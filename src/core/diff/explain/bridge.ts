import { PreviewError } from '../../base/errors.ts'
import type { Row } from '../../ports/warehouse.ts'
import { sql } from '../../sql/sql.ts'
import { widerDecimal } from '../comparable.ts'
import type { ColumnDiff, ColumnFacts } from '../result.ts'
import type { ComparedColumn, Sides } from '../sides.ts'
import type { Grouped } from './differing.ts'
import type { Bridge } from './explained.ts'
import { decimalText, readSum, roundedText, summing, sumOf, type Summing } from './sum.ts'

/** What names of keys and of averages end in. */
const NO_MEASURE =
  /(?:^|_)(?:id|key|sk|pk|fk|uuid|code|no|num|number|avg|average|mean|median|rate|ratio|pct|percent|share|rank|year|month|day|hour|week)$|^(?:avg|average|mean|median)_/i
/** Columns whose totals are followed, at most. */
const WIDEST = 20

/** A column whose total is followed. */
export interface Measure {
  readonly column: ComparedColumn
  /** Its place among the compared columns. */
  readonly index: number
  readonly known: Both
  readonly how: Summing
}

/** The numbers that are no key and are not called like one, of the `columns` that have facts of both sides. */
export function measuresOf(columns: readonly ColumnDiff[], sides: Sides): readonly Measure[] {
  const facts = new Map(columns.map((column) => [column.name, column.facts]))
  const measures = sides.columns.flatMap((column, index) => {
    const known = facts.get(column.column.name)
    const how = howOf(column)
    return known === undefined || how === undefined || isNoMeasure(column, sides) ? [] : [{ column, index, known, how }]
  })
  return measures.slice(0, WIDEST)
}

/** What is asked of the rows of each kind: rows have `p<i>` and `q<i>`, the value before and after. */
export function bridging(measures: readonly Measure[]): Grouped {
  const aggregates = measures.flatMap(({ how, index: i }) => {
    const changed = sql`FILTER (p${i} IS DISTINCT FROM q${i})`
    return [sql`${sumOf(how, sql`p${i}`, changed)} AS was${i}`, sql`${sumOf(how, sql`q${i}`, changed)} AS is${i}`]
  })
  return { aggregates, shown: measures.map(({ index: i }) => sql`was${i}, is${i}`) }
}

/** Follows the total of each measure that moved from before to after. */
export function readBridges(rows: readonly Row[], measures: readonly Measure[]): readonly Bridge[] {
  return measures.flatMap(({ column, index, known, how }) => {
    const texts = (kinds: readonly string[], name: 'was' | 'is'): readonly string[] =>
      rows.flatMap((row) => {
        const found = row[`${name}${String(index)}`]
        return !kinds.includes(String(row['kind'])) || found === null || found === undefined ? [] : [String(found)]
      })
    const parts = {
      removed: texts(['removed'], 'was'),
      added: texts(['added'], 'is'),
      was: texts(['changed', 'within'], 'was'),
      is: texts(['changed', 'within'], 'is'),
    }
    const bridge = how.kind === 'exact' ? exactBridge(column, known, how, parts) : roundedBridge(column, known, parts)
    return bridge === undefined ? [] : [bridge]
  })
}

type Both = NonNullable<ColumnDiff['facts']>
/** Sums as text, to be added up. */
type Parts = Readonly<Record<'removed' | 'added' | 'was' | 'is', readonly string[]>>

/** Numbers of unlike types are added as they are compared: in the wider, or as text, which is then floating point. */
function howOf({ column: { typeBase = '', typeHead = '' } }: ComparedColumn): Summing | undefined {
  const [base, head] = [summing(typeBase), summing(typeHead)]
  if (base === undefined || head === undefined) return undefined
  if (base.kind === 'rounded' || head.kind === 'rounded') return { kind: 'rounded' }
  if (typeBase === typeHead) return base
  const decimal = widerDecimal(typeBase, typeHead)
  if (base.scale === 0 && head.scale === 0 && !`${typeBase} ${typeHead}`.includes('DECIMAL')) return summing('HUGEINT')
  return decimal === undefined ? { kind: 'rounded' } : summing(decimal)
}

/** Keys, and numbers whose sum means nothing, as far as their names tell. */
function isNoMeasure({ column }: ComparedColumn, { keys }: Sides): boolean {
  return keys.some((key) => key.column === column) || NO_MEASURE.test(column.name)
}

function exactBridge(
  { column }: ComparedColumn,
  known: Both,
  how: Extract<Summing, { kind: 'exact' }>,
  parts: Parts,
): Bridge | undefined {
  const of = (texts: readonly string[]): bigint => texts.reduce((sum, text) => sum + readSum(how, text), 0n)
  const [before, after] = [totalOf(known.base, how.scale), totalOf(known.head, how.scale)]
  const [removed, added, changed] = [of(parts.removed), of(parts.added), of(parts.is) - of(parts.was)]
  if (before - removed + added + changed !== after) {
    throw new PreviewError('bug', `The total of "${column.name}" does not add up.`)
  }
  if (removed === 0n && added === 0n && changed === 0n) return undefined
  const text = (units: bigint): string => decimalText(units, how.scale)
  return {
    column: column.name,
    isExact: true,
    amounts: {
      before: text(before),
      removed: text(removed),
      added: text(added),
      changed: text(changed),
      after: text(after),
    },
    ...sharesOf(Number(before), Number(removed), Number(added), Number(changed)),
  }
}

/** The exact sum of one side, in units of the scale that both have. */
function totalOf({ sum }: ColumnFacts, scale: number): bigint {
  const [whole = '0', fraction = ''] = (sum ?? '0').split('.')
  return BigInt(`${whole}${fraction.padEnd(scale, '0')}`)
}

function roundedBridge({ column }: ComparedColumn, { base, head }: Both, parts: Parts): Bridge | undefined {
  const of = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + Number(text), 0)
  const [before, after] = [Number(base.sum ?? 0), Number(head.sum ?? 0)]
  const [removed, added, changed] = [of(parts.removed), of(parts.added), of(parts.is) - of(parts.was)]
  // A side that holds an infinity has values and no sum.
  const isKnown = [base, head].every(({ sum, mean }) => sum !== undefined || mean === undefined)
  if (!isKnown || ![removed, added, changed].every(Number.isFinite)) return undefined
  if (removed === 0 && added === 0 && changed === 0) return undefined
  return {
    column: column.name,
    isExact: false,
    amounts: {
      before: roundedText(before),
      removed: roundedText(removed),
      added: roundedText(added),
      changed: roundedText(changed),
      after: roundedText(after),
    },
    ...sharesOf(before, removed, added, changed),
  }
}

function sharesOf(before: number, removed: number, added: number, changed: number): Pick<Bridge, 'shares'> {
  if (before === 0) return {}
  const share = (part: number): number => Number((part / Math.abs(before)).toPrecision(6))
  return { shares: { removed: share(removed), added: share(added), changed: share(changed) } }
}
