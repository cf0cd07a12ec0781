import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { comparable } from '../../../src/core/diff/comparable.ts'
import { COMPARE_SESSION } from '../../../src/core/ports/warehouse.ts'
import { engineText, sql } from '../../../src/core/sql/sql.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'

/** The engine's own hashes collide where values have structure; those that rows are compared by may not. */

const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)
const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 30)

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => {
  engine.close()
})

/** 128 bits whose halves come from few: alike, changed in places, all ones, all zeros. */
const wide = fc
  .uniqueArray(fc.oneof(fc.constantFrom(0n, 1n, 2n ** 63n, 2n ** 64n - 1n), fc.bigInt(0n, 2n ** 64n - 1n)), {
    minLength: 3,
    maxLength: 12,
  })
  .map((halves) => halves.flatMap((upper) => halves.map((lower) => upper * 2n ** 64n + lower)))

const uuid = (value: bigint): string =>
  value
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
const signed = (value: bigint): bigint => BigInt.asIntN(128, value)
/** The first half of a UUID is kept with its upper bit turned. */
const turned = (value: bigint): bigint => value ^ (2n ** 127n)
const ALL_ONES = 2n ** 128n - 1n
const MOST_DIGITS = 10n ** 38n - 1n

async function told(
  type: string,
  values: readonly string[],
): Promise<{ readonly values: number; readonly hashes: number }> {
  const hashed = comparable(type, type).hashed(sql`v`, 'base')
  const list = [...new Set(values)].map((value) => `(CAST('${value}' AS ${type}))`).join(', ')
  const counts = sql`SELECT count(DISTINCT v) AS n, count(DISTINCT hash(7919, ${hashed})) AS h FROM (VALUES ${engineText(list)}) t (v)`
  const [row] = await engine.warehouse.query(counts, COMPARE_SESSION)
  return { values: Number(row?.['n']), hashes: Number(row?.['h']) }
}

describe('what rows are compared by', () => {
  it.each<[string, (value: bigint) => string]>([
    ['HUGEINT', (value) => String(signed(value))],
    ['UHUGEINT', String],
    ['UUID', uuid],
    ['UUID', (value) => uuid(turned(value))],
    ['DECIMAL(38,0)', (value) => String(signed(value) % MOST_DIGITS)],
    ['DECIMAL(38,10)', (value) => String(signed(value) % 10n ** 28n)],
    ['DECIMAL(19,2)', (value) => `${String(signed(value) % 1_000n)}e-2`],
  ])('tells values of %s apart, however their halves are alike', async (type, textOf) => {
    await fc.assert(
      fc.asyncProperty(wide, async (values) => {
        const { values: distinct, hashes } = await told(type, [...values, 0n, ALL_ONES].map(textOf))
        expect({ type, distinct }).toEqual({ type, distinct: hashes })
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    )
  })
})
