/**
 * When a piece of work that begins at `now` must be done: after half of what the run has left until `deadline`, so that
 * whatever comes after it gets its turn, however it ends. Milliseconds on one clock.
 */
export function turnEnd(now: number, deadline: number): number {
  return now + Math.max(0, deadline - now) / 2
}
