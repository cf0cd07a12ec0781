import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { comparable } from '../../../src/core/diff/comparable.ts'
import {
  gatesAgree,
  gatesStatement,
  isOrdered,
  orderedGatesAgree,
  readGates,
  type Gate,
} from '../../../src/core/diff/gate.ts'
import type { ComparedColumn } from '../../../src/core/diff/sides.ts'
import { sql } from '../../../src/core/sql/sql.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'

const session = { mode: 'compare', searchPath: [] } as const
const filled = 'SELECT range AS id, range % 3 AS a, range % 5 AS b FROM range(1000)'

describe('gatesStatement', () => {
  let engine: TestEngine
  beforeAll(async () => {
    engine = await openTestEngine()
  })
  afterAll(() => {
    engine.close()
  })

  it.each<[string, string, readonly string[][], readonly (readonly [same: boolean, ordered: boolean])[]]>([
    ['the same rows', filled, [['id', 'a', 'b']], [[true, true]]],
    ['rows in another order', `${filled} ORDER BY id DESC`, [['id', 'a', 'b']], [[true, false]]],
    [
      'two rows swapped',
      `${filled} ORDER BY CASE id WHEN 3 THEN 4 WHEN 4 THEN 3 ELSE id END`,
      [['id']],
      [[true, false]],
    ],
    [
      'another value in a column that one projection leaves out',
      `SELECT id, a, CASE id WHEN 7 THEN 0 ELSE b END AS b FROM (${filled})`,
      [['id', 'a'], ['b'], ['id', 'a', 'b']],
      [
        [true, true],
        [false, false],
        [false, false],
      ],
    ],
    [
      'values that move between rows, of which each column keeps its own',
      `SELECT id, a, (b + 1) % 5 AS b FROM (${filled})`,
      [['b'], ['a', 'b']],
      [
        [true, false],
        [false, false],
      ],
    ],
    ['a row more', `${filled} UNION ALL SELECT 1, 1, 1`, [['a']], [[false, false]]],
    ['no columns and as many rows', `SELECT 1 - id AS id, a, b FROM (${filled})`, [[]], [[true, true]]],
  ])('tells %s', async (_, head, projections, expected) => {
    await engine.run(`CREATE OR REPLACE TABLE w.main.b AS ${filled}`, `CREATE OR REPLACE TABLE w.main.h AS ${head}`)
    const [base, after] = [await gates(engine, 'b', projections), await gates(engine, 'h', projections)]
    expect(base.map((gate, index) => [gate, after[index]] as const).map(agreement)).toEqual(expected)
  })

  it('keeps an ordered gate from a table whose own column is called rowid', () => {
    expect(isOrdered([{ name: 'id', type: 'BIGINT' }])).toBe(true)
    expect(isOrdered([{ name: 'RowId', type: 'BIGINT' }])).toBe(false)
  })
})

function agreement([base, head]: readonly [Gate, Gate | undefined]): readonly [boolean, boolean] {
  if (head === undefined) throw new Error('a gate is missing')
  return [gatesAgree(base, head), orderedGatesAgree(base, head)]
}

async function gates(engine: TestEngine, table: string, projections: readonly string[][]): Promise<readonly Gate[]> {
  const relation = { catalog: 'w', schema: 'main', table }
  const columns = projections.map((names) => names.map(column))
  return readGates(
    await engine.warehouse.query(gatesStatement(relation, columns, 'base', 'ordered'), session),
    projections.length,
  )
}

function column(name: string): ComparedColumn {
  const how = comparable('BIGINT', 'BIGINT')
  return { column: { name, change: 'same' }, nameBase: name, nameHead: name, comparable: how }
}

describe('the engine', () => {
  it('keeps its settings on every connection: buckets are addressed directly, and the clock stands in UTC', async () => {
    const engine = await openTestEngine()
    try {
      const statement = sql`SELECT current_setting('perfect_ht_threshold') AS threshold, current_setting('TimeZone') AS zone`
      expect(await engine.warehouse.query(statement, session)).toMatchObject([{ threshold: 17n, zone: 'UTC' }])
    } finally {
      engine.close()
    }
  })
})
