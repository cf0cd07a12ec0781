import type { Model, ProjectConfig } from '../project/model.ts'
import { freshnessRuns, scheduledRuns, type RunsPerMonth } from '../project/schedule.ts'
import type { OwnPrices } from '../project/own-prices.ts'

/** What is known of how often models run, besides what they say themselves. */
export interface Schedules {
  /** `runs-per-month`, which the caller gave. */
  readonly asked?: number | undefined
  readonly own: OwnPrices
  readonly config: ProjectConfig
}

/** The first that says so: the caller, the model, preview.toml, the project. Undefined: nobody does. */
export function runsPerMonth(model: Model | undefined, { asked, own, config }: Schedules): RunsPerMonth | undefined {
  if (asked !== undefined) return { runs: asked, because: 'runs-per-month' }
  const { schedule, freshness } = model?.metadata ?? {}
  const said = scheduledRuns(schedule) ?? freshnessRuns(freshness)
  if (said !== undefined) return said
  if (own.runsPerMonth !== undefined) return { runs: own.runsPerMonth, because: 'runs_per_month of preview.toml' }
  return config.runs
}
