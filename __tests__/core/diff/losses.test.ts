import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { findingsOfData } from '../../../src/core/plan/severity.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { compare, countsOf, fill } from './compare.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => {
  engine.close()
})

const base = 'SELECT i AS id, i * 1000 AS a, CASE WHEN i > 3 THEN i END AS b, i / 4 AS c FROM range(10) AS r(i)'

describe('what readers stumble over', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['nothing, where nothing differs', `SELECT * FROM (${base})`, []],
    [
      'a narrower type, with the values that it does not hold',
      `SELECT * REPLACE (TRY_CAST(a AS SMALLINT) AS a, CAST(c AS DECIMAL(9,1)) AS c) FROM (${base})`,
      [
        'column `a` is `SMALLINT`; it was `BIGINT`, which holds more, and every value of base fits',
        'column `c` is `DECIMAL(9,1)`; it was `DOUBLE`, which holds more, and 5 values of base do not fit',
      ],
    ],
    [
      'NULLs that come and go',
      `SELECT id, nullif(a, 3000) AS a, coalesce(b, 0) AS b, c FROM (${base})`,
      [
        'column `a` is NULL in 1 row; on base it never is',
        'column `b` is never NULL; on base it is in 4 rows',
        'rows differ, and the columns do not',
      ],
    ],
    ['columns that stand elsewhere', `SELECT c, id, a, b FROM (${base})`, ['column `c` stands in another place']],
    [
      'no order of columns that came or went',
      `SELECT id, 1 AS new, b, c FROM (${base})`,
      ['column `new` is new', 'column `a` is removed'],
    ],
    [
      'several columns that stand elsewhere',
      `SELECT c, b, a, id FROM (${base})`,
      ['columns `b`, `a`, `id` stand in other places'],
    ],
  ])('is told: %s', async (_, head, messages) => {
    await fill(engine, { base, head })
    const comparison = await compare(engine, { key: ['id'] })
    if (comparison.kind !== 'measured') throw new Error(comparison.because)
    expect(findingsOfData(comparison).map(({ message }) => message)).toEqual(messages)
  })
})

describe('NULLs that come and go, without a key', () => {
  it('are told of each of many columns', async () => {
    const columns = Array.from({ length: 70 }, (_, i) => `i + ${String(i)} AS c${String(i)}`).join(', ')
    const many = `SELECT ${columns} FROM range(9) AS r(i)`
    await fill(engine, {
      base: `SELECT * REPLACE (nullif(c1, 4) AS c1) FROM (${many})`,
      head: `SELECT * REPLACE (nullif(c2, 5) AS c2, nullif(c65, 70) AS c65) FROM (${many})`,
    })
    const { columns: told = [] } = await compare(engine, {}, { keyless: 'whole-rows' })
    expect(told.flatMap(({ name, nulls }) => (nulls === undefined ? [] : [[name, nulls.base, nulls.head]]))).toEqual([
      ['c1', 1n, 0n],
      ['c2', 0n, 1n],
      ['c65', 0n, 1n],
    ])
  })
})

describe('a column that is left out', () => {
  it('differs as it likes: the others are compared, and it is told', async () => {
    await fill(engine, { base, head: `SELECT * REPLACE (a + 1 AS a, c + (id = 2)::INT AS c) FROM (${base})` })
    const leftOut = [{ name: 'a', because: 'chance' }]
    const comparison = await compare(engine, { key: ['id'] }, { leftOut })
    expect(countsOf(comparison)).toEqual([0, 0, 1])
    expect(comparison).toMatchObject({ unchecked: [{ name: 'a', because: 'chance' }] })
  })

  it('is left out under either name', async () => {
    await fill(engine, { base, head: `SELECT id, a + 1 AS "A2", b, c FROM (${base})` })
    const renamedColumns = [{ from: 'a', to: 'A2' }]
    const comparison = await compare(engine, {}, { leftOut: [{ name: 'a', because: 'chance' }], renamedColumns })
    expect(comparison).toMatchObject({ unchecked: [{ name: 'A2' }], rows: { identical: 10n } })
  })

  it('may be all that there is', async () => {
    await fill(engine, { base: 'SELECT 1 AS a', head: 'SELECT 2 AS a' })
    const comparison = await compare(engine, {}, { leftOut: [{ name: 'a', because: 'chance' }] })
    expect(comparison).toMatchObject({ because: 'every column that both sides have is non-deterministic' })
  })
})
