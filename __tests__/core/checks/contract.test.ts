import { describe, expect, it } from '@jest/globals'
import { columnsWithoutNull, contractFindings, violationsOf } from '../../../src/core/checks/contract-check.ts'
import { compareType } from '../../../src/core/checks/contract-type.ts'
import type { Contract } from '../../../src/core/project/model.ts'

const NONE: Contract = { columns: [], required: [], protected: [], noNewNullable: false }
const columns = [
  { name: 'Id', type: 'BIGINT' },
  { name: 'note', type: 'VARCHAR' },
]

function messages(contract: Partial<Contract>, nulls: Readonly<Record<string, bigint>> = {}): readonly string[] {
  return violationsOf({ ...NONE, ...contract }, columns, new Map(Object.entries(nulls))).map(
    ({ severity, message }) => `${severity}: ${message}`,
  )
}

describe('violationsOf', () => {
  it.each<[string, Partial<Contract>, Readonly<Record<string, bigint>>, readonly string[]]>([
    ['nothing of nothing', {}, { note: 3n }, []],
    ['names in any case', { required: ['ID'], protected: ['NOTE'], columns: [{ name: 'id', type: 'Int64' }] }, {}, []],
    ['a required column', { required: ['x'] }, {}, ['error: the required column `x` is missing']],
    ['a protected column', { protected: ['x'] }, {}, ['error: the protected column `x` is missing']],
    [
      'a declared column that no rule asks for',
      { columns: [{ name: 'x' }] },
      {},
      ['warning: the column `x`, which it declares, is missing'],
    ],
    [
      'a column that is required and declared, once',
      { columns: [{ name: 'x' }], required: ['X'] },
      {},
      ['error: the required column `X` is missing'],
    ],
    [
      'a type',
      { columns: [{ name: 'note', type: 'Int64' }] },
      {},
      ['error: column `note` is `VARCHAR`; the contract says `Int64`'],
    ],
    [
      'a NULL',
      { columns: [{ name: 'note', nullable: false }] },
      { note: 2n },
      ['error: column `note` is NULL in 2 rows; the contract says it never is'],
    ],
    ['no NULL where one is allowed', { columns: [{ name: 'note', nullable: true }] }, { note: 2n }, []],
    ['no NULL where nothing is said', { columns: [{ name: 'note' }] }, { note: 2n }, []],
    [
      'a new column with NULLs',
      { columns: [{ name: 'id' }], noNewNullable: true },
      { note: 1n },
      ['error: column `note`, which the contract does not declare, is NULL in 1 row'],
    ],
    ['a new column without', { columns: [{ name: 'id' }], noNewNullable: true }, {}, []],
    [
      'a rule that says nothing',
      { noNewNullable: true },
      { note: 1n },
      ['error: `no_new_nullable` says nothing: the contract declares no column'],
    ],
  ])('tells %s', (_, contract, nulls, told) => {
    expect(messages(contract, nulls)).toEqual(told)
  })

  it('tells that a contract cannot be read', () => {
    expect(violationsOf({ fault: 'x' }, columns, new Map()).map(({ message }) => message)).toEqual([
      'cannot be read: x',
    ])
  })
})

describe('columnsWithoutNull', () => {
  it('asks for the columns that may hold no NULL, and no other', () => {
    const of = (contract: Partial<Contract>): readonly string[] => columnsWithoutNull({ ...NONE, ...contract }, columns)
    expect(of({ columns: [{ name: 'id', nullable: false }, { name: 'note' }] })).toEqual(['Id'])
    expect(of({ columns: [{ name: 'id' }], noNewNullable: true })).toEqual(['note'])
    expect(of({ noNewNullable: true })).toEqual([])
  })
})

describe('contractFindings', () => {
  const broken = violationsOf({ ...NONE, required: ['x'] }, columns, new Map())
  it('tells new from old, and what is fixed', () => {
    const status = (base: typeof broken | undefined, head: typeof broken) =>
      contractFindings(base, head).map((finding) => finding.status)
    expect([status([], broken), status(undefined, broken), status(broken, broken), status(broken, [])]).toEqual([
      ['new'],
      ['new'],
      ['old'],
      ['fixed'],
    ])
  })
})

describe('compareType', () => {
  it.each([
    ['BIGINT', 'Int64', 'same'],
    ['BIGINT', 'bigint', 'same'],
    ['BIGINT', 'Int32', 'other'],
    ['INTEGER', 'int', 'same'],
    ['DECIMAL(18,2)', 'Decimal', 'same'],
    ['DECIMAL(18,2)', 'Decimal(18, 2)', 'same'],
    ['DECIMAL(18,2)', 'Decimal(18)', 'other'],
    ['DECIMAL(18,0)', 'NUMERIC(18)', 'same'],
    ['DECIMAL(18,2)', 'Decimal(18,x)', 'other'],
    ['DOUBLE', 'Decimal', 'other'],
    ['VARCHAR', 'String', 'same'],
    ["ENUM('a', 'b')", 'String', 'same'],
    ['TIMESTAMP', 'TimestampNtz', 'same'],
    ['TIMESTAMP WITH TIME ZONE', 'Timestamp', 'same'],
    ['TIMESTAMP WITH TIME ZONE', 'TimestampNtz', 'other'],
    ['INTEGER[]', 'Array<Int32>', 'same'],
    ['INTEGER[3]', 'Array', 'same'],
    ['MAP(VARCHAR, INTEGER)', 'Map', 'same'],
    ['STRUCT(a INTEGER)', 'Array', 'other'],
    ['HUGEINT', 'Int64', 'unknown'],
    ['HUGEINT', 'hugeint', 'same'],
    ['HUGEINT', 'BIGINT', 'other'],
    ['UUID', 'String', 'unknown'],
  ])('compares %s with %s: %s', (actual, declared, result) => {
    expect(compareType(actual, declared)).toBe(result)
  })
})
