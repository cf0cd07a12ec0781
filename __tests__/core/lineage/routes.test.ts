import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { keyOf } from '../../../src/core/lineage/names.ts'
import { mayReadThrough, readRoutes, routeTo, type Route } from '../../../src/core/lineage/routes.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { aModel } from '../../support/model.ts'
import { aLinkedModel } from '../../support/side.ts'

let engine: TestEngine
/** As in a run: one instance parses, and has no warehouse. */
let parser: TestEngine

beforeAll(async () => {
  engine = await openTestEngine()
  parser = await openTestEngine()
  await engine.run(
    'CREATE TABLE w.main.events AS SELECT 1 AS id',
    'CREATE TABLE w.main.users AS SELECT 1 AS id',
    'CREATE SCHEMA w.other',
    'CREATE TABLE w.other.events AS SELECT 1 AS id',
    'CREATE VIEW w.main.recent AS SELECT * FROM w.main.events WHERE id > 0',
    'CREATE VIEW w.main.elsewhere AS SELECT * FROM w.other.events',
    'CREATE VIEW w.main.latest AS SELECT * FROM w.main.recent',
    'CREATE MACRO w.main.of_day(d) AS TABLE SELECT * FROM w.main.recent WHERE id = d',
    'CREATE MACRO w.main.most() AS (SELECT max(id) FROM w.main.events)',
    'CREATE MACRO w.main.plus(a) AS a + 1',
  )
})
afterAll(() => {
  engine.close()
  parser.close()
})

async function routeFrom(sql: string, table = 'main.events'): Promise<(Route & { readonly at: string }) | undefined> {
  const [query] = await parser.binder.parse([sql])
  if (query?.kind !== 'query') throw new Error(query?.message ?? 'no query')
  const links = query.references.map((reference) => ({
    reference,
    target: { kind: 'source', relation: { schema: reference.schema ?? 'main', table: reference.table } } as const,
  }))
  const linked = aLinkedModel(aModel({ name: 'm', sql }), [], { query, links })
  const definitions = await engine.warehouse.definitions()
  if (!mayReadThrough(linked, definitions)) return undefined
  const [schema = '', name = ''] = table.split('.')
  const readAs = links.map(({ target }) => target.relation)
  const route = routeTo(keyOf(schema, name), linked, readAs, await readRoutes(parser.binder, definitions))
  return route && { ...route, at: route.start === undefined ? '' : sql.slice(route.start) }
}

describe('routeTo', () => {
  it.each([
    ['a view', 'SELECT * FROM users, recent', { kind: 'view', name: 'recent', at: 'recent' }],
    ['a view of a view', 'SELECT * FROM latest', { kind: 'view', name: 'latest', at: 'latest' }],
    [
      'a table macro over a view',
      'SELECT * FROM of_day(3) AS d',
      { kind: 'macro', name: 'of_day', at: 'of_day(3) AS d' },
    ],
    [
      'a scalar macro',
      'SELECT id, most () AS m FROM users',
      { kind: 'macro', name: 'most', at: 'most () AS m FROM users' },
    ],
    ['a macro that is called twice', 'SELECT most() AS a, most() AS b', { kind: 'macro', name: 'most', at: '' }],
    [
      'a macro that a comment names too',
      'SELECT most() AS a -- not foremost(1), and most(1)',
      { kind: 'macro', name: 'most', at: '' },
    ],
    [
      'a macro beside another name',
      'SELECT most() AS a -- foremost(1)',
      { kind: 'macro', name: 'most', at: 'most() AS a -- foremost(1)' },
    ],
  ])('goes through %s', async (_, sql, route) => {
    expect(await routeFrom(sql)).toMatchObject(route)
  })

  it.each([
    ['a table that it names itself', 'SELECT * FROM users', 'main.events'],
    ['a view that reads another table', 'SELECT * FROM recent', 'main.users'],
    ['a table of that name in another schema', 'SELECT * FROM recent', 'other.events'],
    ['a view over such a one', 'SELECT * FROM elsewhere', 'main.events'],
    ['a macro that reads nothing', 'SELECT plus(id) AS n FROM users', 'main.events'],
  ])('has no route through %s', async (_, sql, table) => {
    expect(await routeFrom(sql, table)).toBeUndefined()
  })
})
