import { PreviewError } from '../core/base/errors.ts'
import { formatDuration } from '../core/base/quantities.ts'
import { turnEnd } from '../core/base/turn.ts'

/** How a step may end by the clock. */
export type Patience =
  /** With the run: the worker is ended at the deadline. */
  | { readonly kind: 'deadline' }
  /** After its turn (`turnEnd`), or earlier: at the moment `until`, on the clock of `performance.now()`, or after `ms`. */
  | { readonly kind: 'turn'; readonly until?: number; readonly ms?: number }
  /** After so long, deadline or not: for what lets go of things. */
  | { readonly kind: 'grace'; readonly ms: number }

/** How long a step may take, and what it fails with then. `run`: nothing comes after it. */
export interface Limit {
  readonly ms: number
  readonly ends: 'step' | 'run'
  readonly failure: PreviewError
}

export function limitOf(patience: Patience, now: number, deadline: number): Limit {
  switch (patience.kind) {
    case 'deadline':
      return { ms: Math.max(0, deadline - now), ends: 'run', failure: deadlinePassed() }
    case 'turn':
      return turnOf(patience, now, deadline)
    case 'grace':
      return { ms: patience.ms, ends: 'step', failure: tookTooLong(patience.ms) }
  }
}

function turnOf(
  { until = Infinity, ms = Infinity }: Patience & { kind: 'turn' },
  now: number,
  deadline: number,
): Limit {
  if (now >= deadline) return { ms: 0, ends: 'run', failure: deadlinePassed() }
  const turn = Math.max(0, Math.min(until, turnEnd(now, deadline)) - now)
  if (ms <= turn) return { ms, ends: 'step', failure: tookTooLong(ms) }
  const message =
    'It took longer than its turn, which is half of the time that the run had left, and was ended so that the rest gets one.'
  return { ms: turn, ends: 'step', failure: new PreviewError('kernel.timeout', message) }
}

function tookTooLong(ms: number): PreviewError {
  return new PreviewError('kernel.timeout', `It took longer than the ${formatDuration(ms)} that it may, and was ended.`)
}

/** For calls that come when the run's time is over. */
export function deadlinePassed(): PreviewError {
  return new PreviewError('kernel.timeout', 'The run passed its deadline and was stopped.')
}
