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
  error: ({ models, failures, cost, expectations }) =>
    failures.length > 0 ||
    brokenDeclarations(expectations) > 0 ||
    models.some(({ verdict }) => verdict === 'failed') ||
    errorBreaches(cost) > 0,
  incomplete: ({ models, plan_only }) =>
    plan_only !== undefined || models.some(({ verdict }) => verdict === 'not_checked'),
  tests: ({ models }) => models.some(failsChecks),
} as const satisfies Record<FailOnWord, (run: RunOutput) => boolean>

function breaches(cost: RunOutput['cost']): number {
  return (cost.projected_budget_breaches ?? []).length + (cost.projected_per_model_budget_breaches ?? []).length
}

function errorBreaches(cost: RunOutput['cost']): number {
  const all = [...(cost.projected_budget_breaches ?? []), ...(cost.projected_per_model_budget_breaches ?? [])]
  return all.filter(({ on_breach }) => on_breach === 'error').length
}
