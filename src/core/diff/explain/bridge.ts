import { PreviewError } from '../../base/errors.ts'
import { join, sql } from '../../sql/sql.ts'
import { widerDecimal } from '../comparable.ts'
import type { Ask } from '../exact.ts'
import type { ColumnDiff, ColumnFacts } from '../result.ts'
import { pairsOf, type Pairing } from '../rows.ts'
import type { ComparedColumn, Sides } from '../sides.ts'
import type { Bridge } from './explained.ts'
import { decimalText, readSum, roundedText, summing, sumOf, type Summing } from './sum.ts'

/** What names of keys and of averages end in. */
const NO_MEASURE =
  /(?:^|_)(?:id|key|sk|pk|fk|uuid|code|no|num|number|avg|average|mean|median|rate|ratio|pct|percent|share|rank|year|month|day|hour|week)$|^(?:avg|average|mean|median)_/i
/** Columns whose totals are followed, at most. */
const WIDEST = 20

/**
 * Follows the totals of the measures: numbers that are no key and are not called like one. `inPlay` holds every row that
 * differs; `columns` have the facts of both sides.
 */
export async function bridgesOf(
  columns: readonly ColumnDiff[],
  inPlay: Sides,
  pairing: Pairing,
  ask: Ask,
): Promise<readonly Bridge[]> {
  const facts = new Map(columns.map((column) => [column.name, column.facts]))
  const measures = inPlay.columns.flatMap((column, index) => {
    const known = facts.get(column.column.name)
    const how = howOf(column)
    return known === undefined || how === undefined || isNoMeasure(column, inPlay)
      ? []
      : [{ column, index, known, how }]
  })
  const followed = measures.slice(0, WIDEST)
  if (followed.length === 0) return []
  const sums = followed.flatMap(({ how, index }) => {
    const [b, h] = [sql`b.v${index}`, sql`h.v${index}`]
    const changed = sql`FILTER (b.present AND h.present AND ${b} IS DISTINCT FROM ${h})`
    return [
      sql`${sumOf(how, b, sql`FILTER (h.present IS NULL)`)} AS r${index}`,
      sql`${sumOf(how, h, sql`FILTER (b.present IS NULL)`)} AS a${index}`,
      sql`${sumOf(how, b, changed)} AS b${index}`,
      sql`${sumOf(how, h, changed)} AS h${index}`,
    ]
  })
  const [row = {}] = await ask(sql`SELECT ${join(sums)} FROM ${pairsOf(inPlay, pairing)}`)
  return followed.flatMap(({ column, index, known, how }) => {
    const sum = (name: string): string | undefined => {
      const found = row[`${name}${String(index)}`]
      return found === null || found === undefined ? undefined : String(found)
    }
    const parts = { removed: sum('r'), added: sum('a'), was: sum('b'), is: sum('h') }
    const bridge = how.kind === 'exact' ? exactBridge(column, known, how, parts) : roundedBridge(column, known, parts)
    return bridge === undefined ? [] : [bridge]
  })
}

type Both = NonNullable<ColumnDiff['facts']>
type Parts = Readonly<Record<'removed' | 'added' | 'was' | 'is', string | undefined>>

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
  const of = (text: string | undefined): bigint => readSum(how, text)
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
  const of = (text: string | undefined): number => Number(text ?? 0)
  const [before, after] = [of(base.sum), of(head.sum)]
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
