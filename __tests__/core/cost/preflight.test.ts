import { describe, expect, it } from '@jest/globals'
import { preflight } from '../../../src/core/cost/preflight.ts'

const estimate = { durationMs: 1_000, bytesScanned: 50, bytesWritten: 10, memoryBytes: 30, from: 'sizes' } as const
const model = { builds: [estimate, estimate], cells: 40_000_000 }

describe('preflight', () => {
  it('adds up what is to be built and compared', () => {
    expect(preflight([model, model], 2, undefined)).toEqual({
      builds: 4,
      buildMs: 2_000,
      compareMs: 2_000,
      bytes: 240,
      memoryBytes: 60,
      from: 'sizes',
      course: { kind: 'as-asked' },
    })
  })

  it('adds up the memory of the largest builds that may run side by side', () => {
    const large = { ...model, builds: [{ ...estimate, memoryBytes: 500 }] }
    expect([1, 2, 3, 64].map((threads) => preflight([model, large], threads, undefined).memoryBytes)).toEqual([
      500, 530, 560, 560,
    ])
  })

  it('takes what each side takes', () => {
    const slower = { ...estimate, durationMs: 3_000, bytesScanned: 500 }
    expect(preflight([{ ...model, builds: [estimate, slower] }], 1, undefined)).toMatchObject({
      builds: 2,
      buildMs: 4_000,
      bytes: 570,
    })
  })

  it('takes no less than the longest build', () => {
    expect(preflight([model], 64, undefined).buildMs).toBe(1_000)
  })

  it.each([
    [4_000, { kind: 'as-asked' }],
    [3_999, { kind: 'compare-within', leftMs: 1_999 }],
    [2_020, { kind: 'plan-only' }],
    [1_000, { kind: 'plan-only' }],
    [0, { kind: 'plan-only' }],
  ])('under a cap of %s ms', (capMs, course) => {
    expect(preflight([model, model], 2, capMs).course).toEqual(course)
  })

  it('is measured only where all of it is', () => {
    const known = { ...estimate, from: 'records' as const }
    const measured = { ...model, builds: [known, known] }
    expect(preflight([measured, measured], 2, undefined).from).toBe('records')
    expect(preflight([measured, model], 2, undefined).from).toBe('sizes')
  })

  it('has nothing to fear where nothing is built', () => {
    expect(preflight([], 2, 100)).toMatchObject({ builds: 0, buildMs: 0, course: { kind: 'as-asked' } })
  })
})
