import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ParsedQuery } from '../../src/core/ports/binder.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => {
  engine.close()
})

async function parse(query: string): Promise<ParsedQuery> {
  const [parsed] = await engine.binder.parse([query])
  return parsed!
}

async function parsed(query: string): Promise<ParsedQuery & { readonly kind: 'query' }> {
  const result = await parse(query)
  if (result.kind === 'invalid') throw new Error(result.message)
  return result
}

/** Each reference as its text in the query, which is what will be replaced. */
async function referencesIn(query: string): Promise<readonly string[]> {
  return (await parsed(query)).references.map(({ start, end }) => query.slice(start, end))
}

describe('parse: references', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['a bare name', 'SELECT * FROM t', ['t']],
    ['two and three parts', 'SELECT * FROM s.t JOIN c.s.u USING (id)', ['s.t', 'c.s.u']],
    ['one name twice', 'SELECT * FROM t a, t b', ['t', 't']],
    ['quotes, blanks and dots inside', 'SELECT * FROM "a.b" . "c ""d"""', ['"a.b" . "c ""d"""']],
    ['comments around the dots', 'SELECT * FROM s /* x.y */ . -- z\n t', ['s /* x.y */ . -- z\n t']],
    ['letters beyond ASCII', 'SELECT \'é😀\' AS a FROM größe JOIN "表 1" ON true', ['größe', '"表 1"']],
    ['a comment with a name before', '/* FROM other */ SELECT 1 FROM t -- FROM more', ['t']],
    ['FROM first', 'FROM t SELECT a', ['t']],
    ['FROM alone', 'FROM s.t', ['s.t']],
    ['VALUES', 'VALUES (1), (2)', []],
    ['VALUES beside a table', 'SELECT * FROM (VALUES (1)) v(a), t', ['t']],
    ['TABLE', '(TABLE t) UNION ALL (TABLE u)', ['t', 'u']],
    ['set operations', 'SELECT 1 FROM a UNION SELECT 1 FROM b EXCEPT SELECT 1 FROM c', ['a', 'b', 'c']],
    [
      'subqueries everywhere',
      'SELECT (SELECT max(x) FROM a) FROM b WHERE EXISTS (FROM c) AND y IN (SELECT y FROM d) ORDER BY (SELECT 1 FROM e)',
      ['a', 'b', 'c', 'd', 'e'],
    ],
    ['lateral', 'SELECT * FROM t, LATERAL (SELECT * FROM u WHERE u.id = t.id)', ['t', 'u']],
    ['ASOF', 'SELECT * FROM t ASOF JOIN u ON t.at >= u.at', ['t', 'u']],
    ['positional', 'SELECT * FROM t POSITIONAL JOIN u', ['t', 'u']],
    ['semi and anti', 'SELECT * FROM t SEMI JOIN u USING (id) ANTI JOIN v USING (id)', ['t', 'u', 'v']],
    ['PIVOT with its values', "PIVOT t ON y IN ('a', 'b') USING sum(x)", ['t']],
    ['PIVOT as a table', "SELECT * FROM s.t PIVOT (sum(x) FOR y IN ('a', 'b'))", ['s.t']],
    ['UNPIVOT', 'UNPIVOT s.t ON a, b INTO NAME n VALUE v', ['s.t']],
    ['a file', "SELECT * FROM 'data/people.csv'", ["'data/people.csv'"]],
    ['a lambda that looks like one', 'SELECT list_transform(xs, t -> t + 1) FROM u', ['u']],
    ['a table function beside', 'SELECT * FROM range(3) r(i), unnest([1]) x, t', ['t']],
  ])('finds them at their places: %s', async (_, query, expected) => {
    expect(await referencesIn(query)).toEqual(expected)
  })

  it.each<readonly [string, string, readonly string[]]>([
    ['its name is no reference', 'WITH c AS (SELECT * FROM t) SELECT * FROM c', ['t']],
    ['case does not matter', 'WITH "C" AS (SELECT * FROM t) SELECT * FROM c', ['t']],
    ['it sees those before it', 'WITH a AS (FROM t), b AS (FROM a) FROM b', ['t']],
    ['it does not see those after it', 'WITH a AS (FROM b), b AS (FROM t) FROM a', ['b', 't']],
    ['it does not see itself', 'WITH t AS (SELECT * FROM t) SELECT * FROM t', ['t']],
    [
      'a recursive one sees itself',
      'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r, t WHERE i < 3) FROM r',
      ['t'],
    ],
    ['a qualified name is never one', 'WITH c AS (FROM t) SELECT * FROM s.c', ['t', 's.c']],
    ['it ends with its query', 'SELECT * FROM (WITH c AS (FROM t) FROM c) x, c', ['t', 'c']],
    ['an inner one hides an outer', 'WITH c AS (FROM t) SELECT * FROM (WITH c AS (FROM u) FROM c), c', ['t', 'u']],
    ['it is seen in subqueries', 'WITH c AS (FROM t) SELECT (SELECT count(*) FROM c) FROM u', ['t', 'u']],
    ['materialised', 'WITH c AS MATERIALIZED (FROM t), d AS NOT MATERIALIZED (FROM c) FROM d', ['t']],
    ['nested in another', 'WITH a AS (WITH b AS (FROM t) FROM b) SELECT * FROM a, b', ['t', 'b']],
  ])('knows the scope of a CTE: %s', async (_, query, expected) => {
    expect(await referencesIn(query)).toEqual(expected)
  })

  it('gives names unquoted, with the alias that the author wrote', async () => {
    const { references } = await parsed('SELECT * FROM "My Schema".orders AS o, plain')
    expect(references).toMatchObject([{ schema: 'My Schema', table: 'orders', alias: 'o' }, { table: 'plain' }])
    expect(references[1]).not.toHaveProperty('alias')
  })
})

describe('parse: columns and what the rows depend on', () => {
  it.each<readonly [string, string, readonly (readonly string[])[]]>([
    ['schema and table', 'SELECT main.t.col FROM main.t', [['main', 't', 'col']]],
    ['catalog too', 'SELECT cat.main.t."a b" FROM cat.main.t', [['cat', 'main', 't', 'a b']]],
    ['with blanks and comments', 'SELECT main . /* c */ t.col FROM main.t', [['main', 't', 'col']]],
    [
      'in a filter',
      'SELECT 1 FROM main.t WHERE main.t.a > main.t.b',
      [
        ['main', 't', 'a'],
        ['main', 't', 'b'],
      ],
    ],
    ['plain ones are left alone', 'SELECT t.col, col FROM main.t', []],
  ])('finds columns that name their schema: %s', async (_, query, expected) => {
    const { qualifiedColumns } = await parsed(query)
    expect(qualifiedColumns.map(({ parts }) => parts)).toEqual(expected)
    for (const { parts, starts } of qualifiedColumns) {
      parts.forEach((part, index) => {
        expect(query.slice(starts[index]).replace(/^"/, '').toLowerCase()).toMatch(new RegExp(`^${part}`))
      })
    }
  })

  it('lists functions once, sorted, without their schemas', async () => {
    const { functions } = await parsed(
      'SELECT main.Upper(a), sum(b) FILTER (c > 0), sum(d) OVER (), list_transform(e, x -> lower(x)) FROM range(3)',
    )
    expect(functions).toEqual(expect.arrayContaining(['list_transform', 'lower', 'range', 'sum', 'upper']))
    expect(functions).toEqual([...new Set(functions)].sort())
  })

  it.each<readonly [string, boolean]>([
    ['SELECT * FROM t USING SAMPLE 10%', true],
    ['SELECT * FROM t TABLESAMPLE 5 ROWS', true],
    ['SELECT * FROM t TABLESAMPLE reservoir(5 ROWS) REPEATABLE (7)', false],
    ['SELECT * FROM t', false],
  ])('knows a sample without a seed: %s', async (query, sampled) => {
    expect((await parsed(query)).sampled).toBe(sampled)
  })
})
