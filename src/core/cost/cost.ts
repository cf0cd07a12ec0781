import type { Usage } from '../ports/warehouse.ts'

/** What a model's run uses on each side. Absent is absent: a model that is not run on a side has no usage there. */
export interface ModelCost {
  readonly model: string
  /** In the copy set, and read where it is. */
  readonly skippedViaCopy: boolean
  readonly base?: Usage
  readonly head?: Usage
  readonly baseUsd?: number
  readonly headUsd?: number
  readonly deltaUsd?: number
}

export interface BudgetBreach {
  /** Undefined: the project's budget. */
  readonly model?: string
  readonly limitType: 'max_usd' | 'max_duration_ms' | 'max_bytes_scanned'
  readonly limit: number
  readonly actual: number
  readonly onBreach: 'warn' | 'error'
}

/** Models sorted by name. Totals leave out what is absent; a total of nothing is absent. */
export interface CostReport {
  readonly models: readonly ModelCost[]
  readonly totals: {
    readonly baseUsd?: number
    readonly headUsd?: number
    readonly deltaUsd?: number
    readonly savingsFromCopyUsd?: number
    readonly baseDurationMs: number
    readonly headDurationMs: number
    readonly headBytesScanned?: number
    readonly modelsSkippedViaCopy: number
  }
  readonly breaches: readonly BudgetBreach[]
}
