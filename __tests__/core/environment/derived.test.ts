import { describe, expect, it } from '@jest/globals'
import { derivedTwins } from '../../../src/core/environment/derived.ts'
import { layoutOf } from '../../../src/core/environment/layout.ts'
import { stepsOf } from '../../../src/core/environment/frontier.ts'
import type { LinkedModel } from '../../../src/core/lineage/link.ts'
import type { PlannedModel } from '../../../src/core/plan/plan.ts'
import { aModel } from '../../support/model.ts'
import { aShape, both } from '../../support/shape.ts'

const model = aModel({ name: 'm' })
const planned = (more: Partial<PlannedModel> = {}): PlannedModel => ({
  name: 'm',
  base: model,
  head: model,
  change: { kind: 'edited', fields: ['sql'] },
  placement: 'prune',
  reason: 'changed',
  baseInputs: [],
  headInputs: [],
  target: model.target,
  effect: { own: true, rows: false, columns: ['x'] },
  ...more,
})
const reader = (shape = aShape({ outputs: { y: ['m.k'] } })) => ({
  planned: planned({ name: 'reader', baseInputs: ['m'], headInputs: ['m'] }),
  bound: both(shape, shape),
})
const bound = both(aShape({ outputs: { k: ['source:t.k'] } }), aShape({ outputs: { k: ['source:t.k'], x: [] } }))
const planOf = (...models: readonly PlannedModel[]) => ({ models, failures: [], notices: [] })

function derivedOf(
  of: PlannedModel,
  { linked = {}, besides = [] }: { linked?: Partial<LinkedModel>; besides?: readonly ReturnType<typeof reader>[] } = {},
): readonly string[] {
  const side = { linked: new Map([['m', { model, links: [], inputs: [], ...linked } as unknown as LinkedModel]]) }
  const pairs = [['m', bound] as const, ...besides.map((one) => [one.planned.name, one.bound] as const)]
  const plan = planOf(of, ...besides.map((one) => one.planned))
  return [...derivedTwins(plan, new Map(pairs), { base: side, head: side } as never).keys()]
}

describe('derivedTwins', () => {
  it('takes base’s twin of a model that only gets columns out of head’s', () => {
    expect(derivedOf(planned())).toEqual(['m'])
    expect(derivedOf(planned(), { besides: [reader()] })).toEqual(['m'])
  })

  it.each<[string, Partial<PlannedModel>]>([
    ['its rows may differ', { effect: { own: true, rows: true, columns: ['x'] } }],
    ['a column may differ that base has', { effect: { own: true, rows: false, columns: ['K', 'x'] } }],
    ['it goes by another name', { change: { kind: 'renamed', from: 'n', fields: [] } }],
    ['it fills another table', { change: { kind: 'edited', fields: ['sql', 'target'] } }],
    [
      'the last run has left something',
      { base: aModel({ name: 'm', strategy: { kind: 'merge', uniqueKey: ['k'] } as never }) },
    ],
    ['it is not built at all', { placement: 'copy' }],
    ['base has no such model', { base: undefined, change: { kind: 'added' } }],
  ])('builds both where %s', (_, more) => {
    expect(derivedOf(planned(more))).toEqual([])
  })

  it('builds both where a rebuilt reader minds the order of rows, and where there is chance in it', () => {
    const minding = aShape({ outputs: { y: ['m.k'] }, orderSensitive: 'first() depends on the order of rows' })
    expect(derivedOf(planned(), { besides: [reader(minding)] })).toEqual([])
    expect(derivedOf(planned(), { linked: { chance: 'a macro that it calls draws' } })).toEqual([])
  })
})

describe('stepsOf', () => {
  it('builds head first where base’s twin is taken out of it', () => {
    const plan = planOf(planned())
    const steps = (derived: ReadonlyMap<string, []>) =>
      stepsOf(plan, layoutOf(plan, 'w', new Set(), derived), new Map([['m', { kind: 'build' }]]))
    expect(steps(new Map()).map(({ id, needs }) => [id, needs])).toEqual([
      ['base:m', []],
      ['head:m', []],
    ])
    expect(steps(new Map([['m', []]])).map(({ id, needs }) => [id, needs])).toEqual([
      ['head:m', []],
      ['base:m', ['head:m']],
    ])
  })
})
