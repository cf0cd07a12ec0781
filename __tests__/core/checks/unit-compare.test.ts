import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { canonicalNumber } from '../../../src/core/checks/unit-compare.ts'

const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 300)
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)

describe('canonicalNumber', () => {
  it.each([
    ['1', '1'],
    ['1.50', '1.5'],
    ['+001.500', '1.5'],
    ['-0.0', '0'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['15e-1', '1.5'],
    ['1E3', '1000'],
    ['1e-3', '0.001'],
    ['-12.3e1', '-123'],
    ['12345678901234567890.10', '12345678901234567890.1'],
    ['NaN', 'nan'],
    ['inf', 'inf'],
    ['x1', 'x1'],
    ['.', '.'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical)
  })

  it('is one for equal numbers, and another for others', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -8, max: 8 }), fc.nat(4), (digits, exponent, zeros) => {
        const plain = canonicalNumber(`${String(digits)}e${String(exponent)}`)
        const padded = canonicalNumber(`${String(digits)}${'0'.repeat(zeros)}e${String(exponent - zeros)}`)
        expect(padded).toBe(plain)
        expect(canonicalNumber(plain)).toBe(plain)
        expect(canonicalNumber(`${String(digits + 1)}e${String(exponent)}`)).not.toBe(plain)
      }),
      { numRuns: RUNS, seed: SEED },
    )
  })
})
