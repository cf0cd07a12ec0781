import { parseDuration } from '../base/quantities.ts'
import { cronRunsPerMonth } from './cron.ts'

/** How often something runs, and where that is said. */
export interface RunsPerMonth {
  readonly runs: number
  /** In words, as `cron 0 4 * * *`. */
  readonly because: string
}

/** A mean month. */
export const DAYS_PER_MONTH = 365.25 / 12
const MS_PER_MONTH = DAYS_PER_MONTH * 86_400_000

/** `[schedule]`: `cron`, or `every` as a duration. Undefined: it says nothing that we understand. */
export function scheduledRuns(schedule: unknown): RunsPerMonth | undefined {
  const { cron, every, enabled } = fieldsOf(schedule)
  if (enabled === false) return undefined
  if (typeof cron === 'string') {
    const runs = cronRunsPerMonth(cron)
    return runs === undefined ? undefined : { runs, because: `cron ${cron.trim()}` }
  }
  const ms = typeof every === 'string' ? parseDuration(every) : undefined
  return ms === undefined ? undefined : { runs: MS_PER_MONTH / ms, because: `every ${String(every)}` }
}

/** `[freshness]`: data may be so old at most, so they are made as often as that. */
export function freshnessRuns(freshness: unknown): RunsPerMonth | undefined {
  const { expected_lag_seconds: lag } = fieldsOf(freshness)
  if (typeof lag !== 'number' || !(lag > 0)) return undefined
  return { runs: MS_PER_MONTH / (lag * 1000), because: `freshness of ${String(lag)} s` }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
