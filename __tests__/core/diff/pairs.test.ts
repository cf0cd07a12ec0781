import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { compareRelations } from '../../../src/core/diff/compare.ts'
import type { RowCounts } from '../../../src/core/diff/result.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'

/** Two queries, a key or none, and the counts that the truth demands: [removed, added, changed]. */
interface Pair {
  readonly name: string
  readonly base: string
  readonly head: string
  readonly key?: readonly string[]
  readonly expected: readonly [removed: number, added: number, changed: number]
  readonly structural?: readonly string[]
}

const many = 'SELECT range AS id, range % 7 = 0 AS flag, range % 100 AS v FROM range(102400)'

const pairs: readonly Pair[] = [
  {
    name: 'one boolean of 102,400 flips',
    base: many,
    head: `SELECT id, CASE WHEN id = 77777 THEN NOT flag ELSE flag END AS flag, v FROM (${many})`,
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'two rows swap values',
    base: many,
    head: `SELECT id, flag, CASE id WHEN 1 THEN 2 WHEN 2 THEN 1 ELSE v END AS v FROM (${many})`,
    key: ['id'],
    expected: [0, 0, 2],
  },
  {
    name: 'every value moves to another row',
    base: many,
    head: `SELECT id, flag, (v + 1) % 100 AS v FROM (${many})`,
    key: ['id'],
    expected: [0, 0, 102400],
  },
  {
    name: 'two rows make the same change',
    base: 'SELECT * FROM (VALUES (1, 5), (2, 5), (3, 5)) t(id, v)',
    head: 'SELECT * FROM (VALUES (1, 6), (2, 6), (3, 5)) t(id, v)',
    key: ['id'],
    expected: [0, 0, 2],
  },
  {
    name: 'one change at key 2^60 + 100',
    base: 'SELECT 1152921504606846976 + range AS id, 1 AS v FROM range(200)',
    head: 'SELECT 1152921504606846976 + range AS id, CASE WHEN range = 100 THEN 2 ELSE 1 END AS v FROM range(200)',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'a change below one second',
    base: "SELECT 1 AS id, TIMESTAMP '2026-01-01 00:00:00.000001' AS t",
    head: "SELECT 1 AS id, TIMESTAMP '2026-01-01 00:00:00.000002' AS t",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'a nanosecond',
    base: "SELECT 1 AS id, TIMESTAMP_NS '2026-01-01 00:00:00.000000001' AS t",
    head: "SELECT 1 AS id, TIMESTAMP_NS '2026-01-01 00:00:00.000000002' AS t",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'every row doubled, with a key',
    base: 'SELECT range AS id FROM range(10)',
    head: 'SELECT range AS id FROM range(10), range(2) AS t(r)',
    key: ['id'],
    expected: [0, 10, 0],
  },
  {
    name: 'every row doubled, without a key',
    base: 'SELECT range AS id FROM range(10)',
    head: 'SELECT range AS id FROM range(10), range(2) AS t(r)',
    expected: [0, 10, 0],
  },
  {
    name: 'a table against its empty self',
    base: 'SELECT range AS id FROM range(10)',
    head: 'SELECT range AS id FROM range(10) LIMIT 0',
    key: ['id'],
    expected: [10, 0, 0],
  },
  {
    name: 'a separator inside text',
    base: "SELECT 'p|q' AS a, 'r' AS b",
    head: "SELECT 'p' AS a, 'q|r' AS b",
    expected: [1, 1, 0],
  },
  {
    name: 'NULL against the empty text',
    base: 'SELECT 1 AS id, CAST(NULL AS VARCHAR) AS a',
    head: "SELECT 1 AS id, '' AS a",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: "NULL against 'NULL'",
    base: 'SELECT 1 AS id, CAST(NULL AS VARCHAR) AS a',
    head: "SELECT 1 AS id, 'NULL' AS a",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'rows with a NULL key are added',
    base: 'SELECT * FROM (VALUES (1, 1)) t(id, v)',
    head: 'SELECT * FROM (VALUES (1, 1), (NULL, 2), (NULL, 3)) t(id, v)',
    key: ['id'],
    expected: [0, 2, 0],
  },
  {
    name: 'one row of a duplicate key changes',
    base: 'SELECT * FROM (VALUES (1, 1), (1, 2), (1, 3)) t(id, v)',
    head: 'SELECT * FROM (VALUES (1, 1), (1, 2), (1, 4)) t(id, v)',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'a NULL key whose row changes',
    base: 'SELECT * FROM (VALUES (NULL, 1), (2, 2)) t(id, v)',
    head: 'SELECT * FROM (VALUES (NULL, 9), (2, 2)) t(id, v)',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'a wider integer with equal values',
    base: 'SELECT CAST(range - 5 AS INTEGER) AS id FROM range(10)',
    head: 'SELECT CAST(range - 5 AS BIGINT) AS id FROM range(10)',
    key: ['id'],
    expected: [0, 0, 0],
    structural: ['id retyped'],
  },
  {
    name: '0.1 + 0.2 against 0.3',
    base: 'SELECT 1 AS id, CAST(0.1 AS DOUBLE) + CAST(0.2 AS DOUBLE) AS v',
    head: 'SELECT 1 AS id, CAST(0.3 AS DOUBLE) AS v',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: "1 against '1' after a retype",
    base: 'SELECT 1 AS id, 1 AS v',
    head: "SELECT 1 AS id, '1' AS v",
    key: ['id'],
    expected: [0, 0, 0],
    structural: ['v retyped'],
  },
  {
    name: "1 against '2' after a retype",
    base: 'SELECT 1 AS id, 1 AS v',
    head: "SELECT 1 AS id, '2' AS v",
    key: ['id'],
    expected: [0, 0, 1],
    structural: ['v retyped'],
  },
  {
    name: 'another scale with equal values',
    base: 'SELECT 1 AS id, CAST(-1.50 AS DECIMAL(10, 2)) AS v',
    head: 'SELECT 1 AS id, CAST(-1.5 AS DECIMAL(20, 6)) AS v',
    key: ['id'],
    expected: [0, 0, 0],
    structural: ['v retyped'],
  },
  {
    name: 'another scale with other values',
    base: 'SELECT 1 AS id, CAST(1.50 AS DECIMAL(10, 2)) AS v',
    head: 'SELECT 1 AS id, CAST(1.500001 AS DECIMAL(20, 6)) AS v',
    key: ['id'],
    expected: [0, 0, 1],
    structural: ['v retyped'],
  },
  {
    name: 'a whole decimal that ends in zeros',
    base: 'SELECT 1 AS id, CAST(100 AS DECIMAL(10, 0)) AS v',
    head: 'SELECT 1 AS id, CAST(1 AS DECIMAL(10, 2)) AS v',
    key: ['id'],
    expected: [0, 0, 1],
    structural: ['v retyped'],
  },
  {
    name: 'one instant in two zones',
    base: "SELECT 1 AS id, TIMESTAMPTZ '2026-01-01 01:00:00+01' AS t",
    head: "SELECT 1 AS id, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS t",
    key: ['id'],
    expected: [0, 0, 0],
  },
  {
    name: 'the order of a list',
    base: 'SELECT 1 AS id, [1, 2] AS l',
    head: 'SELECT 1 AS id, [2, 1] AS l',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: '[0] against [0, 0]',
    base: 'SELECT 1 AS id, [0] AS l',
    head: 'SELECT 1 AS id, [0, 0] AS l',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: '[NULL] against the empty list',
    base: 'SELECT 1 AS id, [CAST(NULL AS INTEGER)] AS l',
    head: 'SELECT 1 AS id, CAST([] AS INTEGER[]) AS l',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: "[NULL] against ['NULL']",
    base: 'SELECT 1 AS id, [CAST(NULL AS VARCHAR)] AS l',
    head: "SELECT 1 AS id, ['NULL'] AS l",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: "['a, b'] against ['a', 'b']",
    base: "SELECT 1 AS id, ['a, b'] AS l",
    head: "SELECT 1 AS id, ['a', 'b'] AS l",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'a struct of NULL against NULL',
    base: "SELECT 1 AS id, {'a': CAST(NULL AS INTEGER)} AS s",
    head: 'SELECT 1 AS id, CAST(NULL AS STRUCT(a INTEGER)) AS s',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'a field more in a struct',
    base: "SELECT 1 AS id, {'a': 1} AS s",
    head: "SELECT 1 AS id, {'a': 1, 'b': 2} AS s",
    key: ['id'],
    expected: [0, 0, 1],
    structural: ['s retyped'],
  },
  {
    name: 'the empty map against NULL',
    base: 'SELECT 1 AS id, CAST(MAP {} AS MAP(INTEGER, INTEGER)) AS m',
    head: 'SELECT 1 AS id, CAST(NULL AS MAP(INTEGER, INTEGER)) AS m',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'JSON with other blanks',
    base: `SELECT 1 AS id, JSON '{"a":1}' AS j`,
    head: `SELECT 1 AS id, JSON '{"a": 1}' AS j`,
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'Unicode forms that look alike',
    base: "SELECT 1 AS id, 'é' AS a",
    head: "SELECT 1 AS id, 'e\u0301' AS a",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'two tags of a union',
    base: 'SELECT 1 AS id, CAST(union_value(a := 1) AS UNION(a INTEGER, b INTEGER)) AS u',
    head: 'SELECT 1 AS id, CAST(union_value(b := 1) AS UNION(a INTEGER, b INTEGER)) AS u',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'a month against thirty days',
    base: "SELECT 1 AS id, INTERVAL '1 month' AS i",
    head: "SELECT 1 AS id, INTERVAL '30 days' AS i",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'letter case in a NOCASE column',
    base: "SELECT 1 AS id, 'a' COLLATE NOCASE AS a",
    head: "SELECT 1 AS id, 'A' COLLATE NOCASE AS a",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'letter case in a NOCASE key',
    base: "SELECT 'a' COLLATE NOCASE AS id, 1 AS v",
    head: "SELECT 'A' COLLATE NOCASE AS id, 1 AS v",
    key: ['id'],
    expected: [1, 1, 0],
  },
  {
    name: 'UHUGEINT against HUGEINT',
    base: 'SELECT 1 AS id, CAST(5 AS UHUGEINT) AS v',
    head: 'SELECT 1 AS id, CAST(5 AS HUGEINT) AS v',
    key: ['id'],
    expected: [0, 0, 0],
    structural: ['v retyped'],
  },
  {
    name: 'the greatest UHUGEINT against BIGINT',
    base: "SELECT 1 AS id, CAST('340282366920938463463374607431768211455' AS UHUGEINT) AS v",
    head: 'SELECT 1 AS id, CAST(5 AS BIGINT) AS v',
    key: ['id'],
    expected: [0, 0, 1],
    structural: ['v retyped'],
  },
  {
    name: 'an over-wide decimal',
    base: 'SELECT 1 AS id, CAST(7 AS DECIMAL(38, 0)) AS v',
    head: 'SELECT 1 AS id, CAST(7 AS DECIMAL(38, 10)) AS v',
    key: ['id'],
    expected: [0, 0, 0],
    structural: ['v retyped'],
  },
  {
    name: 'a whole double against an integer',
    base: 'SELECT 1 AS id, CAST(9007199254740993 AS BIGINT) AS v',
    head: 'SELECT 1 AS id, CAST(9007199254740992 AS DOUBLE) AS v',
    key: ['id'],
    expected: [0, 0, 1],
    structural: ['v retyped'],
  },
  {
    name: 'an equal double and integer',
    base: 'SELECT 1 AS id, CAST(-12 AS BIGINT) AS v',
    head: 'SELECT 1 AS id, CAST(-12 AS DOUBLE) AS v',
    key: ['id'],
    expected: [0, 0, 0],
    structural: ['v retyped'],
  },
  {
    name: 'zero and its negative',
    base: 'SELECT 1 AS id, CAST(0 AS DOUBLE) AS v',
    head: "SELECT 1 AS id, CAST('-0' AS DOUBLE) AS v",
    key: ['id'],
    expected: [0, 0, 0],
  },
  {
    name: 'zero and its negative in a list',
    base: 'SELECT 1 AS id, [CAST(0 AS DOUBLE)] AS v',
    head: "SELECT 1 AS id, [CAST('-0' AS DOUBLE)] AS v",
    key: ['id'],
    expected: [0, 0, 0],
  },
  {
    name: 'NaN and itself',
    base: "SELECT 1 AS id, CAST('nan' AS DOUBLE) AS v",
    head: "SELECT 1 AS id, CAST('nan' AS DOUBLE) AS v",
    key: ['id'],
    expected: [0, 0, 0],
  },
  {
    name: 'NaN against one',
    base: "SELECT 1 AS id, CAST('nan' AS DOUBLE) AS v",
    head: 'SELECT 1 AS id, CAST(1 AS DOUBLE) AS v',
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'infinity and its negative',
    base: "SELECT 1 AS id, CAST('inf' AS DOUBLE) AS v",
    head: "SELECT 1 AS id, CAST('-inf' AS DOUBLE) AS v",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'a multiset that XOR calls equal',
    base: 'SELECT * FROM (VALUES (1), (1), (2)) t(v)',
    head: 'SELECT * FROM (VALUES (3), (3), (2)) t(v)',
    expected: [2, 2, 0],
  },
  {
    name: 'a date against a timestamp',
    base: "SELECT 1 AS id, DATE '2026-01-01' AS d",
    head: "SELECT 1 AS id, TIMESTAMP '2026-01-01 00:00:01' AS d",
    key: ['id'],
    expected: [0, 0, 1],
    structural: ['d retyped'],
  },
  {
    name: 'an enum against text',
    base: "SELECT 1 AS id, CAST('a' AS ENUM('a', 'b')) AS e",
    head: "SELECT 1 AS id, 'a' AS e",
    key: ['id'],
    expected: [0, 0, 0],
    structural: ['e retyped'],
  },
  {
    name: 'a blob',
    base: "SELECT 1 AS id, '\\x00a'::BLOB AS b",
    head: "SELECT 1 AS id, '\\x01a'::BLOB AS b",
    key: ['id'],
    expected: [0, 0, 1],
  },
  {
    name: 'a composite key',
    base: 'SELECT range // 10 AS a, range % 10 AS b, range AS v FROM range(100)',
    head: 'SELECT range // 10 AS a, range % 10 AS b, CASE range WHEN 42 THEN 0 ELSE range END AS v FROM range(100)',
    key: ['a', 'b'],
    expected: [0, 0, 1],
  },
  {
    name: 'columns with names of ours and worse',
    base: `SELECT 1 AS "count", 2 AS base, 3 AS "a""b", 4 AS "new\nline", 5 AS k0, 6 AS v0, 7 AS present`,
    head: `SELECT 1 AS "count", 2 AS base, 3 AS "a""b", 4 AS "new\nline", 5 AS k0, 6 AS v0, 8 AS present`,
    key: ['count'],
    expected: [0, 0, 1],
  },
  {
    name: 'a column that came',
    base: 'SELECT 1 AS id',
    head: 'SELECT 1 AS id, 2 AS v',
    key: ['id'],
    expected: [0, 0, 0],
    structural: ['v added'],
  },
  {
    name: 'a key column of another case',
    base: 'SELECT 1 AS "Id", 1 AS v',
    head: 'SELECT 1 AS id, 2 AS v',
    key: ['ID'],
    expected: [0, 0, 1],
  },
]

describe('compareRelations', () => {
  let engine: TestEngine
  beforeAll(async () => {
    engine = await openTestEngine()
  })
  afterAll(() => {
    engine.close()
  })

  it.each(pairs)('counts exactly: $name', async ({ base, head, key = [], expected, structural = [] }) => {
    const { rows, columns } = await compare(engine, base, head, key)
    expect([Number(rows.removed), Number(rows.added), Number(rows.changed)]).toEqual(expected)
    expect(rows.base - rows.removed + rows.added).toBe(rows.head)
    expect(columns.filter(({ change }) => change !== 'same').map(({ name, change }) => `${name} ${change}`)).toEqual(
      structural,
    )
  })

  it.each(pairs)('mirrors: $name', async ({ base, head, key = [], expected: [removed, added, changed] }) => {
    const { rows } = await compare(engine, head, base, key)
    expect([Number(rows.removed), Number(rows.added), Number(rows.changed)]).toEqual([added, removed, changed])
  })

  it.each(pairs)('finds a relation equal to itself: $name', async ({ base, key = [] }) => {
    const { rows } = await compare(engine, base, base, key)
    expect([rows.removed, rows.added, rows.changed]).toEqual([0n, 0n, 0n])
  })

  it('compares nothing when no row reached either side', async () => {
    await engine.run('CREATE OR REPLACE TABLE w.main.b (id INTEGER)', 'CREATE OR REPLACE TABLE w.main.h (id INTEGER)')
    expect(await outcome(engine, ['id'])).toMatchObject({
      kind: 'not-compared',
      because: 'no rows reached the changed code',
    })
  })
})

async function compare(engine: TestEngine, base: string, head: string, key: readonly string[]) {
  await engine.run(`CREATE OR REPLACE TABLE w.main.b AS ${base}`, `CREATE OR REPLACE TABLE w.main.h AS ${head}`)
  const comparison = await outcome(engine, key)
  if (comparison.kind !== 'measured') throw new Error(comparison.because)
  const rows: RowCounts = comparison.rows
  return { ...comparison, rows }
}

function outcome(engine: TestEngine, key: readonly string[]) {
  return compareRelations(engine.warehouse, {
    base: { catalog: 'w', schema: 'main', table: 'b' },
    head: { catalog: 'w', schema: 'main', table: 'h' },
    key: { columns: key, source: key.length === 0 ? 'none' : 'declared' },
    scope: 'whole',
    samples: 5,
  })
}
