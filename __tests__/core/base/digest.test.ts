import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { digestOf } from '../../../src/core/base/digest.ts'

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32)

describe('digestOf', () => {
  it.each(['', 'abc', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(63), 'x'.repeat(64), 'ü'.repeat(10_000)])(
    'is the start of SHA-256, at every length of a last block',
    (text) => {
      expect(digestOf(text)).toBe(sha256(text))
    },
  )

  it('is the start of SHA-256 for any text', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 })
    fc.assert(
      fc.property(text, (any) => {
        expect(digestOf(any)).toBe(sha256(any))
      }),
    )
  })
})
