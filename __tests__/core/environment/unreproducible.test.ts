import { describe, expect, it } from '@jest/globals'
import { combined, inherited, withKey } from '../../../src/core/environment/unreproducible.ts'
import type { Instability } from '../../../src/core/environment/outcome.ts'
import type { Shape } from '../../../src/core/ports/shape.ts'
import { planned } from '../../support/preview-result.ts'
import { aShape, both } from '../../support/shape.ts'

const ofColumns = (...names: readonly string[]): Instability => ({
  kind: 'columns',
  columns: names.map((name) => ({ name, because: 'non-deterministic: chance' })),
  because: 'chance',
})
const reader = { ...planned({ name: 'r' }), baseInputs: ['m'], headInputs: ['m'] }

/** In short: the unstable columns, or `rows`. */
function brief(instability: Instability | undefined): readonly string[] | 'rows' | undefined {
  return instability?.kind === 'columns' ? instability.columns.map(({ name }) => name) : instability?.kind
}

describe('inherited', () => {
  const plain = aShape({ outputs: { k: ['m.k'] } })
  it.each<readonly [string, Instability, Shape | undefined, Shape | undefined, readonly string[] | 'rows' | undefined]>(
    [
      ['what it does not read is none of its affairs', ofColumns('id'), plain, plain, undefined],
      ['what it makes of it', ofColumns('id'), aShape({ outputs: { x: ['m.id'], k: ['m.k'] } }), plain, ['x']],
      ['on head alone', ofColumns('id'), plain, aShape({ outputs: { y: ['m.k', 'm.id'] } }), ['y']],
      ['what decides its rows', ofColumns('id'), plain, aShape({ outputs: { k: ['m.k'] }, rows: ['m.id'] }), 'rows'],
      ['other rows', { kind: 'rows', because: 'chance' }, plain, plain, 'rows'],
      ['chance that no column showed', ofColumns(), plain, plain, []],
      ['a plan that is not known', ofColumns('id'), plain, undefined, 'rows'],
      [
        'a plan that is not understood',
        ofColumns('id'),
        aShape({ outputs: { k: ['m.k'] }, unknown: ['X'] }),
        plain,
        'rows',
      ],
      ['an input that no scan shows', ofColumns('id'), aShape({ outputs: { k: ['other.k'] } }), plain, 'rows'],
    ],
  )('hands down: %s', (_, instability, base, head, expected) => {
    expect(brief(inherited(reader, both(base, head), new Map([['m', instability]])))).toEqual(expected)
  })
})

describe('combined', () => {
  it('takes the columns of both together, and rows before all', () => {
    expect(brief(combined(ofColumns('b'), ofColumns('a', 'b')))).toEqual(['a', 'b'])
    expect(brief(combined(ofColumns('b'), { kind: 'rows', because: 'chance' }))).toBe('rows')
    expect(combined(undefined, undefined)).toBeUndefined()
  })
})

describe('withKey', () => {
  it('makes of an unstable key unstable rows', () => {
    expect(withKey(ofColumns('id'), ['ID'])).toEqual({
      kind: 'rows',
      because: 'its key "id" is non-deterministic: chance',
    })
    expect(brief(withKey(ofColumns('id'), ['k']))).toEqual(['id'])
  })
})
