import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { BoundQuery } from '../../src/core/ports/binder.ts'
import { engineText } from '../../src/core/sql/sql.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
  await engine.run(
    'CREATE TABLE w.main.t (id BIGINT, name VARCHAR)',
    'CREATE SCHEMA w.s',
    'CREATE TABLE w.s.u (id BIGINT, day DATE)',
    'CREATE VIEW w.main.v AS SELECT t.id, day FROM w.main.t JOIN w.s.u USING (id)',
    'CREATE VIEW w.main.vv AS SELECT * FROM w.main.v',
    'CREATE MACRO w.main.twice(n) AS n * 2',
    'CREATE MACRO w.main.newest() AS (SELECT max(day) FROM w.s.u)',
    'CREATE MACRO w.main.some_of(n) AS TABLE SELECT * FROM w.main.t WHERE id = n',
  )
})
afterAll(() => {
  engine.close()
})

const bind = (query: string): Promise<BoundQuery> =>
  engine.binder.bind(engineText(query), { mode: 'build', searchPath: [{ catalog: 'w', schema: 'main' }] })

const names = (bound: BoundQuery) =>
  bound.kind === 'bound' ? bound.scans.map(({ catalog, schema, table }) => `${catalog}.${schema}.${table}`) : bound

describe('bind', () => {
  it.each<readonly [string, readonly string[]]>([
    ['SELECT id, name FROM t', ['w.main.t']],
    ['SELECT 1', []],
    ['SELECT * FROM v', ['w.main.t', 'w.s.u']],
    ['SELECT * FROM vv', ['w.main.t', 'w.s.u']],
    ['SELECT newest() AS n', ['w.s.u']],
    ['SELECT * FROM some_of(3)', ['w.main.t']],
    ['WITH c AS (FROM t) SELECT * FROM c, c AS d', ['w.main.t']],
    ['SELECT (SELECT count(*) FROM s.u) AS n FROM t', ['w.main.t', 'w.s.u']],
    ['SELECT * FROM t WHERE id IN (SELECT id FROM s.u)', ['w.main.t', 'w.s.u']],
    ['SELECT * FROM range(3)', []],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < (SELECT count(*) FROM t)) FROM r',
      ['w.main.t'],
    ],
  ])('lists every stored table below, through views and macros: %s', async (query, scans) => {
    expect(names(await bind(query))).toEqual(scans)
  })

  it.each<readonly [string, readonly (readonly [string, string])[]]>([
    [
      'SELECT id, upper(name) AS n FROM t',
      [
        ['id', 'BIGINT'],
        ['n', 'VARCHAR'],
      ],
    ],
    [
      "VALUES (1, 'a')",
      [
        ['col0', 'INTEGER'],
        ['col1', 'VARCHAR'],
      ],
    ],
    [
      'FROM t',
      [
        ['id', 'BIGINT'],
        ['name', 'VARCHAR'],
      ],
    ],
    ['FROM t SELECT id', [['id', 'BIGINT']]],
    ['WITH c AS (SELECT 1 AS a) SELECT * FROM c', [['a', 'INTEGER']]],
    ['SELECT id FROM t -- the end', [['id', 'BIGINT']]],
    [
      'TABLE t',
      [
        ['id', 'BIGINT'],
        ['name', 'VARCHAR'],
      ],
    ],
    ['(SELECT id FROM t)', [['id', 'BIGINT']]],
    ['SELECT id FROM t UNION ALL SELECT 1.5', [['id', 'DECIMAL(20,1)']]],
    ['SELECT id FROM t ORDER BY id LIMIT 3', [['id', 'BIGINT']]],
    [
      "PIVOT t ON name IN ('a') USING count(*)",
      [
        ['id', 'BIGINT'],
        ['a', 'BIGINT'],
      ],
    ],
    [
      "SELECT {'a': 1} AS s, [1.5] AS l",
      [
        ['s', 'STRUCT(a INTEGER)'],
        ['l', 'DECIMAL(2,1)[]'],
      ],
    ],
  ])('gives the columns of every form of a query: %s', async (query, columns) => {
    const bound = await bind(query)
    if (bound.kind !== 'bound') throw new Error(bound.message)
    expect(bound.columns.map(({ name, type }) => [name, type])).toEqual(columns)
  })

  it.each<readonly [string, RegExp, string]>([
    ['SELECT nmae FROM t', /"nmae" not found/, 'nmae'],
    ["SELECT 'é😀' AS a, nmae FROM t", /"nmae" not found/, 'nmae'],
    ['SELECT * FROM nowhere', /nowhere does not exist/, 'nowhere'],
    ['SELECT nosuch(id) FROM t', /nosuch/, 'nosuch'],
  ])('says why and where a query does not bind: %s', async (query, message, at) => {
    const bound = await bind(query)
    expect(bound).toMatchObject({ kind: 'unbound', message: expect.stringMatching(message) })
    expect(bound).toHaveProperty('position', query.indexOf(at))
  })

  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['SELECT * FROM range(3) WITH ORDINALITY AS r(i, n)', ['i', 'n'], []],
    ['SELECT id FROM t WHERE id IN (SELECT n FROM range(3) WITH ORDINALITY AS r(i, n))', ['id'], ['w.main.t']],
    ['FROM unnest((SELECT list(id) FROM vv)) WITH ORDINALITY AS u(e, n)', ['e', 'n'], ['w.main.t', 'w.s.u']],
  ])('binds what DuckDB gives no whole plan of, and says nothing of its shape: %s', async (query, columns, scans) => {
    const session = { mode: 'build', searchPath: [{ catalog: 'w', schema: 'main' }] } as const
    const bound = await engine.binder.bind(engineText(query), session, [])
    expect(names(bound)).toEqual(scans)
    expect(bound.kind === 'bound' && bound.columns.map(({ name }) => name)).toEqual(columns)
    expect(bound).not.toHaveProperty('shape')
  })

  it('does not bind such a query with a macro, which may read what does not show', async () => {
    const query = 'SELECT i, n, twice(i) AS t FROM range(3) WITH ORDINALITY AS r(i, n)'
    expect(await bind(query)).toMatchObject({ kind: 'unbound', message: expect.stringMatching(/twice\(\)/) })
  })

  it.each<readonly [string]>([
    ['SELECT * FROM generate_series(1, (SELECT max(id) FROM t))'],
    ['SELECT i FROM t, range((SELECT max(id) FROM t)) AS r(i)'],
  ])('understands of a series over a subquery that it may read all of it: %s', async (query) => {
    const session = { mode: 'build', searchPath: [{ catalog: 'w', schema: 'main' }] } as const
    const bound = await engine.binder.bind(engineText(query), session, [])
    expect(bound).toMatchObject({ shape: { unknown: ['a column reference'], rows: { relations: ['main.t'] } } })
  })

  it('gives a shape when it is told what relations are called', async () => {
    const relation = { catalog: 'w', schema: 'main', table: 'T' }
    const session = { mode: 'build', searchPath: [{ catalog: 'w', schema: 'main' }] } as const
    const query = engineText('SELECT t.id, day FROM t JOIN s.u USING (id)')
    const bound = await engine.binder.bind(query, session, [{ relation, identity: 'the model' }])
    expect(bound).toMatchObject({
      shape: {
        outputs: [
          { name: 'id', type: 'BIGINT', reads: [{ relation: 'the model', column: 'id' }] },
          { name: 'day', type: 'DATE', reads: [{ relation: 's.u', column: 'day' }] },
        ],
        rows: { relations: ['s.u', 'the model'] },
        unknown: [],
      },
    })
    expect(await engine.binder.bind(query, session)).not.toHaveProperty('shape')
  })

  it.each([
    'SELECT NULL AS x, [] AS l, id, id FROM t',
    "SELECT t.*, u.*, {'a': [NULL]} AS s FROM t JOIN s.u USING (id)",
    'SELECT * FROM t AS a CROSS JOIN t AS b',
  ])('makes an empty table of the columns that it tells: %s', async (query) => {
    const session = { mode: 'build', searchPath: [{ catalog: 'w', schema: 'main' }] } as const
    const target = { catalog: 'w', schema: 'main', table: 'empty' }
    const defined = await engine.binder.define(target, engineText(query), session, [])
    expect(defined).toMatchObject({ kind: 'bound', columns: await engine.warehouse.describe(target) })
    expect(await engine.binder.bind(engineText(query), session, [])).toEqual(defined)
  })

  it('binds numbers that JSON does not have', async () => {
    expect(await bind('SELECT 1e400 AS much')).toMatchObject({ kind: 'bound' })
  })
})
