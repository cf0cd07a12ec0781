import { setTimeout as sleepFor } from 'node:timers/promises'

/** How long we wait, and for what. */
export interface Patience {
  /** After a failure that may pass: 1, 2, 4, 8 seconds with jitter. */
  backOff(attempt: number): Promise<void>
  /** Before a write is looked at again: 1.5 to 2.5 seconds. */
  settle(): Promise<void>
  /** Sits out a rate limit. False, at once, when that would take more than what is left of two minutes for the whole run. */
  outlast(waitMs: number): Promise<boolean>
  /** All waiting so far, as it is outside tests. */
  waitedMs(): number
}

const LONGEST_WAITING_MS = 120_000

/** `scale` is 1 outside tests. */
export function createPatience(scale: number, sleep: (ms: number) => Promise<void> = pauseFor): Patience {
  let [limitedMs, waitedMs] = [0, 0]
  const pause = (durationMs: number) => {
    waitedMs += durationMs
    return sleep(Math.round(durationMs * scale))
  }
  return {
    backOff: (attempt) => pause(1_000 * 2 ** Math.min(attempt, 3) * (0.75 + Math.random() / 2)),
    settle: () => pause(1_500 + Math.random() * 1_000),
    async outlast(waitMs) {
      if (limitedMs + waitMs > LONGEST_WAITING_MS) return false
      limitedMs += waitMs
      await pause(waitMs)
      return true
    },
    waitedMs: () => waitedMs,
  }
}

const pauseFor = (ms: number): Promise<void> => sleepFor(ms)

/** What a second of waiting lasts: a second, unless a test that talks to a loopback server asks for less. */
export function scaleOfWaits(environment: Readonly<Record<string, string | undefined>>, apiUrl: URL): number {
  const testMs = Number(environment.ROCKY_PREVIEW_TEST_BACKOFF_MS ?? Number.NaN)
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(apiUrl.hostname)
  return loopback && testMs >= 0 && testMs <= 1_000 ? testMs / 1_000 : 1
}
