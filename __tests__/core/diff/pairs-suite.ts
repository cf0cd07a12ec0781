import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CompareRequest } from '../../../src/core/diff/compare.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { compare, countsOf, fill, type Method } from './compare.ts'
import { pairs } from './pairs.ts'

/** The suite runs on one thread with little memory as on two with enough: nothing of it may show. */
export interface Machine {
  readonly threads: number
  readonly memoryBytes: number
  readonly methods: readonly Method[]
}

/** Milliseconds: fourteen comparisons a pair, on a machine that others use too. */
const PATIENCE = 300_000

const told = { comparisons: 0, wrong: 0 }

/** The other way round by every method in a soak; in CI by each machine's first, as the made pairs do by all of theirs. */
const isSoak = process.env['ROCKY_PREVIEW_RUNS'] !== undefined

/** Every pair by every method of the machine, against its known truth or against itself; prints what came of it. */
export function describePairs(machine: Machine, against: 'truth' | 'itself'): void {
  describe(`compareRelations with ${String(machine.threads)} threads and ${String(machine.memoryBytes)} bytes`, () => {
    let engine: TestEngine
    beforeAll(async () => {
      engine = await openTestEngine(machine)
    })
    afterAll(() => {
      engine.close()
      process.stderr.write(
        `${String(pairs.length)} pairs, ${String(told.comparisons)} comparisons, ${String(told.wrong)} wrong\n`,
      )
      Object.assign(told, { comparisons: 0, wrong: 0 })
    })
    if (against === 'truth') countsTheTruth(machine, () => engine)
    else findsItselfEqual(machine, () => engine)
  })
}

function countsTheTruth(machine: Machine, engineOf: () => TestEngine): void {
  it.each(pairs)(
    'counts by every method, and mirrors: $name',
    async (pair) => {
      const { key = [], expected, structural = [] } = pair
      const engine = engineOf()
      await fill(engine, pair)
      const [removed, added, changed] = expected
      for (const method of machine.methods) {
        const there = await compared(engine, 'b', 'h', key, method)
        expect([method, ...there.counts]).toEqual([method, ...expected])
        expect(there.structural).toEqual(structural)
        told.wrong -= 1
        if (!isSoak && method !== machine.methods[0]) continue
        const back = await compared(engine, 'h', 'b', key, method)
        expect([method, ...back.counts]).toEqual([method, added, removed, changed])
        told.wrong -= 1
      }
    },
    PATIENCE,
  )
}

function findsItselfEqual(machine: Machine, engineOf: () => TestEngine): void {
  it.each(pairs)(
    'finds a relation equal to itself by every method: $name',
    async (pair) => {
      const engine = engineOf()
      await fill(engine, pair)
      for (const method of machine.methods) {
        expect((await compared(engine, 'b', 'b', pair.key ?? [], method)).counts).toEqual([0, 0, 0])
        told.wrong -= 1
      }
    },
    PATIENCE,
  )
}

/** Counts as wrong until the expectations have held. */
async function compared(
  engine: TestEngine,
  base: string,
  head: string,
  key: readonly string[],
  method: Method,
): Promise<{ readonly counts: readonly number[]; readonly structural: readonly string[] }> {
  told.comparisons += 1
  told.wrong += 1
  const request: Partial<CompareRequest> = { algorithm: method, sampleSize: 1_000_000_000, keyless: 'whole-rows' }
  const comparison = await compare(engine, { base, head, key }, request)
  const counts = countsOf(comparison)
  const columns = comparison.columns ?? []
  return {
    counts,
    structural: columns.filter(({ change }) => change !== 'same').map(({ name, change }) => `${name} ${change}`),
  }
}
