import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { provenEqual, shapeDifference, type Shape } from '../../../../src/core/lineage/shape/shape.ts'
import { DIFFERENT, EQUAL, FAILING, TABLES } from './pairs.ts'
import { openBench, type Bench } from './shapes.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench(TABLES)
})
afterAll(() => {
  bench.close()
})

/** Without names, types and literals: what the fingerprints know by themselves. */
const fingerprints = ({ outputs, rows }: Shape): readonly string[] => [
  rows.fingerprint,
  ...outputs.map(({ fingerprint }) => fingerprint),
]

describe('provenEqual', () => {
  it.each(EQUAL)('of %s and %s', async (base, head, proven = true) => {
    expect(await bench.rows(head)).toEqual(await bench.rows(base))
    const [one, other] = [await bench.shape(base), await bench.shape(head)]
    expect(provenEqual(one, other)).toBe(proven)
    expect(provenEqual(other, one)).toBe(proven)
    if (proven) expect(shapeDifference(one, other)).toEqual({ rows: false, columns: [], reordered: false })
  })

  it.each(DIFFERENT)('tells %s from %s', async (base, head) => {
    const [baseRows, headRows] = [await bench.rows(base), await bench.rows(head)]
    const [baseTypes, headTypes] = [baseRows[0], headRows[0]]
    expect([headRows.slice(1), headTypes]).not.toEqual([baseRows.slice(1), baseTypes])
    const [one, other] = [await bench.shape(base), await bench.shape(head)]
    expect([one.unknown, other.unknown]).toEqual([[], []])
    expect(fingerprints(one)).not.toEqual(fingerprints(other))
    expect(provenEqual(one, other)).toBe(false)
    expect(provenEqual(other, one)).toBe(false)
    const { rows, columns, reordered } = shapeDifference(one, other)
    expect(rows || columns.length > 0 || reordered).toBe(true)
  })

  it.each(FAILING)('tells %s from %s, which fails', async (base, head) => {
    const fails = async (query: string): Promise<boolean> =>
      (await bench.rows(query)).some((row) => row.startsWith('fails'))
    expect([await fails(base), await fails(head)]).toEqual([false, true])
    const [one, other] = [await bench.shape(base), await bench.shape(head)]
    expect([one.unknown, other.unknown]).toEqual([[], []])
    expect(provenEqual(one, other)).toBe(false)
    expect(provenEqual(other, one)).toBe(false)
    expect(shapeDifference(one, other).rows).toBe(true)
  })

  it('has a corpus that is worth the name', () => {
    expect(EQUAL.filter(([, , proven = true]) => proven).length).toBeGreaterThanOrEqual(25)
    expect(DIFFERENT.length).toBeGreaterThanOrEqual(180)
  })
})
