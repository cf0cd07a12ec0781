import { describe, expect, it } from '@jest/globals'
import { effectsOf } from '../../../src/core/plan/effect.ts'
import type { Knowledge } from '../../../src/core/plan/own.ts'
import { pairModels } from '../../../src/core/plan/pair.ts'
import type { Model } from '../../../src/core/project/model.ts'
import { aModel } from '../../support/model.ts'
import { aShape, both, same } from '../../support/shape.ts'
import { aSide } from '../../support/side.ts'

type Inputs = Readonly<Record<string, readonly string[]>>

/** What is rebuilt, what of it may differ, and why the rest is not; the model `t` is edited unless a test gives other models. */
function effects(
  inputs: Inputs,
  bound: Knowledge['bound'],
  {
    head,
    base,
    sameSyntax,
  }: { head?: readonly Model[]; base?: readonly Model[]; sameSyntax?: ReadonlySet<string> } = {},
): Record<string, string> {
  const names = ['t', ...Object.keys(inputs)]
  const before = base ?? names.map((name) => aModel({ name }))
  const after = head ?? before.map((model) => (model.name === 't' ? { ...model, sql: 'SELECT 2 AS id' } : model))
  const pairing = pairModels({
    base: before,
    head: after,
    baseSide: aSide(before, inputs),
    headSide: aSide(after, inputs),
    views: [],
  })
  const knowledge = { ...(bound && { bound }), ...(sameSyntax && { sameSyntax }) }
  return Object.fromEntries(
    [...effectsOf(pairing, knowledge)].map(([name, { rebuild, rows, columns, proof }]) => [
      name,
      rebuild ? [...(rows ? ['rows'] : []), ...columns].join(' ') : (proof ?? 'none'),
    ]),
  )
}

const t = (options: Partial<Parameters<typeof aShape>[0]> = {}) =>
  aShape({ outputs: { a: ['source:raw.a'], b: ['source:raw.b'] }, ...options })
const editedColumn = both(t(), t({ version: { b: '2' } }))
const editedRows = both(t(), t({ rows: ['source:raw.a'] }))
const addedColumn = both(t(), t({ outputs: { a: ['source:raw.a'], b: ['source:raw.b'], c: [] } }))

describe('effectsOf', () => {
  it('rebuilds every model that is reached when nothing could be bound', () => {
    expect(effects({ reader: ['t'] }, undefined)).toEqual({ t: 'rows', reader: 'rows' })
  })

  it('proves an edit that leaves the plan as it was, and then what reads it', () => {
    const bound = new Map([
      ['t', both(t(), t())],
      ['reader', same(aShape({ outputs: { a: ['t.a'] } }))],
    ])
    expect(effects({ reader: ['t'] }, bound)).toEqual({ t: 'same_plan', reader: 'reads_nothing_changed' })
  })

  it('proves an edit of blanks by its syntax tree, where no plan could be read', () => {
    expect(effects({}, undefined, { sameSyntax: new Set(['t']) })).toEqual({ t: 'same_syntax' })
    expect(effects({}, new Map([['t', same(undefined)]]), { sameSyntax: new Set(['t']) })).toEqual({ t: 'same_syntax' })
  })

  it('follows a changed column to its readers alone', () => {
    const bound = new Map([
      ['t', editedColumn],
      ['of_a', same(aShape({ outputs: { x: ['t.a'] } }))],
      ['of_b', same(aShape({ outputs: { x: ['t.a'], y: ['t.b'] } }))],
      ['of_x', same(aShape({ outputs: { x: ['of_b.x'] } }))],
      ['of_y', same(aShape({ outputs: { x: ['of_b.x', 'of_b.y'] } }))],
    ])
    const inputs = { of_a: ['t'], of_b: ['t'], of_x: ['of_b'], of_y: ['of_b'] }
    expect(effects(inputs, bound)).toEqual({
      t: 'b',
      of_a: 'reads_nothing_changed',
      of_b: 'y',
      of_x: 'reads_nothing_changed',
      of_y: 'x',
    })
  })

  it('follows a column that decides rows to every column', () => {
    const bound = new Map([
      ['t', editedColumn],
      ['filtered', same(aShape({ outputs: { x: ['t.a'] }, rows: ['t.b'] }))],
      ['reader', same(aShape({ outputs: { x: ['filtered.x'] } }))],
    ])
    expect(effects({ filtered: ['t'], reader: ['filtered'] }, bound)).toEqual({
      t: 'b',
      filtered: 'rows x',
      reader: 'rows x',
    })
  })

  it('follows changed rows to whoever reads any column, or none', () => {
    const bound = new Map([
      ['t', editedRows],
      ['counter', same(aShape({ outputs: { n: [] }, scans: ['t'] }))],
    ])
    expect(effects({ counter: ['t'] }, bound)).toEqual({ t: 'rows a b', counter: 'rows n' })
  })

  it('lets an added column reach nobody who does not read it', () => {
    const bound = new Map([
      ['t', addedColumn],
      ['reader', same(aShape({ outputs: { a: ['t.a'] } }))],
      ['star', both(aShape({ outputs: { a: ['t.a'] } }), aShape({ outputs: { a: ['t.a'], c: ['t.c'] } }))],
    ])
    expect(effects({ reader: ['t'], star: ['t'] }, bound)).toEqual({
      t: 'c',
      reader: 'reads_nothing_changed',
      star: 'c',
    })
  })

  it('takes a reader whose order of rows may matter to read everything, and what leads to it', () => {
    const bound = new Map([
      ['t', addedColumn],
      ['between', same(aShape({ outputs: { a: ['t.a'] } }))],
      ['first', same(aShape({ outputs: { x: ['between.a'] }, orderSensitive: 'first()' }))],
      ['aside', same(aShape({ outputs: { a: ['t.a'] } }))],
    ])
    expect(effects({ between: ['t'], first: ['between'], aside: ['t'] }, bound)).toEqual({
      t: 'c',
      between: '',
      first: 'rows x',
      aside: 'reads_nothing_changed',
    })
  })

  it('takes a reader that is not understood to read everything', () => {
    const bound = new Map([
      ['t', addedColumn],
      ['pivot', same(aShape({ outputs: { x: ['t.a'] }, unknown: ['LOGICAL_PIVOT'] }))],
      ['unbound', same(undefined)],
    ])
    expect(effects({ pivot: ['t'], unbound: ['t'] }, bound)).toEqual({ t: 'c', pivot: 'rows x', unbound: 'rows' })
  })

  it('rebuilds a reader whose meaning changes without its text', () => {
    const bound = new Map([
      ['t', addedColumn],
      ['natural', both(aShape({ outputs: { a: ['t.a'] } }), aShape({ outputs: { a: ['t.a'] }, rows: ['t.c'] }))],
    ])
    expect(effects({ natural: ['t'] }, bound)).toEqual({ t: 'c', natural: 'rows a' })
  })

  it('rebuilds one that binds on one side only', () => {
    const bound = new Map([
      ['t', editedColumn],
      ['reader', both(aShape({ outputs: { a: ['t.a'] } }), undefined)],
    ])
    expect(effects({ reader: ['t'] }, bound)).toEqual({ t: 'b', reader: 'rows a' })
  })

  it('honours an input that no scan confirms with its rows', () => {
    const reader = same(aShape({ outputs: { x: ['source:raw.a'] } }))
    expect(
      effects(
        { reader: ['t'] },
        new Map([
          ['t', editedColumn],
          ['reader', reader],
        ]),
      ),
    ).toEqual({
      t: 'b',
      reader: 'reads_nothing_changed',
    })
    expect(
      effects(
        { reader: ['t'] },
        new Map([
          ['t', editedRows],
          ['reader', reader],
        ]),
      ),
    ).toEqual({
      t: 'rows a b',
      reader: 'rows x',
    })
  })

  it('takes the key of a merge to decide which rows stay', () => {
    const merge = aModel({ name: 't', strategy: { kind: 'merge', uniqueKey: ['B'] } })
    const bound = new Map([
      ['t', editedColumn],
      ['reader', same(aShape({ outputs: { a: ['t.a'] } }))],
    ])
    const reader = aModel({ name: 'reader' })
    const made = effects({ reader: ['t'] }, bound, {
      base: [merge, reader],
      head: [{ ...merge, sql: 'SELECT 2 AS id' }, reader],
    })
    expect(made).toEqual({ t: 'rows a b', reader: 'rows a' })
  })

  it('rebuilds all of a model whose strategy keeps state and changes, and nothing for a table that becomes a view', () => {
    const plans = new Map([['t', both(t(), t())]])
    const from = (strategy: Model['strategy']) => ({
      base: [aModel({ name: 't' })],
      head: [aModel({ name: 't', strategy })],
    })
    expect(effects({}, plans, from({ kind: 'view' }))).toEqual({ t: 'same_plan' })
    expect(effects({}, plans, from({ kind: 'merge', uniqueKey: ['a'] }))).toEqual({ t: 'rows a b' })
  })

  it('rebuilds a model that moves, and not its readers', () => {
    const reader = aModel({ name: 'reader' })
    const bound = new Map([
      ['t', both(t(), t())],
      ['reader', same(aShape({ outputs: { a: ['t.a'] } }))],
    ])
    const made = effects({ reader: ['t'] }, bound, {
      base: [aModel({ name: 't' }), reader],
      head: [aModel({ name: 't', target: { catalog: 'shop', schema: 'other', table: 't' } }), reader],
    })
    expect(made).toEqual({ t: '', reader: 'reads_nothing_changed' })
  })
})
