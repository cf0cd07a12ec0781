import { describe, expect, it } from '@jest/globals'
import { didYouMean, suggest } from '../../../src/core/base/suggest.ts'

describe('suggest', () => {
  it.each([
    ['merg', ['view', 'merge'], 'merge'],
    ['MERGE', ['merge'], 'merge'],
    ['mergee', ['view'], undefined],
    ['ab', ['ac', 'aa'], 'aa'],
    ['x', [], undefined],
    ['x'.repeat(10_000), ['x'.repeat(9_999)], undefined],
  ])('finds for %.10s among %j: %j', (word, candidates, expected) => {
    expect(suggest(word, candidates)).toBe(expected)
  })

  it('does not depend on the order of the candidates', () => {
    expect(suggest('ab', ['ac', 'aa'])).toBe(suggest('ab', ['aa', 'ac']))
  })
})

describe('didYouMean', () => {
  it('asks about the nearest word, and is silent when none is near', () => {
    expect(didYouMean('vew', ['view', 'merge'])).toBe('Did you mean "view"?')
    expect(didYouMean('snapshot', ['view', 'merge'])).toBeUndefined()
  })
})
