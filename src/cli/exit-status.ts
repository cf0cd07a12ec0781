import type { Blame } from '../core/base/errors.ts'

/** What a failure means to the shell: 1 the user can fix it, 2 something outside cannot be reached, 70 a bug of ours. */
export const exitStatus = { user: 1, transient: 2, bug: 70 } as const satisfies Record<Blame, number>

/** A gate asked for with --fail-on is tripped. */
export const TRIPPED = 3

/** The status of a run: the worst of its failures, else its gates. */
export function statusOf(failures: readonly { readonly blame: Blame }[], isTripped: boolean): number {
  const worst = Math.max(0, ...failures.map(({ blame }) => exitStatus[blame]))
  if (worst > 0) return worst
  return isTripped ? TRIPPED : 0
}
