import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { PreviewError } from '../../../src/core/base/errors.ts'
import { linkModel } from '../../../src/core/lineage/link.ts'
import { Names } from '../../../src/core/lineage/names.ts'
import { spliceReferences, type SplicedQuery } from '../../../src/core/lineage/splice.ts'
import { duckdbDialect } from '../../../src/warehouse/duckdb/dialect.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { aModel } from '../../support/model.ts'

const definitions = {
  catalog: 'shop',
  schemas: ['main', 'ingest'],
  relations: [
    { schema: 'ingest', table: 'Orders' },
    { schema: 'main', table: 'events' },
    { schema: 'main', table: 'me' },
  ],
  macros: [],
}

/** `m` is a model whose relation has another name; `me` is the model under test. */
const m = aModel({ name: 'm', target: { catalog: 'shop', schema: 'marts', table: 'm_table' } })

describe('spliceReferences', () => {
  let engine: TestEngine
  beforeAll(async () => {
    engine = await openTestEngine()
  })
  afterAll(() => {
    engine.close()
  })

  it.each([
    [
      'a bare model name, with an alias for its columns',
      'SELECT m.id FROM m',
      'SELECT m.id FROM "E"."marts"."m_table" AS "m"',
    ],
    ['no second alias', 'SELECT x.id FROM m AS x', 'SELECT x.id FROM "E"."marts"."m_table" AS x'],
    [
      'a two-part name, whose alias is its table',
      'SELECT m_table.id FROM marts.m_table',
      'SELECT m_table.id FROM "E"."marts"."m_table"',
    ],
    ['a three-part name', 'FROM shop.marts.m_table', 'FROM "E"."marts"."m_table"'],
    ['a catalog of another name', 'FROM prod.marts.m_table', 'FROM "E"."marts"."m_table"'],
    ['another letter case', 'FROM M', 'FROM "E"."marts"."m_table" AS "M"'],
    [
      'quotes, comments and blanks inside the name',
      'FROM "marts" /* x */ . -- y\n "m_table" t',
      'FROM "E"."marts"."m_table" t',
    ],
    ['a source, as its catalog spells it', 'FROM ingest.orders', 'FROM "shop"."ingest"."Orders"'],
    [
      'itself',
      'SELECT * FROM events WHERE id > (SELECT max(id) FROM me)',
      'SELECT * FROM "shop"."main"."events" WHERE id > (SELECT max(id) FROM "shop"."main"."me")',
    ],
    [
      'no CTE of the same name',
      'WITH m AS (SELECT 1 AS id) SELECT * FROM m',
      'WITH m AS (SELECT 1 AS id) SELECT * FROM m',
    ],
    [
      'the table inside a CTE of the same name',
      'WITH m AS (SELECT * FROM m) SELECT * FROM m',
      'WITH m AS (SELECT * FROM "E"."marts"."m_table" AS "m") SELECT * FROM m',
    ],
    [
      'a column with its schema',
      'SELECT marts.m_table.id FROM marts.m_table',
      'SELECT m_table.id FROM "E"."marts"."m_table"',
    ],
    [
      'text that is not ASCII',
      "SELECT 'é…🦆' AS a, m.id FROM m",
      'SELECT \'é…🦆\' AS a, m.id FROM "E"."marts"."m_table" AS "m"',
    ],
    [
      'nothing inside text or comments',
      "SELECT 'FROM m' AS a -- FROM m\nFROM m",
      'SELECT \'FROM m\' AS a -- FROM m\nFROM "E"."marts"."m_table" AS "m"',
    ],
  ])('re-points %s', async (_, text, expected) => {
    expect((await splice(engine, text)).text).toBe(expected)
  })

  it('leads every offset of the new text back to the author’s', async () => {
    const text = 'SELECT m.id, oops FROM m WHERE m.x = 1'
    const spliced = await splice(engine, text)
    for (const word of ['oops', 'WHERE', '= 1']) {
      expect(spliced.originalOffset(spliced.text.indexOf(word))).toBe(text.indexOf(word))
    }
    expect(spliced.originalOffset(spliced.text.indexOf('marts'))).toBe(text.indexOf('m WHERE'))
  })
})

describe('linkModel', () => {
  let engine: TestEngine
  beforeAll(async () => {
    engine = await openTestEngine()
  })
  afterAll(() => {
    engine.close()
  })

  it.each([
    [
      'a name that is nothing',
      'SELECT *\nFROM event',
      '"event" is neither a model nor a table of the warehouse.',
      'Did you mean "events"?',
      2,
    ],
    [
      'a file that the commit does not have',
      "FROM 'data/x.csv'",
      'The commit has no file "data/x.csv".',
      'A preview reads files as git has them, from the root of the repository: commit the file, or load it into the warehouse as a table.',
      1,
    ],
    [
      'what only the other side fills',
      'FROM main.other',
      '"main.other" is filled by the model "other", which this side does not have: it would read a table that nobody builds any more.',
      'Read another model, or keep the one that fills it.',
      1,
    ],
    [
      'two statements',
      'SELECT 1; SELECT 2',
      'The file holds more than one statement.',
      'Keep one SELECT in the file.',
      undefined,
    ],
    [
      'another statement',
      'CREATE TABLE x AS SELECT 1',
      'A model is one SELECT; this is another kind of statement.',
      'Keep one SELECT in the file.',
      undefined,
    ],
    ['what does not parse', 'SELECT 1\nFORM m', 'syntax error at or near "m"', 'Keep one SELECT in the file.', 2],
  ])('refuses %s', async (_, text, message, hint, line) => {
    const linked = await link(engine, text)
    if (!(linked instanceof PreviewError)) throw new Error('it was linked')
    expect([linked.message, linked.hint, linked.location?.line]).toEqual([message, hint, line])
  })

  it('tells a line of the file and not of the query', async () => {
    const linked = await link(engine, 'FROM nowhere', 4)
    expect(linked).toMatchObject({ location: { path: 'models/me.sql', line: 5, column: 6 } })
  })
})

async function splice(engine: TestEngine, text: string): Promise<SplicedQuery> {
  const linked = await link(engine, text)
  if (linked instanceof PreviewError) throw linked
  return spliceReferences(
    linked,
    (target) => {
      if (target.kind === 'model') return { catalog: 'E', schema: 'marts', table: 'm_table' }
      if (target.kind === 'self') return { catalog: 'shop', schema: 'main', table: 'me' }
      if (target.kind === 'file') return target.table.relation
      return { catalog: 'shop', ...target.relation }
    },
    duckdbDialect,
  )
}

async function link(engine: TestEngine, text: string, sqlLineOffset = 0) {
  const me = aModel({ name: 'me', sql: text, sqlLineOffset })
  const [parsed] = await engine.binder.parse([text])
  if (parsed === undefined) throw new Error('not parsed')
  return linkModel(me, parsed, new Names([m, me], [aModel({ name: 'other' })], definitions), new Map())
}
