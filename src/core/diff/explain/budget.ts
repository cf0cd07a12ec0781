import { BYTES_A_CELL, CELLS_A_SECOND, type Budget } from '../ladder.ts'
import { grouped } from '../../base/grouped.ts'
import type { Totals } from '../result.ts'

/** Values of both sides together beyond which differences are counted and not explained, unless that is asked for. */
const MOST = 100_000_000n

/** Why explaining would take too much; undefined: it fits. */
export function beyond({ base, head }: Totals, columns: number, { timeMs, bytes }: Budget): string | undefined {
  const cells = (base + head) * BigInt(columns)
  const values = `both sides hold ${grouped(cells)} values`
  if (cells > MOST) return `${values}, and the limit for looking at each is ${grouped(MOST)}`
  // The comparison has taken its share; explaining may take about as much again.
  const needMs = (2 * Number(cells) * 1000) / CELLS_A_SECOND
  if (timeMs !== undefined && needMs > timeMs) return `${values}: more than is left of the time budget`
  if (bytes !== undefined && 2 * Number(cells) * BYTES_A_CELL > bytes)
    return `${values}: more than is left of the budget`
  return undefined
}
