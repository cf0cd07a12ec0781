import { describe, expect, it } from '@jest/globals'
import { decide, demandsOn, whereOrderMatters, type Settled } from '../../../src/core/environment/cut-off.ts'
import type { PlannedModel } from '../../../src/core/plan/plan.ts'
import { aModel } from '../../support/model.ts'
import { aShape, same } from '../../support/shape.ts'

function pruned(name: string, inputs: readonly string[], own = false): PlannedModel {
  const model = aModel({ name })
  return {
    name,
    base: model,
    head: model,
    change: { kind: 'none' },
    placement: 'prune',
    reason: 'downstream_of_changed',
    baseInputs: inputs,
    headInputs: inputs,
    target: model.target,
    effect: { own, rows: true, columns: [] },
  }
}

describe('decide', () => {
  const among = new Set(['a', 'b', 'reader'])
  const settled = (states: Readonly<Record<string, Settled>>) => new Map(Object.entries(states))
  const equalFor = (...names: readonly string[]): Settled => ({ kind: 'gated', equalFor: new Set(names) })

  it('builds at once what changes by itself', () => {
    expect(decide(pruned('reader', ['a'], true), among, settled({}))).toEqual({ kind: 'build' })
  })

  it('waits for every rebuilt input, and cuts off when all of them are equal for the reader', () => {
    const reader = pruned('reader', ['a', 'b', 'copied'])
    expect(decide(reader, among, settled({ a: equalFor('reader') }))).toBeUndefined()
    expect(decide(reader, among, settled({ a: equalFor('reader'), b: { kind: 'same' } }))).toEqual({
      kind: 'cut-off',
      inputs: ['a', 'b'],
    })
  })

  it('builds as soon as one input differs, whatever the others do', () => {
    const reader = pruned('reader', ['a', 'b'])
    expect(decide(reader, among, settled({ b: equalFor('another') }))).toEqual({ kind: 'build' })
    expect(decide(reader, among, settled({ a: { kind: 'differs' } }))).toEqual({ kind: 'build' })
  })
})

describe('demandsOn', () => {
  it('asks for the columns that the reader reads, values and row-deciding ones together', () => {
    const shape = aShape({ outputs: { x: ['a.v'], y: ['b.w'] }, rows: ['a.K'] })
    const reader = pruned('reader', ['a', 'b'])
    expect(demandsOn('a', [reader], new Map([['reader', same(shape)]]), new Set())).toEqual([
      { reader: 'reader', columns: ['k', 'v'], ordered: false },
    ])
  })

  it('asks for everything where a plan is not understood, or never scans what depends_on names', () => {
    const reader = pruned('reader', ['a'])
    const everything = [{ reader: 'reader', columns: undefined, ordered: false }]
    const asked = (shape: ReturnType<typeof aShape> | undefined) =>
      demandsOn('a', [reader], new Map([['reader', same(shape)]]), new Set())
    expect(asked(undefined)).toEqual(everything)
    expect(asked(aShape({ outputs: { x: ['a.v'] }, unknown: ['LOGICAL_NEW'] }))).toEqual(everything)
    expect(asked(aShape({ outputs: { x: ['source:raw.v'] } }))).toEqual(everything)
    expect(demandsOn('a', [reader], new Map(), new Set())).toEqual(everything)
  })

  it('asks for rows alone where no column is read', () => {
    const counter = same(aShape({ outputs: { n: [] }, scans: ['a'] }))
    expect(demandsOn('a', [pruned('reader', ['a'])], new Map([['reader', counter]]), new Set())).toEqual([
      { reader: 'reader', columns: [], ordered: false },
    ])
  })
})

describe('whereOrderMatters', () => {
  it('is where a rebuilt reader at any height minds the order', () => {
    const models = [pruned('a', []), pruned('b', ['a']), pruned('first', ['b']), pruned('other', ['a'])]
    const plain = same(aShape({ outputs: { x: ['a.x'] } }))
    const bound = new Map([
      ['a', plain],
      ['b', plain],
      ['first', same(aShape({ outputs: { x: ['b.x'] }, orderSensitive: 'first()' }))],
      ['other', plain],
    ])
    const ordered = whereOrderMatters({ models, failures: [], notices: [] }, bound)
    expect([...ordered].sort()).toEqual(['a', 'b', 'first'])
  })
})
