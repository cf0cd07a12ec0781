import type { RunOutput } from '../../src/core/contract/run.ts'

/** Counts how models came out; those that nothing reaches are left aside. */
export function tally(seen: Record<string, number>, { models }: RunOutput): void {
  for (const { verdict, reason, evidence } of models) {
    const kind = reason === 'cut_off' ? 'cut off' : evidence.kind === 'proven' ? 'proven' : verdict
    seen[kind] = (seen[kind] ?? 0) + 1
  }
}

/** The share of some kinds among the models that a change reached. */
export function share(seen: Readonly<Record<string, number>>, kinds: readonly string[]): number {
  const sum = (of: readonly string[]): number => of.reduce((total, kind) => total + (seen[kind] ?? 0), 0)
  return sum(kinds) / sum(Object.keys(seen).filter((kind) => kind !== 'not_affected'))
}
