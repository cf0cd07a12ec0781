import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { judgeRows } from '../../src/core/contract/verdict.ts'
import { compare, countsOf, fill, methods } from '../core/diff/compare.ts'
import { madePair, queryOf, truthOf, type MadePair } from '../core/diff/made-pair.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 12)
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)

/** What may not show in an answer. */
const machines = [
  { threads: 2, memoryBytes: 1_000_000_000 },
  { threads: 1, memoryBytes: 120_000_000 },
] as const

const told = { pairs: 0, comparisons: 0, wrong: 0 }

describe('the diff of any two tables', () => {
  const engines: TestEngine[] = []
  beforeAll(async () => {
    for (const machine of machines) engines.push(await openTestEngine(machine))
  })
  afterAll(() => {
    for (const engine of engines) engine.close()
    process.stderr.write(
      `${String(told.pairs)} made pairs, ${String(told.comparisons)} comparisons, ${String(told.wrong)} wrong\n`,
    )
  })

  it('is the one that counting by hand gives, by every method, with any threads and memory', async () => {
    await fc.assert(
      fc.asyncProperty(madePair, async (pair) => {
        told.pairs += 1
        const wrong: unknown[] = []
        for (const engine of told.pairs % 3 === 0 ? engines : engines.slice(0, 1)) {
          await fill(engine, { base: queryOf(pair, pair.base), head: queryOf(pair, pair.head) })
          wrong.push(...(await wrongAnswers(engine, pair)))
        }
        told.wrong += wrong.length
        expect(wrong).toEqual([])
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env['ROCKY_PREVIEW_SHRINK'] !== '1' },
    )
  }, 3_600_000)
})

async function wrongAnswers(engine: TestEngine, pair: MadePair): Promise<readonly unknown[]> {
  const truth = truthOf(pair)
  const [removed, added, changed] = truth
  const key = pair.keys.map((index) => pair.columns[index]?.name ?? '')
  const wrong: unknown[] = []
  if (pair.base.length === 0 && pair.head.length === 0) return wrong
  const expectCounts = async (
    method: (typeof methods)[number],
    base: string,
    head: string,
    expected: readonly number[],
  ): Promise<void> => {
    told.comparisons += 1
    const comparison = await compare(
      engine,
      { base, head, key },
      { algorithm: method, sampleSize: 1_000_000_000, keyless: 'whole-rows' },
    )
    const counts = countsOf(comparison)
    if (JSON.stringify(counts) !== JSON.stringify(expected)) wrong.push({ method, base, head, counts, expected })
    const isEqual = expected.every((count) => count === 0)
    if (comparison.kind !== 'measured') return
    const { verdict } = judgeRows(comparison)
    if ((verdict === 'identical') !== isEqual) wrong.push({ method, verdict, expected })
  }
  for (const method of methods) {
    await expectCounts(method, 'b', 'h', truth)
    await expectCounts(method, 'h', 'b', [added, removed, changed])
    if (pair.base.length > 0) await expectCounts(method, 'b', 'b', [0, 0, 0])
  }
  wrong.push(...(await invented(engine, key, truth)))
  return wrong
}

/** A sample may miss differences; it makes up none. */
async function invented(
  engine: TestEngine,
  key: readonly string[],
  truth: readonly number[],
): Promise<readonly unknown[]> {
  told.comparisons += 1
  const sample = await compare(engine, { key }, { algorithm: 'sampled', sampleSize: 4, keyless: 'whole-rows' })
  const counts = countsOf(sample)
  return counts.every((count, index) => count <= (truth[index] ?? 0)) ? [] : [{ sampled: counts, truth }]
}
