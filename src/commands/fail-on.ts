import { brokenDeclarations } from '../core/contract/expectations.ts'
import { failsChecks } from '../core/contract/headline.ts'
import type { RunOutput } from '../core/contract/run.ts'

/** What a check may be asked to fail on; docs/inputs.md says what each word means. */
export const failOnWords = ['breaking', 'budget', 'changes', 'error', 'incomplete', 'tests'] as const
export type FailOnWord = (typeof failOnWords)[number]

/** The words of the list that this run trips, in the order of the list. */
export function tripped(run: RunOutput, words: readonly FailOnWord[]): readonly FailOnWord[] {
  return words.filter((word) => trips[word](run))
}

const trips = {
  breaking: ({ models }) => models.some(({ severity }) => severity === 'breaking'),
  budget: ({ cost }) => breaches(cost) > 0,
  changes: ({ models }) =>
    models.some(({ verdict }) => verdict === 'changed' || verdict === 'added' || verdict === 'removed'),
  error: (run) => errors.some((isOne) => isOne(run)),
  incomplete: ({ models, plan_only }) =>
    plan_only !== undefined || models.some(({ verdict }) => verdict === 'not_checked'),
  tests: ({ models }) => models.some(failsChecks),
} as const satisfies Record<FailOnWord, (run: RunOutput) => boolean>

/** Whatever is an error without anybody's saying so, one a line. A model of head that no longer binds is one that fails. */
const errors: readonly ((run: RunOutput) => boolean)[] = [
  ({ failures }) => failures.length > 0,
  ({ models }) => models.some(({ verdict }) => verdict === 'failed'),
  ({ models }) => models.some(failsChecks),
  ({ expectations }) => brokenDeclarations(expectations) > 0,
  ({ cost }) => errorBreaches(cost) > 0,
]

function breaches(cost: RunOutput['cost']): number {
  return (cost.projected_budget_breaches ?? []).length + (cost.projected_per_model_budget_breaches ?? []).length
}

function errorBreaches(cost: RunOutput['cost']): number {
  const all = [...(cost.projected_budget_breaches ?? []), ...(cost.projected_per_model_budget_breaches ?? [])]
  return all.filter(({ on_breach }) => on_breach === 'error').length
}
