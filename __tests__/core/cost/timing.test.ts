import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isWorthRepeating, timeChange } from '../../../src/core/cost/timing.ts'
import type { Usage } from '../../../src/core/ports/warehouse.ts'

const took = (durationMs: number, ...repeatsMs: number[]): Usage => ({ durationMs, repeatsMs })

describe('timeChange', () => {
  it.each([
    ['a few milliseconds are nothing', took(10), took(55), 'same', 'same'],
    ['a tenth is nothing', took(5_000), took(5_400), 'different', 'same'],
    ['one measurement of other work may tell', took(1_000), took(2_000), 'different', 'slower'],
    ['one measurement of the same work is not enough', took(1_000), took(1_900), 'same', 'same'],
    ['unless it is far off', took(1_000), took(2_100), 'same', 'slower'],
    ['three of each that overlap', took(900, 1_000, 1_300), took(1_200, 1_400, 1_500), 'different', 'same'],
    ['three of each that do not', took(900, 1_000, 1_100), took(1_200, 1_400, 1_500), 'same', 'slower'],
    ['the other way round', took(1_200, 1_400, 1_500), took(900, 1_000, 1_100), 'same', 'faster'],
  ] as const)('%s', (_, base, head, work, kind) => {
    expect(timeChange(base, head, work).kind).toBe(kind)
  })

  it('gives medians and half of the wider range', () => {
    expect(timeChange(took(100, 300, 200), took(900, 1_000, 1_400), 'same')).toEqual({
      kind: 'slower',
      baseMs: 200,
      headMs: 1_000,
      noiseMs: 250,
      runs: 3,
    })
  })

  it('never tells a difference of the same measurements', () => {
    const usage = fc
      .array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 5 })
      .map(([first = 0, ...rest]) => took(first, ...rest))
    fc.assert(fc.property(usage, (both) => timeChange(both, both, 'different').kind === 'same'))
  })
})

describe('isWorthRepeating', () => {
  it('leaves alone what would not be told', () => {
    expect(isWorthRepeating(took(10), took(55))).toBe(false)
    expect(isWorthRepeating(took(10), took(65))).toBe(true)
    expect(isWorthRepeating(took(5_000), took(5_400))).toBe(false)
  })
})
