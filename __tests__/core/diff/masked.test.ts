import { describe, expect, it } from '@jest/globals'
import { maskedComparison } from '../../../src/core/diff/masked.ts'
import type { Comparison } from '../../../src/core/diff/result.ts'

const compared: Comparison = {
  kind: 'measured',
  method: 'keyed_join',
  because: 'few rows',
  columns: [{ name: 'email', change: 'same', typeBase: 'VARCHAR', typeHead: 'VARCHAR', rowsChanged: 1n }],
  unchecked: [],
  key: {
    columns: ['email'],
    source: 'declared',
    uniqueBase: true,
    uniqueHead: true,
    duplicatesBase: { keys: 0n, rows: 0n },
    duplicatesHead: { keys: 0n, rows: 0n },
    nullsBase: 0n,
    nullsHead: 0n,
  },
  rows: { base: 1n, head: 1n, added: 0n, removed: 0n, changed: 1n, identical: 0n },
  samples: [
    {
      kind: 'changed',
      key: { email: 'ann@example.org' },
      changes: [
        { column: 'email', base: 'ann@example.org', head: null },
        { column: 'age', base: '7', head: '8' },
      ],
    },
  ],
  scope: 'whole',
  within: 0n,
}

describe('maskedComparison', () => {
  it('masks keys and values column by column, and nothing else', () => {
    const masked = maskedComparison(compared, (column, value) => (column === 'email' && value !== null ? '***' : value))
    expect(masked).toEqual({
      ...compared,
      samples: [
        {
          kind: 'changed',
          key: { email: '***' },
          changes: [
            { column: 'email', base: '***', head: null },
            { column: 'age', base: '7', head: '8' },
          ],
        },
      ],
    })
    expect(
      JSON.stringify(masked, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain('ann')
  })
})
