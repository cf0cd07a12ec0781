import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { PreviewError } from '../../../src/core/base/errors.ts'
import { makePlan, type PlanInput } from '../../../src/core/plan/make.ts'
import type { Side } from '../../../src/core/lineage/side.ts'
import type { Plan } from '../../../src/core/plan/plan.ts'
import type { Model } from '../../../src/core/project/model.ts'
import { aModel } from '../../support/model.ts'
import { aSide } from '../../support/side.ts'

type Inputs = Readonly<Record<string, readonly string[]>>

/** Both sides have the same edges unless a test says otherwise. */
function plan({
  base,
  head,
  inputs = {},
  baseInputs = inputs,
  ...rest
}: {
  base: readonly Model[]
  head: readonly Model[]
  inputs?: Inputs
  baseInputs?: Inputs
} & Partial<Pick<PlanInput, 'availability' | 'testedAgainst' | 'baseSide' | 'headSide'>>): Plan {
  return makePlan({
    base,
    head,
    baseSide: aSide(base, baseInputs),
    headSide: aSide(head, inputs),
    views: [],
    availability: () => 'present',
    notices: [],
    ...rest,
  })
}

const placements = ({ models }: Plan): Record<string, string> =>
  Object.fromEntries(models.map(({ name, placement, reason }) => [name, `${placement}: ${reason}`]))

const models = (...names: readonly string[]): readonly Model[] => names.map((name) => aModel({ name }))
const edited = (name: string): Model => aModel({ name, sql: 'SELECT 2 AS id' })

describe('makePlan', () => {
  it.each([
    ['leaves a fault of both sides to itself where nobody edited its file', 'as it was', [], ['broken-before']],
    ['takes one whose file was edited for this pull request’s', 'edited', ['head', 'base'], []],
  ])('%s', (_, content, sides, codes) => {
    const location = { path: 'models/m.sql', line: 2 }
    const fault = new PreviewError('model.variable-missing', 'It has no value.', { location, hint: 'Give it one.' })
    const side = (written: string): Side => ({
      ...aSide([], {}, { m: fault }),
      brokenContent: new Map([['m', written]]),
    })
    const made = plan({ base: [], head: [], baseSide: side('as it was'), headSide: side(content) })
    expect(made.failures.map((failure) => failure.side)).toEqual(sides)
    expect(made.notices.map(({ code }) => code)).toEqual(codes)
    for (const { message } of made.notices) expect(message).toContain('It has no value. Give it one.')
  })

  it('rebuilds what changed and what reads it, copies what these read, and skips the rest', () => {
    const head = [...models('a', 'c', 'd', 'e'), edited('b')]
    const made = plan({ base: models('a', 'b', 'c', 'd', 'e'), head, inputs: { b: ['a'], c: ['b', 'd'], e: [] } })
    expect(placements(made)).toEqual({
      a: 'copy: not_affected',
      b: 'prune: changed',
      c: 'prune: downstream_of_changed',
      d: 'copy: not_affected',
      e: 'skipped: not_affected',
    })
  })

  it('builds once for both sides what the warehouse lacks, and what that needs in turn', () => {
    const made = plan({
      base: models('a', 'b', 'c'),
      head: [...models('a', 'b'), edited('c')],
      inputs: { b: ['a'], c: ['b'] },
      availability: (name) => (name === 'b' ? 'missing' : 'stale'),
    })
    expect(placements(made)).toEqual({
      a: 'shared: stale_in_warehouse',
      b: 'shared: missing_in_warehouse',
      c: 'prune: changed',
    })
  })

  it('places a model whose tests alone change, and what tests refer to, so that there are rows to test', () => {
    const test = { type: 'not_null', column: 'id', definition: {} }
    const made = plan({
      base: models('a', 'b', 'c', 'd', 'e', 'f'),
      head: [...models('a', 'c', 'd', 'f'), aModel({ name: 'b', tests: [test] }), edited('e')],
      inputs: { b: ['a'] },
      availability: (name) => (name === 'c' ? 'present' : 'missing'),
      testedAgainst: new Map([
        ['b', ['c']],
        ['e', ['d', 'e']],
        ['f', ['f']],
      ]),
    })
    expect(placements(made)).toEqual({
      a: 'shared: missing_in_warehouse',
      b: 'shared: missing_in_warehouse',
      c: 'copy: not_affected',
      d: 'shared: missing_in_warehouse',
      e: 'prune: changed',
      f: 'skipped: not_affected',
    })
    expect(made.models.flatMap(({ name, forTests }) => (forTests ? [name] : [])).sort()).toEqual(['b', 'c', 'd'])
  })

  it('follows the edges of base for a model that is removed', () => {
    const made = plan({ base: models('gone', 'reader'), head: models('reader'), baseInputs: { reader: ['gone'] } })
    expect(placements(made)).toEqual({ gone: 'prune: changed', reader: 'prune: downstream_of_changed' })
  })

  it('knows a renamed model as one, also by its readers of before', () => {
    const made = plan({
      base: [aModel({ name: 'old', sql: 'SELECT 7' }), aModel({ name: 'reader' })],
      head: [aModel({ name: 'new', sql: 'SELECT 7' }), aModel({ name: 'reader' })],
      baseInputs: { reader: ['old'] },
      inputs: { reader: ['new'] },
    })
    expect(made.models.map(({ name, change, baseInputs }) => [name, change.kind, baseInputs])).toEqual([
      ['new', 'renamed', []],
      ['reader', 'none', ['new']],
    ])
  })

  it('shows metadata and rebuilds nothing for it', () => {
    const made = plan({ base: models('a'), head: [aModel({ name: 'a', metadata: { intent: 'why' } })] })
    expect(made.models[0]).toMatchObject({ placement: 'skipped', change: { kind: 'metadata', fields: ['intent'] } })
  })

  it.each([
    ['says on head what is bad there', { a: fault('x') }, {}, [['head', false]], 'edited'],
    ['says on base what head has mended', {}, { a: fault('x') }, [['base', true]], 'edited'],
    ['keeps an old fault that nothing reaches out of the failures', { a: fault('x') }, { a: fault('x') }, [], 'none'],
  ])('%s', (_, onHead, onBase, failures, change) => {
    const both = models('a')
    const made = plan({ base: both, head: both, headSide: aSide(both, {}, onHead), baseSide: aSide(both, {}, onBase) })
    expect(made.failures.map(({ side, fixed }) => [side, fixed])).toEqual(failures)
    expect(made.models[0]?.change.kind).toBe(change)
  })

  it('calls a model that only its input broke a reader, and not edited', () => {
    const made = plan({
      base: models('a', 'b'),
      head: models('b'),
      baseInputs: { b: ['a'] },
      headSide: aSide(models('b'), {}, { b: fault('x') }),
    })
    expect(made.models.find(({ name }) => name === 'b')).toMatchObject({
      change: { kind: 'none' },
      placement: 'prune',
      reason: 'downstream_of_changed',
    })
  })

  it('says an old fault as a failure once a change reaches it', () => {
    const [base, head] = [models('a', 'b'), [edited('a'), aModel({ name: 'b' })]]
    const faulty = { b: fault('x') }
    const made = plan({
      base,
      head,
      headSide: { ...aSide(head, { b: ['a'] }), failures: new Map(Object.entries(faulty)) },
      baseSide: { ...aSide(base, { b: ['a'] }), failures: new Map(Object.entries(faulty)) },
    })
    expect(made.failures.map(({ model, side }) => `${model} ${side}`)).toEqual(['b head', 'b base'])
  })

  it('puts every model into exactly one set, inputs first, whatever the order of files', () => {
    fc.assert(
      fc.property(projects, ({ names, changed, inputs, missing }) => {
        const base = names.map((name) => aModel({ name }))
        const head = names.map((name) => (changed.includes(name) ? edited(name) : aModel({ name })))
        const availability = (name: string) => (missing.includes(name) ? 'missing' : 'present')
        const made = plan({ base, head, inputs, availability })
        const turned = plan({ base: [...base].reverse(), head: [...head].reverse(), inputs, availability })
        expect(turned).toEqual(made)
        expect(made.models.map(({ name }) => name).sort()).toEqual([...names].sort())
        const position = new Map(made.models.map(({ name }, index) => [name, index]))
        for (const { name, placement, headInputs } of made.models) {
          if (changed.includes(name)) expect(placement).toBe('prune')
          for (const input of headInputs) {
            expect(position.get(input)).toBeLessThan(position.get(name) ?? -1)
            const above = made.models.find((model) => model.name === input)?.placement
            // Whoever reads what is rebuilt is rebuilt; whatever is read by what is built must be somewhere.
            if (above === 'prune') expect(placement).toBe('prune')
            if (placement === 'prune' || placement === 'shared') expect(above).not.toBe('skipped')
          }
        }
      }),
    )
  })
})

function fault(message: string): PreviewError {
  return new PreviewError('model.sql', message)
}

const names: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f']
const projects = fc.record({
  names: fc.constant(names),
  changed: fc.subarray([...names]),
  missing: fc.subarray([...names]),
  // Edges lead forward only, so that there is no cycle.
  inputs: fc.record(Object.fromEntries(names.map((name, index) => [name, fc.subarray(names.slice(0, index))]))),
})
