import { describe, expect, it } from '@jest/globals'
import { modelChange, renames } from '../../../src/core/plan/change.ts'
import { aModel } from '../../support/model.ts'

const base = aModel({ name: 'orders', metadata: { intent: 'x', tags: { owner: 'a', tier: 1 } } })

describe('modelChange', () => {
  it.each([
    ['nothing', base, { kind: 'none' }],
    [
      'the same keys in another order',
      { ...base, metadata: { tags: { tier: 1, owner: 'a' }, intent: 'x' } },
      { kind: 'none' },
    ],
    ['the SQL', { ...base, sql: 'SELECT 2 AS id' }, { kind: 'edited', fields: ['sql'] }],
    [
      'how it is built',
      { ...base, strategy: { kind: 'merge', uniqueKey: ['id'] } as const },
      { kind: 'edited', fields: ['strategy'] },
    ],
    [
      'SQL and target',
      { ...base, sql: 'x', target: { ...base.target, schema: 'marts' } },
      { kind: 'edited', fields: ['sql', 'target'] },
    ],
    [
      'a description',
      { ...base, metadata: { ...base.metadata, intent: 'y' } },
      { kind: 'metadata', fields: ['intent'] },
    ],
    ['a metadata key that is gone', { ...base, metadata: { intent: 'x' } }, { kind: 'metadata', fields: ['tags'] }],
    [
      'a test',
      { ...base, tests: [{ type: 'unique', column: 'id', definition: {} }] },
      { kind: 'metadata', fields: ['tests'] },
    ],
    ['its file only', { ...base, path: 'models/elsewhere/orders.sql' }, { kind: 'none' }],
    ['its name', { ...base, name: 'sales' }, { kind: 'renamed', from: 'orders', fields: [] }],
  ])('tells a change of %s', (_, head, expected) => {
    expect(modelChange(base, head)).toEqual(expected)
  })
})

describe('renames', () => {
  const a = aModel({ name: 'a', sql: 'SELECT 1' })
  const b = aModel({ name: 'b', sql: 'SELECT 2' })
  it.each([
    ['by the target', [a], [aModel({ name: 'z', sql: 'SELECT 3', target: a.target })], { z: 'a' }],
    ['by the text', [a, b], [aModel({ name: 'z', sql: 'SELECT 2' })], { z: 'b' }],
    [
      'not when two texts are the same',
      [a, aModel({ name: 'c', sql: 'SELECT 1' })],
      [aModel({ name: 'z', sql: 'SELECT 1' })],
      {},
    ],
    ['not when nothing fits', [a], [b], {}],
  ])('are found %s', (_, removed, added, expected) => {
    expect(Object.fromEntries(renames(removed, added))).toEqual(expected)
  })
})
