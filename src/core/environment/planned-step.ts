import type { SideName } from './layout.ts'

/** A step of a plan that was not run. */
export interface PlannedStep {
  readonly model: string
  readonly side: SideName
  /** `delta`: the rows of a stateful model's next run, and not its whole relation. */
  readonly writes: 'all' | 'delta'
  readonly sql: string
}
