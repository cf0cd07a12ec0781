import { isWorthRepeating } from '../../core/cost/timing.ts'
import type { ModelOutcome, TwinOutcome } from '../../core/environment/outcome.ts'
import type { SideName } from '../../core/environment/layout.ts'
import type { Services } from '../services.ts'

/** Further runs of one twin's statement, into a table that is dropped again. */
export type Again = (side: SideName, model: string) => Promise<number | undefined>

/** Of the time that building took: what measuring again may add. */
const SHARE = 0.1
/** Three of each are enough to tell two ranges apart. */
const REPEATS = 2

/**
 * Measures again, while nothing else runs, where the two sides of a model seem to take different times: the largest
 * difference first, both sides in turn, as long as it stays a small share of the run.
 */
export async function withRepeats(
  { clock }: Pick<Services, 'clock'>,
  outcomes: readonly ModelOutcome[],
  builtMs: number,
  again: Again,
): Promise<readonly ModelOutcome[]> {
  const repeated = new Map<string, ModelOutcome>()
  let leftMs = builtMs * SHARE
  for (const outcome of [...outcomes].filter(isDoubtful).sort((a, b) => differenceOf(b) - differenceOf(a))) {
    const needs = REPEATS * (msOf(outcome.base) + msOf(outcome.head))
    if (needs > leftMs || clock.now() + needs > clock.deadline) continue
    const [base, head]: [number[], number[]] = [[], []]
    for (let run = 0; run < REPEATS; run += 1) {
      const [b, h] = [await again('base', outcome.model), await again('head', outcome.model)]
      if (b === undefined || h === undefined) break
      base.push(b)
      head.push(h)
    }
    leftMs -= needs
    repeated.set(outcome.model, {
      ...outcome,
      base: withSamples(outcome.base, base),
      head: withSamples(outcome.head, head),
    })
  }
  return outcomes.map((outcome) => repeated.get(outcome.model) ?? outcome)
}

function isDoubtful({ base, head, cutOff, refresh }: ModelOutcome): boolean {
  if (base.kind !== 'built' || head.kind !== 'built' || cutOff !== undefined || refresh !== undefined) return false
  // A shared model has one build.
  if (base === head || base.usage === undefined || head.usage === undefined) return false
  return isWorthRepeating(base.usage, head.usage)
}

const msOf = (twin: TwinOutcome): number => (twin.kind === 'built' ? (twin.usage?.durationMs ?? 0) : 0)
const differenceOf = ({ base, head }: ModelOutcome): number => Math.abs(msOf(base) - msOf(head))

function withSamples(twin: TwinOutcome, repeatsMs: readonly number[]): TwinOutcome {
  if (twin.kind !== 'built' || twin.usage === undefined || repeatsMs.length === 0) return twin
  return { ...twin, usage: { ...twin.usage, repeatsMs } }
}
