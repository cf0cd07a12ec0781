import { describe, expect, it } from '@jest/globals'
import { explain } from '../../../src/core/plan/explain.ts'
import { planOf } from '../../../src/core/plan/make.ts'
import { pairModels } from '../../../src/core/plan/pair.ts'
import { aModel } from '../../support/model.ts'
import { aShape, both, same } from '../../support/shape.ts'
import { aSide } from '../../support/side.ts'

const inputs = { mid: ['t'], top: ['mid', 'side'], idle: ['t'], side: [] }
const base = ['t', 'mid', 'top', 'idle', 'side', 'alone'].map((name) => aModel({ name }))
const head = base.map((model) => (model.name === 't' ? { ...model, sql: 'SELECT 2 AS id' } : model))
const pairing = pairModels({ base, head, baseSide: aSide(base, inputs), headSide: aSide(head, inputs), views: [] })
const t = (version: string) =>
  aShape({ outputs: { a: ['source:raw.a'], b: ['source:raw.b'] }, version: { b: version } })
const bound = new Map([
  ['t', both(t('1'), t('2'))],
  ['mid', same(aShape({ outputs: { m: ['t.b'], n: ['t.a'] } }))],
  ['top', same(aShape({ outputs: { z: ['mid.n'] }, rows: ['mid.m'] }))],
  ['idle', same(aShape({ outputs: { a: ['t.a'] } }))],
])
const plan = planOf(pairing, {
  bound,
  availability: (name) => (name === 'side' ? 'stale' : 'present'),
  notices: [],
})
const told = (name: string) => explain(pairing, { bound }, plan, name)

describe('explain', () => {
  it('tells the path of columns that leads to a rebuilt model', () => {
    expect(told('TOP')).toEqual({
      model: 'top',
      because: 'it is rebuilt: it reads what changes',
      path: ['t.b changed by its own code or settings', 'mid.m from t.b', 'the rows of top from mid.m'],
    })
  })

  it('says of an edited model that it is', () => {
    expect(told('t')?.because).toBe('it is rebuilt: its own code or settings change')
  })

  it('says why one is left alone, copied or built once', () => {
    expect(told('idle')).toEqual({
      model: 'idle',
      because:
        'it is left alone: a change reaches what it reads, and it reads nothing of what changes, and nothing that is rebuilt reads it',
      path: [],
    })
    expect(told('side')?.because).toBe(
      'it is built once for both sides, because the warehouse holds it otherwise than base’s code would make it: no change reaches it; "top" reads it',
    )
    expect(told('alone')?.because).toBe('it is left alone: no change reaches it, and nothing that is rebuilt reads it')
  })

  it('knows no model that neither side has', () => {
    expect(told('nowhere')).toBeUndefined()
  })
})
