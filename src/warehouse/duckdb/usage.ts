import type { Usage } from '../../core/ports/warehouse.ts'
import { planProfile } from './plan-profile.ts'
import { operatorsOf, scannedTable, type Profile } from './profile.ts'
import type { Widths } from './widths.ts'

/** What is known of a statement that ran, besides its profile. */
export interface Run {
  /** The caller's clock, which also saw the commit. */
  readonly durationMs: number
  /** By the names that the profile has for tables. */
  readonly widthsOf: (table: string) => Widths | undefined
  readonly written: Widths | undefined
  /** Rows of what was written, counted there: the profile of a correlated subquery says 0. */
  readonly rows: number
}

export function parseProfile(json: string): Profile {
  return JSON.parse(json) as Profile
}

/** Every stored table that the statement scanned, as the profile names it. */
export function scannedTables(profile: Profile): readonly string[] {
  return [...new Set([...operatorsOf(profile)].flatMap((operator) => scannedTable(operator) ?? []))]
}

/** Reads the answer of `EXPLAIN (ANALYZE, FORMAT json) CREATE TABLE … AS …`. */
export function usageOf(profile: Profile, { durationMs, widthsOf, written, rows }: Run): Usage {
  const plan = planProfile(profile, widthsOf)
  return {
    durationMs,
    ...present('cpuMs', profile.cpu_time === undefined ? undefined : profile.cpu_time * 1000),
    rows,
    ...present('bytesWritten', written === undefined ? undefined : Math.round(rows * widthOf(written))),
    ...present('rowsScanned', profile.cumulative_rows_scanned),
    ...present('bytesScanned', sum(plan.scans.map(({ bytes }) => bytes))),
    // Zero means that the engine did not count, not that nothing was allocated.
    ...present('peakMemoryBytes', profile.total_memory_allocated === 0 ? undefined : profile.total_memory_allocated),
    ...present('spilledBytes', profile.system_peak_temp_dir_size),
    plan,
  }
}

const widthOf = (widths: Widths): number => [...widths.values()].reduce((total, width) => total + width, 0)

/** One figure that is not known makes the sum unknown. */
function sum(figures: readonly (number | undefined)[]): number | undefined {
  return figures.includes(undefined) ? undefined : figures.reduce<number>((total, figure) => total + (figure ?? 0), 0)
}

function present<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, number>)
}
