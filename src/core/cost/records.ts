import { by } from '../base/compare.ts'
import type { CostRecord } from '../ports/records.ts'
import type { Usage } from '../ports/warehouse.ts'
import type { Estimate } from './estimate.ts'
import { medianMs } from './timing.ts'

/** Kept at most: the newest. */
const KEPT = 20_000
/** Measurements that an expectation is made of. */
const LATEST = 5
/** Less than this is no growth. */
const GROWTH = 0.01

/** Earlier runs with those of this one, the oldest left out where there are too many. */
export function withNew(known: readonly CostRecord[], added: readonly CostRecord[]): readonly CostRecord[] {
  const runs = new Set(added.map(({ run }) => run))
  return [...known.filter(({ run }) => !runs.has(run)), ...added].sort(by(({ at }) => at)).slice(-KEPT)
}

/** Of the latest builds of the same code on this kind of machine: the middle of their times, since any one may be off. */
export function recordedEstimate(known: readonly CostRecord[], machine: string, code: string): Estimate | undefined {
  const latest = known.filter((each) => each.machine === machine && each.code === code).slice(-LATEST)
  const record = latest.at(-1)
  if (record === undefined) return undefined
  const { bytesScanned = 0, bytesWritten = 0, peakMemoryBytes: memoryBytes = 0 } = record
  const [first = 0, ...others] = latest.map(({ durationMs }) => durationMs)
  const durationMs = medianMs({ durationMs: first, repeatsMs: others })
  return { durationMs, bytesScanned, bytesWritten, memoryBytes, from: 'records' }
}

/** What the same code used on the same data, on this kind of machine. */
export function recordedUsage(
  known: readonly CostRecord[],
  machine: string,
  { code, inputs }: { readonly code: string; readonly inputs: string | undefined },
): Usage | undefined {
  if (inputs === undefined) return undefined
  const record = known.findLast((each) => each.machine === machine && each.code === code && each.inputs === inputs)
  if (record === undefined) return undefined
  const { durationMs, rows, bytesWritten, rowsScanned, bytesScanned, peakMemoryBytes } = record
  return {
    durationMs,
    ...(rows !== undefined && { rows }),
    ...(bytesWritten !== undefined && { bytesWritten }),
    ...(rowsScanned !== undefined && { rowsScanned }),
    ...(bytesScanned !== undefined && { bytesScanned }),
    ...(peakMemoryBytes !== undefined && { peakMemoryBytes }),
  }
}

/** Whether head writes more than base, by bytes, else by rows. */
export function grows(base: Pick<Usage, 'rows' | 'bytesWritten'>, head: Pick<Usage, 'rows' | 'bytesWritten'>): boolean {
  const [before, after] =
    base.bytesWritten !== undefined && head.bytesWritten !== undefined
      ? [base.bytesWritten, head.bytesWritten]
      : [base.rows, head.rows]
  return before !== undefined && after !== undefined && after > before * (1 + GROWTH)
}

/**
 * Other pull requests, the latest first, that made a model larger, until one that did not. Each counts by its last run
 * that built both sides; rows and bytes are the same on every machine.
 */
export function earlierGrowth(known: readonly CostRecord[], preview: string, model: string): number {
  const last = new Map<string, CostRecord[]>()
  for (const record of known) {
    if (record.model !== model || record.preview === preview) continue
    const run = last.get(record.preview)
    if (run?.[0]?.run === record.run) run.push(record)
    else {
      // A pull request's place is that of its last run.
      last.delete(record.preview)
      last.set(record.preview, [record])
    }
  }
  const pairs = [...last.values()].reverse().flatMap((run) => {
    const [base, head] = [run.find(({ side }) => side === 'base'), run.find(({ side }) => side === 'head')]
    return base === undefined || head === undefined ? [] : [{ base, head }]
  })
  const end = pairs.findIndex(({ base, head }) => !grows(strip(base), strip(head)))
  return end < 0 ? pairs.length : end
}

function strip({ rows, bytesWritten }: CostRecord): Pick<Usage, 'rows' | 'bytesWritten'> {
  return { ...(rows !== undefined && { rows }), ...(bytesWritten !== undefined && { bytesWritten }) }
}
