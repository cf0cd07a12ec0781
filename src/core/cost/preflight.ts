import type { Estimate } from './estimate.ts'

/** What a run is expected to take, before anything of it is built. */
export interface Preflight {
  readonly builds: number
  readonly buildMs: number
  readonly compareMs: number
  readonly bytes: number
  /** The most that builds are expected to hold which run side by side. */
  readonly memoryBytes: number
  readonly from: Estimate['from']
  /** What the run may take, where that is capped. */
  readonly capMs?: number
  readonly course: Course
}

/** How far a run goes under its cap. */
export type Course =
  | { readonly kind: 'as-asked' }
  /** Everything is built, and the comparisons share what is left: they walk down their own ladder. */
  | { readonly kind: 'compare-within'; readonly leftMs: number }
  | { readonly kind: 'plan-only' }

/** One model, each build of it, and the cells that would be compared. */
export interface Planned {
  readonly builds: readonly Estimate[]
  readonly cells: number
}

/** Cells (rows × columns, both sides) that a second can do at the least, as the ladder of comparisons has it. */
const CELLS_A_SECOND = 40_000_000
/** Less than this share of a cap is not worth beginning a comparison with. */
const LEAST_LEFT = 0.02

/** `side by side`: builds that run at the same time. `capMs`: what is left of the cap, if there is one. */
export function preflight(models: readonly Planned[], sideBySide: number, capMs: number | undefined): Preflight {
  const builds = models.flatMap((model) => model.builds)
  const sum = (of: (build: Estimate) => number): number => builds.reduce((total, build) => total + of(build), 0)
  const longest = Math.max(0, ...builds.map(({ durationMs }) => durationMs))
  const buildMs = Math.max(longest, sum(({ durationMs }) => durationMs) / Math.max(1, sideBySide))
  const cells = models.reduce((total, model) => total + model.cells, 0)
  const compareMs = (cells / CELLS_A_SECOND) * 1000
  return {
    builds: builds.length,
    buildMs,
    compareMs,
    bytes: sum(({ bytesScanned, bytesWritten }) => bytesScanned + bytesWritten),
    memoryBytes: mostAtOnce(builds, sideBySide),
    from: builds.length > 0 && builds.every(({ from }) => from === 'records') ? 'records' : 'sizes',
    ...(capMs !== undefined && { capMs }),
    course: courseOf(buildMs, compareMs, capMs),
  }
}

/** The largest builds, as if they met. */
function mostAtOnce(builds: readonly Estimate[], sideBySide: number): number {
  return builds
    .map(({ memoryBytes }) => memoryBytes)
    .sort((a, b) => b - a)
    .slice(0, Math.max(1, sideBySide))
    .reduce((sum, bytes) => sum + bytes, 0)
}

function courseOf(buildMs: number, compareMs: number, capMs: number | undefined): Course {
  if (capMs === undefined || buildMs + compareMs <= capMs) return { kind: 'as-asked' }
  const leftMs = capMs - buildMs
  return leftMs > capMs * LEAST_LEFT ? { kind: 'compare-within', leftMs } : { kind: 'plan-only' }
}
