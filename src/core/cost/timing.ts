import type { Usage } from '../ports/warehouse.ts'

/** How long both sides take, and whether the difference is more than noise. */
export interface TimeChange {
  /** `same`: no difference that these measurements can show. */
  readonly kind: 'same' | 'slower' | 'faster'
  /** Medians. */
  readonly baseMs: number
  readonly headMs: number
  /** Half of the wider side's range; of one measurement, what such a one may be off by. */
  readonly noiseMs: number
  /** Measurements of the side that has fewer. */
  readonly runs: number
}

/** Whatever is less than this is no finding, however often it was measured. */
export const SMALLEST_MS = 50
const SMALLEST_SHARE = 0.1
/** One measurement of a busy machine may be off by so much (kernel.md D: 5 to 30 %). */
const SINGLE_NOISE = 0.3
/** Where both sides did the same work, a single measurement must show more than a machine's mood. */
const SINGLE_SAME_WORK = { ms: 250, share: 1 }

/** Work: rows and bytes, which do not depend on the machine. `same` work makes a difference in time unlikely, not impossible. */
export function timeChange(base: Usage, head: Usage, work: 'same' | 'different'): TimeChange {
  const [before, after] = [samplesOf(base), samplesOf(head)]
  const [baseMs, headMs] = [median(before), median(after)]
  const runs = Math.min(before.length, after.length)
  const noiseMs = runs > 1 ? Math.max(halfRange(before), halfRange(after)) : SINGLE_NOISE * Math.max(baseMs, headMs)
  const differs = isTold(before, after, work)
  return { kind: !differs ? 'same' : headMs > baseMs ? 'slower' : 'faster', baseMs, headMs, noiseMs, runs }
}

/** The middle of all measurements of one side. */
export function medianMs(usage: Usage): number {
  return median(samplesOf(usage))
}

/** Worth measuring again: it would be told, or may be. */
export function isWorthRepeating(base: Usage, head: Usage): boolean {
  const [b, h] = [base.durationMs, head.durationMs]
  return Math.abs(h - b) > Math.max(SMALLEST_MS, SMALLEST_SHARE * Math.min(b, h))
}

function isTold(before: readonly number[], after: readonly number[], work: 'same' | 'different'): boolean {
  const [b, h] = [median(before), median(after)]
  const [delta, less] = [Math.abs(h - b), Math.min(b, h)]
  if (delta <= Math.max(SMALLEST_MS, SMALLEST_SHARE * less)) return false
  if (Math.min(before.length, after.length) > 2) return !overlap(before, after)
  return work === 'same'
    ? delta > Math.max(SINGLE_SAME_WORK.ms, SINGLE_SAME_WORK.share * less)
    : delta > SINGLE_NOISE * Math.max(b, h)
}

function samplesOf({ durationMs, repeatsMs = [] }: Usage): readonly number[] {
  return [durationMs, ...repeatsMs]
}

function overlap(a: readonly number[], b: readonly number[]): boolean {
  return Math.max(...a) >= Math.min(...b) && Math.max(...b) >= Math.min(...a)
}

function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

const halfRange = (samples: readonly number[]): number => (Math.max(...samples) - Math.min(...samples)) / 2
