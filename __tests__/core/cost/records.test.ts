import { describe, expect, it } from '@jest/globals'
import { earlierGrowth, recordedEstimate, recordedUsage, withNew } from '../../../src/core/cost/records.ts'
import type { CostRecord } from '../../../src/core/ports/records.ts'

let clock = 0

function record(parts: Partial<CostRecord>): CostRecord {
  clock += 1
  return {
    run: 'r',
    at: `2026-01-01 00:00:${String(clock).padStart(6, '0')}`,
    preview: 'pr',
    commit: 'a'.repeat(40),
    machine: 'm',
    model: 'fct_orders',
    side: 'base',
    code: 'c',
    durationMs: 10,
    ...parts,
  }
}

/** One run of a pull request, and how much it writes on each side. */
function run(preview: string, base: number, head: number, name = preview): readonly CostRecord[] {
  const parts = { preview, run: `run of ${name}` }
  return [record({ ...parts, bytesWritten: base }), record({ ...parts, side: 'head', bytesWritten: head })]
}

const of = (model: string, records: readonly CostRecord[]): readonly CostRecord[] =>
  records.map((each) => ({ ...each, model }))

describe('earlierGrowth', () => {
  it.each([
    ['nothing is known', [], 0],
    ['one that grew', run('1', 100, 110), 1],
    ['two in a row', [...run('1', 100, 110), ...run('2', 110, 120)], 2],
    ['one that did not, between', [...run('1', 100, 110), ...run('2', 110, 110), ...run('3', 110, 120)], 1],
    ['the last did not', [...run('1', 100, 110), ...run('2', 110, 111)], 0],
    ['its own earlier runs do not count', [...run('1', 100, 110), ...run('own', 110, 120)], 1],
    ['another model that did not', [...run('1', 100, 110), ...of('dim', run('2', 100, 100))], 1],
    [
      'a pull request stands where its last run does',
      [...run('1', 100, 100, 'a'), ...run('2', 100, 110), ...run('1', 100, 100, 'b')],
      0,
    ],
    [
      'two that did, and one of them late again',
      [...run('1', 100, 110, 'a'), ...run('2', 100, 100), ...run('1', 100, 110, 'b')],
      1,
    ],
    ['a pull request counts by its last run', [...run('1', 100, 110, 'a'), ...run('1', 100, 100, 'b')], 0],
  ])('%s', (_, known, count) => {
    expect(earlierGrowth(known, 'own', 'fct_orders')).toBe(count)
  })
})

describe('what is known of a model', () => {
  const known = [
    record({ machine: 'other', durationMs: 1 }),
    record({ inputs: 'd', durationMs: 20, rows: 3 }),
    record({ inputs: 'e', durationMs: 30, bytesScanned: 5 }),
  ]

  it('is the middle of the same code on the same kind of machine', () => {
    expect(recordedEstimate(known, 'm', 'c')).toEqual({
      durationMs: 25,
      bytesScanned: 5,
      bytesWritten: 0,
      memoryBytes: 0,
      from: 'records',
    })
    expect(recordedEstimate(known, 'third', 'c')).toBeUndefined()
    expect(recordedEstimate(known, 'm', 'd')).toBeUndefined()
  })

  it('stands for a base that was not built only where code, data and machine are the same', () => {
    expect(recordedUsage(known, 'm', { code: 'c', inputs: 'd' })).toEqual({ durationMs: 20, rows: 3 })
    const later = [...known, record({ inputs: 'd', durationMs: 50 })]
    expect(recordedUsage(later, 'm', { code: 'c', inputs: 'd' })).toEqual({ durationMs: 50 })
    expect(recordedUsage(known, 'other', { code: 'c', inputs: 'd' })).toBeUndefined()
    expect(recordedUsage(known, 'm', { code: 'c', inputs: undefined })).toBeUndefined()
  })
})

describe('withNew', () => {
  it('adds a run once, and lets the oldest go', () => {
    const known = Array.from({ length: 20_000 }, () => record({ run: 'old' }))
    const added = [record({ run: 'new' })]
    const kept = withNew(known, added)
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([20_000, known[1], added[0]])
    expect(withNew(kept, added)).toEqual(kept)
  })
})
