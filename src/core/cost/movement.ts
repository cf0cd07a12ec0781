import type { Usage } from '../ports/warehouse.ts'
import type { TimeChange } from './timing.ts'

/** A figure of a run that is not the same on both sides. */
export type Moved = 'rows-written' | 'bytes-written' | 'rows-scanned' | 'bytes-scanned' | 'time'

/** Text is measured on its first rows, so its bytes may shift a little when rows change places. */
const BYTES_SHARE = 0.01

/** What rows and bytes say: the same on every machine. A figure that one side lacks does not move. */
export function workMoved(base: Usage, head: Usage): readonly Moved[] {
  const exact = (a: number | undefined, b: number | undefined): boolean => a !== undefined && b !== undefined && a !== b
  const about = (a: number | undefined, b: number | undefined): boolean =>
    a !== undefined && b !== undefined && Math.abs(a - b) > BYTES_SHARE * Math.max(a, b)
  return [
    ...(exact(base.rows, head.rows) ? (['rows-written'] as const) : []),
    ...(about(base.bytesWritten, head.bytesWritten) ? (['bytes-written'] as const) : []),
    ...(exact(base.rowsScanned, head.rowsScanned) ? (['rows-scanned'] as const) : []),
    ...(about(base.bytesScanned, head.bytesScanned) ? (['bytes-scanned'] as const) : []),
  ]
}

/** Work first, then time. */
export function moved(work: readonly Moved[], time: TimeChange): readonly Moved[] {
  return time.kind === 'same' ? work : [...work, 'time']
}
