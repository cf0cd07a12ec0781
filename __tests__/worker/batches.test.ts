import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { batchesOf } from '../../src/worker/batches.ts'

describe('batchesOf', () => {
  it('loses and moves nothing, and keeps every batch small', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.nat(3_000_000).map((length) => 'x'.repeat(Math.floor(length / 10))),
          { maxLength: 40 },
        ),
        (queries) => {
          const batches = batchesOf(queries)
          expect(batches.flat()).toEqual(queries)
          for (const batch of batches) {
            const characters = batch.reduce((sum, { length }) => sum + length, 0)
            expect(batch.length === 1 || characters <= 2_000_000).toBe(true)
            expect(batch.length).toBeGreaterThan(0)
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('cuts ten thousand short queries into twenty messages', () => {
    expect(batchesOf(Array.from({ length: 10_000 }, () => 'SELECT 1')).map(({ length }) => length)).toEqual(
      Array.from({ length: 20 }, () => 500),
    )
  })
})
