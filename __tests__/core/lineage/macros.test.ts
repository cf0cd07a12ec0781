import { describe, expect, it } from '@jest/globals'
import { doneByMacros, withMacros } from '../../../src/core/lineage/macros.ts'
import type { ParsedQuery } from '../../../src/core/ports/binder.ts'

type Query = ParsedQuery & { readonly kind: 'query' }

const query = (functions: readonly string[], more: Partial<Query> = {}): Query => ({
  kind: 'query',
  references: [],
  qualifiedColumns: [],
  functions,
  sampled: false,
  ...more,
})
const reference = { table: 'orders', start: 0, end: 6 }
const macros = new Map([
  ['outer', query(['inner', 'abs'])],
  ['inner', query(['uuidv7'], { references: [reference] })],
  ['circle', query(['circle', 'now'], { sampled: true })],
])

describe('doneByMacros', () => {
  it('finds what macros read and call, through macros of their own', () => {
    expect(doneByMacros(query(['outer', 'upper']), macros)).toEqual({
      references: [reference],
      functions: ['abs', 'inner', 'uuidv7'],
      sampled: false,
    })
  })

  it('ends where a macro calls itself', () => {
    expect(doneByMacros(query(['circle']), macros)).toMatchObject({ functions: ['circle', 'now'], sampled: true })
  })
})

describe('withMacros', () => {
  it('has what the query itself does beside it', () => {
    const own = { table: 'mine', start: 3, end: 7 }
    const done = withMacros(query(['inner'], { references: [own], sampled: true }), macros)
    expect(done.references).toEqual([own, reference])
    expect(done.sampled).toBe(true)
    expect([...done.functions].sort()).toEqual(['inner', 'uuidv7'])
  })
})
