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
  return (await engine.binder.parse([query]))[0]!
}

describe('a call that reads files', () => {
  it.each([
    ["SELECT * FROM read_csv('a.csv')", "read_csv('a.csv')", "'a.csv'", ['a.csv'], undefined],
    [
      "FROM read_csv ( 'a.csv' , header = true ) AS t",
      "read_csv ( 'a.csv' , header = true )",
      "'a.csv'",
      ['a.csv'],
      't',
    ],
    [
      "FROM main.read_json(['a', 'b'], columns := {'x': 'INT'})",
      "main.read_json(['a', 'b'], columns := {'x': 'INT'})",
      "['a', 'b']",
      ['a', 'b'],
      undefined,
    ],
    [
      "SELECT 'ü', t.* FROM read_csv(/* ) */ 'a)''.csv' -- )\n) t",
      "read_csv(/* ) */ 'a)''.csv' -- )\n)",
      "'a)''.csv'",
      ["a)'.csv"],
      't',
    ],
    [
      "FROM read_csv($x$a).csv$x$, delim => ')')",
      "read_csv($x$a).csv$x$, delim => ')')",
      '$x$a).csv$x$',
      ['a).csv'],
      undefined,
    ],
    ["FROM read_csv(E'a\\').csv')", "read_csv(E'a\\').csv')", "E'a\\').csv'", ["a').csv"], undefined],
  ])('is found with its files: %s', async (query, call, argument, paths, alias) => {
    const parsed = await parse(query)
    const [file] = parsed.kind === 'query' ? (parsed.files ?? []) : []
    expect(file).toMatchObject({ paths, ...(alias !== undefined && { alias }) })
    expect(query.slice(file?.start, file?.end)).toBe(call)
    expect(
      query
        .slice(file?.argument.start, file?.argument.end)
        .replace(/\/\*.*?\*\/|--.*/g, '')
        .trim(),
    ).toBe(argument)
  })

  it.each([
    "FROM read_csv('a' || '.csv')",
    'FROM read_csv((SELECT name FROM t))',
    'FROM read_csv(1)',
    'FROM read_csv()',
    'FROM t, read_csv(t.name)',
    "FROM read_csv('a.csv', filename = true)",
    "FROM read_csv('a.csv', store_rejects = true)",
    "FROM read_csv('a.csv', rejects_table = 'x')",
    "FROM read_csv('a.csv', header = (SELECT true))",
    "FROM read_csv('a.csv', 'b.csv')",
    "FROM read_csv('a.csv') WITH ORDINALITY",
    "FROM read_json('a.json', made_up = 1)",
  ])('is refused where what it reads is not plain to see: %s', async (query) => {
    expect(await parse(query)).toMatchObject({ kind: 'invalid', hint: expect.stringContaining('quotes') })
  })

  it.each(["FROM read_parquet('a.parquet')", "FROM read_text('a.csv')", "FROM read_blob('a.csv')", "FROM glob('*')"])(
    'of another format is refused, unless the workflow allows the function: %s',
    async (query) => {
      expect(await parse(query)).toMatchObject({ kind: 'invalid', message: expect.stringContaining('reads files') })
    },
  )
})
