import { describe, expect, it } from '@jest/globals'
import { createPatience } from '../../src/github/patience.ts'

function recorded(): { readonly pauses: number[]; readonly sleep: (ms: number) => Promise<void> } {
  const pauses: number[] = []
  return {
    pauses,
    sleep: (ms) => {
      pauses.push(ms)
      return Promise.resolve()
    },
  }
}

describe('createPatience', () => {
  it('settles for one and a half to two and a half seconds', async () => {
    const { pauses, sleep } = recorded()
    const patience = createPatience(1, sleep)
    for (let n = 0; n < 200; n += 1) await patience.settle()
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_500)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(2_500)
  })

  it('backs off longer each time, up to ten seconds', async () => {
    const { pauses, sleep } = recorded()
    const patience = createPatience(1, sleep)
    for (const attempt of [0, 1, 2, 3, 9]) await patience.backOff(attempt)
    const bounds = [1_250, 2_500, 5_000, 10_000, 10_000]
    pauses.forEach((pause, n) => {
      expect(pause).toBeLessThanOrEqual(bounds[n] ?? 0)
      expect(pause).toBeGreaterThanOrEqual(0.6 * (bounds[n] ?? 0))
    })
  })

  it('sits limits out for two minutes in all, and no longer', async () => {
    const { pauses, sleep } = recorded()
    const patience = createPatience(1, sleep)
    expect(await patience.outlast(60_000)).toBe(true)
    expect(await patience.outlast(60_001)).toBe(false)
    expect(await patience.outlast(60_000)).toBe(true)
    expect(pauses).toEqual([60_000, 60_000])
  })
})
