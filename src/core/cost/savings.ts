import type { ModelOutcome } from '../environment/outcome.ts'
import type { Plan, PlannedModel } from '../plan/plan.ts'
import type { Estimate } from './estimate.ts'
import type { Price } from './price.ts'

/** What was not rebuilt of head, and what that would have taken. */
export interface Savings {
  /** Models that hold data, and why they were left alone. */
  readonly models: number
  readonly copied: number
  readonly proven: number
  readonly cutOff: number
  /** One build of each of them. Absent: nothing to go by. */
  readonly durationMs?: number
  readonly usd?: number
  /** One build of everything that head has, those that were built among it. */
  readonly fullDurationMs?: number
  readonly fullUsd?: number
  /** `records`: all durations were measured in earlier runs. `estimated`: some are guessed from sizes. */
  readonly basis: 'records' | 'estimated'
}

interface Left {
  readonly name: string
  readonly why: 'copied' | 'proven' | 'cutOff'
}

/** Undefined where everything was built. `builtMs` and `builtUsd` are what head's builds took. */
export function savingsOf(
  plan: Plan,
  outcomes: readonly ModelOutcome[],
  estimates: ReadonlyMap<string, Estimate>,
  price: Price | undefined,
  built: { readonly durationMs: number; readonly usd: number | undefined },
): Savings | undefined {
  const outcomeByModel = new Map(outcomes.map((outcome) => [outcome.model, outcome]))
  const left = plan.models.flatMap((model) => leftAlone(model, outcomeByModel.get(model.name)) ?? [])
  if (left.length === 0) return undefined
  const known = left.map(({ name }) => estimates.get(name)).filter((estimate) => estimate !== undefined)
  const count = (wanted: Left['why']): number => left.filter(({ why }) => why === wanted).length
  const isComplete = known.length === left.length
  const durationMs = known.reduce((sum, { durationMs: ms }) => sum + ms, 0)
  const prices = known.map((estimate) => price?.of(estimate))
  const usd = prices.includes(undefined) ? undefined : prices.reduce<number>((sum, one) => sum + (one ?? 0), 0)
  return {
    models: left.length,
    copied: count('copied'),
    proven: count('proven'),
    cutOff: count('cutOff'),
    basis: isComplete && known.every(({ from }) => from === 'records') ? 'records' : 'estimated',
    ...(isComplete && { durationMs, fullDurationMs: durationMs + built.durationMs }),
    ...(isComplete && usd !== undefined && { usd }),
    ...(isComplete && usd !== undefined && built.usd !== undefined && { fullUsd: usd + built.usd }),
  }
}

function leftAlone(
  { name, head, placement, proof }: PlannedModel,
  outcome: ModelOutcome | undefined,
): Left | undefined {
  if (head === undefined || ['view', 'ephemeral'].includes(head.strategy.kind)) return undefined
  if (outcome?.cutOff !== undefined) return { name, why: 'cutOff' }
  if (placement === 'prune' || placement === 'shared') return undefined
  return { name, why: proof === undefined ? 'copied' : 'proven' }
}
