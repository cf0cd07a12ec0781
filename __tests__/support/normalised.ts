import type { PreviewResult } from '../../src/core/contract/result.ts'
import type { CommitId } from '../../src/core/ports/git.ts'

const commit = (digit: string): CommitId => digit.repeat(40) as CommitId

/** A result without what differs from run to run: durations (all are 10 ms), sizes of memory, ids of commits. */
export function normalised(result: PreviewResult): PreviewResult {
  const steady = walk(result) as PreviewResult
  return {
    ...steady,
    failures: result.failures,
    plan: result.plan,
    refs: { ...result.refs, base: commit('b'), head: commit('e'), mergeBase: commit('b') },
  }
}

function walk(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(walk)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value as Record<string, unknown>).filter(([key]) => !UNSTEADY.has(key))
  return Object.fromEntries(entries.map(([key, inner]) => [key, DURATIONS.test(key) ? 10 : walk(inner)]))
}

const DURATIONS = /DurationMs$|^durationMs$|^cpuMs$|^fullDurationMs$/
const UNSTEADY = new Set([
  'peakMemoryBytes',
  'spilledBytes',
  'repeatsMs',
  'time',
  'previewUsd',
  'accountingMs',
  'expected',
  'estimates',
])
