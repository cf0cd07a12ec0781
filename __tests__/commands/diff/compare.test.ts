import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareFiles } from '../../../src/commands/diff/compare.ts'
import { parseComparand, type Comparand } from '../../../src/commands/diff/comparand.ts'
import { PreviewError } from '../../../src/core/base/errors.ts'
import { compareSchema, toCompareOutput } from '../../../src/core/contract/compare.ts'
import { renderCompareMarkdown, renderCompareText } from '../../../src/core/report/compare.ts'
import { DuckDBInstance } from '@duckdb/node-api'
import { testKernel } from '../../support/kernel.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rocky-preview-compare-'))
  const orders = 'SELECT range AS id, range % 7 AS a, range * 1.5 AS b FROM range(1000)'
  const changed = `SELECT id, CASE id WHEN 7 THEN 99 ELSE a END AS a, b FROM (${orders}) WHERE id <> 5`
  await make('prod.duckdb', [
    'CREATE SCHEMA marts',
    `CREATE TABLE marts.orders AS ${orders}`,
    'CREATE VIEW marts.same AS SELECT * FROM prod.marts.orders',
    'CREATE TABLE main."a.b ""c" AS SELECT 1 AS id',
    `COPY marts.orders TO '${join(folder, 'orders.parquet')}'`,
    `COPY (${changed}) TO '${join(folder, 'changed.csv')}'`,
    `COPY (${changed}) TO '${join(folder, "it's.json")}'`,
  ])
  await make('branch.duckdb', [`CREATE TABLE orders AS ${changed}`])
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('compare', () => {
  it.each<[string, string, readonly [number, number, number]]>([
    ['prod.duckdb:marts.orders', 'branch.duckdb:orders', [1, 0, 1]],
    ['prod.duckdb:orders', 'branch.duckdb', [1, 0, 1]],
    ['prod.duckdb:marts.orders', 'prod.duckdb:marts.same', [0, 0, 0]],
    ['orders.parquet', 'changed.csv', [1, 0, 1]],
    ['orders.parquet', "it's.json", [1, 0, 1]],
    ['prod.duckdb:"marts"."orders"', 'orders.parquet', [0, 0, 0]],
    ['prod.duckdb:"a.b ""c"', 'prod.duckdb:select 2 as id', [1, 1, 0]],
    ['prod.duckdb:from marts.orders where id < 10', 'prod.duckdb:select * from marts.orders where id < 9', [1, 0, 0]],
  ])('tells %s from %s', async (base, head, [removed, added, changed]) => {
    const output = await compared(base, head)
    expect(output.rows).toMatchObject({ removed, added, changed })
    // Equal rows need no key, so none is looked for.
    expect(output.key).toMatchObject({ columns: output.verdict === 'identical' ? [] : ['id'] })
    expect(() => compareSchema.parse(output)).not.toThrow()
    expect(renderCompareText(output)).toContain(removed + added + changed === 0 ? 'identical' : 'differs')
    expect(renderCompareMarkdown(output)).toContain('##')
  })

  it('looks only at the rows that meet a condition', async () => {
    expect((await compared('prod.duckdb:orders', 'branch.duckdb:orders', 'id > 6 -- the rest')).rows).toMatchObject({
      base: 993,
      head: 993,
      removed: 0,
      changed: 1,
    })
  })

  it.each<[string, string, string | undefined, RegExp]>([
    ['prod.duckdb:nowhere', 'branch.duckdb', undefined, /no relation called nowhere/],
    ['prod.duckdb', 'branch.duckdb', undefined, /holds 3 relations; which one/],
    ['prod.duckdb:select 1; select 2', 'branch.duckdb', undefined, /one/i],
    ["prod.duckdb:select * from read_csv('/etc/passwd')", 'branch.duckdb', undefined, /reads files/],
    ['prod.duckdb:orders', 'branch.duckdb', 'id = 1; drop table orders', /./],
    ['prod.duckdb:orders', 'branch.duckdb', "getenv('HOME') <> ''", /getenv/],
    ['nowhere.parquet', 'branch.duckdb', undefined, /cannot be read as parquet/],
  ])('refuses %s against %s where %s', async (base, head, where, message) => {
    const refused = await compared(base, head, where).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(PreviewError)
    expect((refused as PreviewError).blame).toBe('user')
    expect((refused as PreviewError).message).toMatch(message)
  })
})

describe('parseComparand', () => {
  it.each<[string, Comparand]>([
    ['a.duckdb:s.t', { kind: 'relation', path: 'a.duckdb', name: ['s', 't'] }],
    ['a.db', { kind: 'relation', path: 'a.db', name: [] }],
    ['C:\\x\\a.duckdb:t', { kind: 'relation', path: 'C:\\x\\a.duckdb', name: ['t'] }],
    ['a.duckdb:"x.y"."z""w"', { kind: 'relation', path: 'a.duckdb', name: ['x.y', 'z"w'] }],
    ['a.duckdb:select 1', { kind: 'query', path: 'a.duckdb', query: 'select 1' }],
    ['a.csv.gz', { kind: 'data', path: 'a.csv.gz', format: 'csv' }],
    ['a.ndjson', { kind: 'data', path: 'a.ndjson', format: 'json' }],
  ])('reads %s', (text, expected) => {
    expect(parseComparand(text)).toEqual(expected)
  })

  it.each(['', ':t', 'a.duckdb:a.b.c', 'a.duckdb:"x', 'a.duckdb:a.', 'a.duckdb:.a'])('refuses "%s"', (text) => {
    expect(() => parseComparand(text)).toThrow(PreviewError)
  })
})

async function compared(base: string, head: string, where?: string) {
  const own = mkdtempSync(join(folder, 'run-'))
  const { kernel, close } = testKernel(own)
  const located = (text: string): Comparand => {
    const comparand = parseComparand(text)
    return { ...comparand, path: join(folder, comparand.path) }
  }
  try {
    const comparison = await compareFiles({ kernel } as Parameters<typeof compareFiles>[0], {
      base: located(base),
      head: located(head),
      where,
      folder: own,
      key: { columns: [], source: 'none' },
      samples: 3,
    })
    return toCompareOutput({ version: '0', base, head, comparison, durationMs: 1 })
  } finally {
    close()
  }
}

async function make(name: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, name))
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement.replaceAll(`${folder}/it's`, `${folder}/it''s`))
  connection.closeSync()
  instance.closeSync()
}
