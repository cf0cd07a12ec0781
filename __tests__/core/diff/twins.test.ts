import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { equalProjections, type Projection } from '../../../src/core/diff/twins.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => {
  engine.close()
})

const SESSION = { mode: 'build', searchPath: [] } as const

async function equal(base: string, head: string, ...projections: readonly Projection[]): Promise<readonly boolean[]> {
  await engine.run(`CREATE OR REPLACE TABLE w.b AS ${base}`, `CREATE OR REPLACE TABLE w.h AS ${head}`)
  const twin = async (table: string) => {
    const relation = { catalog: 'w', schema: 'main', table }
    return { relation, columns: (await engine.warehouse.describe(relation)) ?? [] }
  }
  return equalProjections(await twin('b'), await twin('h'), projections, (statement) =>
    engine.warehouse.query(statement, SESSION),
  )
}

const all = (ordered = false): Projection => ({ columns: undefined, ordered })
const of = (...columns: readonly string[]): Projection => ({ columns, ordered: false })

describe('equalProjections', () => {
  it('finds equal what is equal, in any order', async () => {
    const rows = 'SELECT i AS a, i % 3 AS b FROM range(100) t(i)'
    expect(await equal(rows, `${rows} ORDER BY i DESC`, all(), of('a'), of('B', 'a'), of())).toEqual([
      true,
      true,
      true,
      true,
    ])
  })

  it('tells an order apart only where it is asked to', async () => {
    const rows = 'SELECT i AS a FROM range(100) t(i)'
    expect(await equal(rows, `${rows} ORDER BY i DESC`, all(true), all(false))).toEqual([false, true])
    expect(await equal(rows, rows, all(true))).toEqual([true])
  })

  it('sees values swapped between rows that leave each column as it was', async () => {
    const base = 'SELECT i AS a, i AS b FROM range(1000) t(i)'
    const head = 'SELECT i AS a, 999 - i AS b FROM range(1000) t(i)'
    expect(await equal(base, head, of('a'), of('b'), of('a', 'b'))).toEqual([true, true, false])
  })

  it('follows a projection past columns that differ, came or went', async () => {
    const base = 'SELECT 1 AS a, 2 AS b, 3 AS gone'
    const head = 'SELECT 1 AS a, 9 AS b, 4 AS came'
    expect(await equal(base, head, of('a'), of('b'), of('gone'), all())).toEqual([true, false, false, false])
  })

  it('takes another type, or another order of columns, for another relation', async () => {
    expect(await equal('SELECT 1::INTEGER AS a', 'SELECT 1::BIGINT AS a', of('a'), all())).toEqual([false, false])
    expect(await equal('SELECT 1 AS a, 1 AS b', 'SELECT 1 AS b, 1 AS a', all(), of('a', 'b'))).toEqual([false, true])
  })

  it.each([
    ['rows twice', "SELECT 'x' AS a FROM range(2)", "SELECT 'x' AS a FROM range(4)"],
    ['a negative zero, whose text is another', 'SELECT 0.0::DOUBLE AS a', "SELECT '-0.0'::DOUBLE AS a"],
    ['a negative zero in a list', 'SELECT [0.0::DOUBLE] AS a', "SELECT ['-0.0'::DOUBLE] AS a"],
    ['one instant of the day in two zones', "SELECT '12:00:00+00'::TIMETZ AS a", "SELECT '13:00:00+01'::TIMETZ AS a"],
    ['a month and thirty days', "SELECT INTERVAL '1 month' AS a", "SELECT INTERVAL '30 days' AS a"],
    ['an empty list and NULL', 'SELECT []::INTEGER[] AS a', 'SELECT NULL::INTEGER[] AS a'],
  ])('does not take for equal: %s', async (_, base, head) => {
    expect(await equal(base, head, all(), of('a'))).toEqual([false, false])
  })

  it('has no order to go by where a column is called rowid', async () => {
    expect(await equal('SELECT 1 AS rowid', 'SELECT 1 AS rowid', all(true), all(false))).toEqual([false, true])
  })
})
