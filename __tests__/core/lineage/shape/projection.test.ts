import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { provenProjection } from '../../../../src/core/lineage/shape/shape.ts'
import { openBench, type Bench } from './shapes.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench([
    'CREATE TABLE t (id INTEGER, region VARCHAR, amount INTEGER, price DOUBLE)',
    'CREATE TABLE r (region VARCHAR, name VARCHAR, weight INTEGER)',
  ])
})
afterAll(() => {
  bench.close()
})

/** What of the second query is the first. */
async function taken(few: string, many: string): Promise<readonly string[] | undefined> {
  const columns = provenProjection(await bench.shape(few), await bench.shape(many))
  return columns?.map(({ name, from }) => `${from} as ${name}`)
}

describe('provenProjection', () => {
  it.each([
    ['in the middle', 'SELECT id, amount FROM t', 'SELECT id, region, amount FROM t'],
    ['under another case', 'SELECT ID, amount FROM t', 'SELECT Amount, region, id FROM t'],
    ['of a join', 'SELECT t.id FROM t JOIN r USING (region)', 'SELECT t.id, r.name FROM t JOIN r USING (region)'],
    [
      'of a group',
      'SELECT region, count(*) AS n FROM t GROUP BY 1',
      'SELECT region, count(*) AS n, max(id) AS x FROM t GROUP BY 1',
    ],
    ['of a window', 'SELECT id FROM t', 'SELECT id, max(amount) OVER (PARTITION BY region) AS x FROM t'],
    ['that may fail', 'SELECT id FROM t', 'SELECT id, CAST(region AS INTEGER) AS x FROM t'],
    ['beside one that may fail', 'SELECT amount + 1 AS a FROM t', 'SELECT amount + 1 AS a, id + 1 AS b FROM t'],
    [
      'beside one that may fail in a group',
      'SELECT sum(amount + 1) AS a FROM t GROUP BY id',
      'SELECT sum(amount + 1) AS a, max(region) AS b FROM t GROUP BY id',
    ],
  ])('knows a query with a column more %s', async (_, few, many) => {
    expect(await taken(few, many)).toHaveLength(few.includes('amount FROM') ? 2 : few.includes('count') ? 2 : 1)
  })

  it('names columns as each query does', async () => {
    expect(await taken('SELECT id AS "ID", amount FROM t', 'SELECT amount AS "Amount", region, id FROM t')).toEqual([
      'id as ID',
      'Amount as amount',
    ])
  })

  it.each([
    ['other rows', 'SELECT DISTINCT region FROM t', 'SELECT DISTINCT region, id FROM t'],
    [
      'other groups',
      'SELECT count(*) AS n FROM t GROUP BY region',
      'SELECT id, count(*) AS n FROM t GROUP BY region, id',
    ],
    ['another value', 'SELECT id FROM t', 'SELECT id + 1 AS id, region FROM t'],
    ['another type', 'SELECT id FROM t', 'SELECT CAST(id AS BIGINT) AS id, region FROM t'],
    ['no column more', 'SELECT id FROM t', 'SELECT id FROM t'],
    ['a column that is gone', 'SELECT id, region FROM t', 'SELECT id, amount, price FROM t'],
    ['another order', 'SELECT id FROM t', 'SELECT id, row_number() OVER (ORDER BY region) AS x FROM t'],
    ['a sum by order', 'SELECT sum(price) AS s FROM t', 'SELECT sum(price) AS s, count(*) AS n FROM t'],
    ['chance', 'SELECT id FROM t', 'SELECT id, random() AS x FROM t'],
    [
      'what failed before',
      'SELECT CAST(region AS INTEGER) AS x FROM t WHERE id = 1',
      'SELECT CASE WHEN id = 1 THEN CAST(region AS INTEGER) END AS x, id FROM t WHERE id = 1',
    ],
    // Which side a join is built from goes by the width of its rows, and filters what the other evaluates.
    [
      'what may fail beside a join',
      'SELECT t.amount + 1 AS a FROM t JOIN r USING (region)',
      'SELECT t.amount + 1 AS a, r.name FROM t JOIN r USING (region)',
    ],
    [
      'what may fail beside a LIMIT',
      'SELECT id + 1 AS a FROM t ORDER BY id + 1 LIMIT 3',
      'SELECT id + 1 AS a, 7 AS x FROM t ORDER BY id + 1 LIMIT 3',
    ],
  ])('proves nothing of %s', async (_, few, many) => {
    expect(await taken(few, many)).toBeUndefined()
  })
})
