import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { changedLines } from '../../../src/core/base/changed-lines.ts'

const text = (letters: string): string => Array.from(letters).join('\n')

describe('changedLines', () => {
  it.each([
    ['abc', 'abc', []],
    ['abc', 'axc', [[2, 2]]],
    ['abc', 'axyc', [[2, 3]]],
    ['abc', 'ac', [[2, 2]]],
    ['abc', 'ab', [[2, 2]]],
    [
      'abcdef',
      'xbcdey',
      [
        [1, 1],
        [6, 6],
      ],
    ],
    ['', 'a', [[1, 1]]],
  ])('of %s and %s are %j', (base, head, ranges) => {
    const found = changedLines(text(base), text(head)).map(({ first, last }) => [first, last])
    expect(found).toEqual(ranges)
  })

  it('take other line ends for the same lines', () => {
    expect(changedLines('a\nb', 'a\r\nb')).toEqual([])
  })

  it('leave lines of head that base has, in base’s order, as many as can be', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(letters, letters, (a, b) => {
        const ranges = changedLines(a.join('\n'), b.join('\n'))
        const inside = b.map((_, n) => ranges.some(({ first, last }) => n + 1 >= first && n + 1 <= last))
        const kept = b.filter((_, n) => !inside[n])
        const common = longestCommon(a, b)
        // A range without lines of its own stands on a line that is kept.
        expect(isWithin(kept, a)).toBe(true)
        expect(kept.length).toBeGreaterThanOrEqual(common - ranges.length)
        expect(ranges.every(({ first, last }) => first >= 1 && first <= last && last <= b.length)).toBe(true)
        expect(ranges.length === 0).toBe(a.join('\n') === b.join('\n'))
      }),
      { numRuns: Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 500) },
    )
  })

  it('give one range for texts that have nothing to do with each other', () => {
    const lines = (mark: string): string => Array.from({ length: 2_000 }, (_, n) => `${mark}${String(n)}`).join('\n')
    expect(changedLines(lines('a'), lines('b'))).toEqual([{ first: 1, last: 2_000 }])
  })
})

function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  for (const line of whole) if (line === part[at]) at += 1
  return at === part.length
}

function longestCommon([a, ...as]: readonly string[], [b, ...bs]: readonly string[]): number {
  const rows: number[][] = []
  const [x, y] = [a === undefined ? [] : [a, ...as], b === undefined ? [] : [b, ...bs]]
  for (let i = 0; i <= x.length; i += 1) {
    rows.push([])
    for (let j = 0; j <= y.length; j += 1) {
      const above = rows[i - 1]?.[j] ?? 0
      const left = rows[i]?.[j - 1] ?? 0
      const both = (rows[i - 1]?.[j - 1] ?? 0) + (i > 0 && j > 0 && x[i - 1] === y[j - 1] ? 1 : 0)
      rows[i]?.push(Math.max(above, left, both))
    }
  }
  return rows[x.length]?.[y.length] ?? 0
}
