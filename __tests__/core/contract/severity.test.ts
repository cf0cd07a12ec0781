import { describe, expect, it } from '@jest/globals'
import { compareTypes } from '../../../src/core/plan/type-change.ts'
import { findingsOf } from '../../../src/core/plan/severity.ts'
import { planned, rowCounts, sameColumns } from '../../support/preview-result.ts'

describe('compareTypes', () => {
  it.each([
    ['INTEGER', 'BIGINT', 'wider'],
    ['BIGINT', 'INTEGER', 'narrower'],
    ['INTEGER', 'UINTEGER', 'narrower'],
    ['UINTEGER', 'INTEGER', 'narrower'],
    ['UINTEGER', 'BIGINT', 'wider'],
    ['DECIMAL(9,2)', 'DECIMAL(18,2)', 'wider'],
    ['DECIMAL(18,2)', 'DECIMAL(18,4)', 'narrower'],
    ['INTEGER', 'DECIMAL(10,0)', 'wider'],
    ['INTEGER', 'DECIMAL(9,0)', 'narrower'],
    ['INTEGER', 'DOUBLE', 'wider'],
    ['BIGINT', 'DOUBLE', 'narrower'],
    ['DOUBLE', 'FLOAT', 'narrower'],
    ['DECIMAL(18,2)', 'DOUBLE', 'narrower'],
    ['VARCHAR(10)', 'VARCHAR(5)', 'wider'],
    ['VARCHAR', 'INTEGER', 'narrower'],
    ['INTEGER', 'VARCHAR', 'other'],
    ['DATE', 'TIMESTAMP', 'other'],
    ['STRUCT(a INTEGER)', 'STRUCT(a BIGINT)', 'other'],
  ] as const)('%s → %s is %s', (base, head, change) => {
    expect(compareTypes(base, head)).toBe(change)
  })
})

describe('findingsOf', () => {
  const [id, amount] = sameColumns
  if (id === undefined || amount === undefined) throw new Error('two columns')
  const merge = { kind: 'merge', uniqueKey: ['id'] } as const

  it.each([
    ['a dropped column', {}, { columns: [id, { ...amount, change: 'removed' }] }, ['breaking column.removed']],
    [
      'a narrowed column',
      {},
      { columns: [{ ...id, change: 'retyped', typeHead: 'INTEGER' }] },
      ['breaking column.narrowed'],
    ],
    ['columns in another order', {}, { columns: [{ ...id, moved: true }, amount] }, ['warning order.columns']],
    [
      'NULLs that come and go',
      {},
      {
        columns: [
          { ...id, nulls: { base: 0n, head: 2n } },
          { ...amount, nulls: { base: 1n, head: 0n } },
        ],
      },
      ['warning nulls.new', 'warning nulls.gone'],
    ],
    ['a widened column', {}, { columns: [{ ...id, change: 'retyped', typeHead: 'HUGEINT' }] }, ['info column.widened']],
    [
      'rows that differ under the same columns',
      {},
      { columns: [id, amount], rows: rowCounts({ changed: 1 }) },
      ['warning rows.changed'],
    ],
    [
      'another materialization',
      { strategy: { kind: 'view' }, baseStrategy: { kind: 'full_refresh' } },
      {},
      ['breaking model.materialization'],
    ],
    [
      'another key',
      { strategy: { ...merge, uniqueKey: ['id', 'day'] }, baseStrategy: merge },
      {},
      ['breaking model.key'],
    ],
    [
      'another setting of the strategy',
      { strategy: { ...merge, updateColumns: ['x'] }, baseStrategy: merge },
      {},
      ['warning model.strategy'],
    ],
    ['nothing', {}, { columns: [id, amount], rows: rowCounts() }, []],
  ] as const)('tells %s', (_, given, observed, expected) => {
    const findings = findingsOf(planned({ name: 'm', ...given }), observed)
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected)
  })
})
