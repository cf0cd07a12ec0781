import { describe, expect, it } from '@jest/globals'
import { PreviewError } from '../../../src/core/base/errors.ts'
import type { BlobId, TreeEntry } from '../../../src/core/ports/git.ts'
import { readSeparated } from '../../../src/core/project/csv.ts'
import { seedFiles } from '../../../src/core/project/layout.ts'
import { seedTable } from '../../../src/core/project/seed-files.ts'
import { parseToml, tomlFile } from '../../../src/core/project/toml.ts'
import { render } from '../../../src/core/sql/render.ts'
import { duckdbDialect } from '../../../src/warehouse/duckdb/dialect.ts'

describe('readSeparated', () => {
  it.each([
    ['a,b\n1,2\n', [['1', '2']]],
    [
      'a,b\r\n1,2\r\n\r\n3,4',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['a,b\n "x" ,""\n', [['"x"', '']]],
    ['a,b\n"1,5","say ""so"""\n', [['1,5', 'say "so"']]],
    ['a,b\n"two\nlines",2\n', [['two\nlines', '2']]],
    ['a,b\n,\n', [['', '']]],
    ['a,b\n', []],
  ])('reads %j', (text, rows) => {
    const read = readSeparated(text, 'seeds/x.csv')
    expect(read.header).toEqual(['a', 'b'])
    expect(read.rows.map(({ fields }) => fields)).toEqual(rows)
  })

  it.each([
    ['', 1, 'The file has no header.'],
    ['a,b\n1,2\n\n"x\ny",2,3\n', 4, 'The row has 3 fields, and the header has 2.'],
    ['a,b\n1,2\n"x,2\n', 3, 'A quote is opened here and never closed.'],
    ['a,b\n"1"2,3\n', 2, 'Text stands behind a closed quote.'],
  ])('refuses %j', (text, line, message) => {
    expect(faultOf(() => readSeparated(text, 'seeds/x.csv'))).toEqual([message, line])
  })
})

describe('seedTable', () => {
  const statements = (csv: string, toml?: string): readonly string[] =>
    seedTable(
      { entry: file('seeds/day_rates.csv'), sidecar: undefined },
      csv,
      toml === undefined ? undefined : tomlFile(parseToml(toml, {}), 'seeds/day_rates.toml'),
    ).map((statement) => render(statement, duckdbDialect))

  it('makes a table of the file’s name in the schema `seeds`, with Rocky’s types', () => {
    const row = `1,2.5,true,2026-01-31,it's;,,99999999999999999999,1`
    expect(statements(`i,f,b,t,s,none,big,mixed\n${row}\n-2,7,FALSE,2026-02-01 10:00:00,7,,1,x\n`)).toEqual([
      'CREATE SCHEMA IF NOT EXISTS "seeds"',
      'CREATE TABLE "seeds"."day_rates" ("i" BIGINT, "f" DOUBLE, "b" BOOLEAN, "t" TIMESTAMP, "s" VARCHAR, "none" VARCHAR, "big" DOUBLE, "mixed" VARCHAR)',
      `INSERT INTO "seeds"."day_rates" VALUES ('1', '2.5', 'true', '2026-01-31', 'it''s;', NULL, '99999999999999999999', '1'), ('-2', '7', 'FALSE', '2026-02-01 10:00:00', '7', NULL, '1', 'x')`,
    ])
  })

  it('follows the sidecar', () => {
    const toml = 'name = "rates"\n[target]\nschema = "ref"\n[column_types]\nday = "DATE"\n'
    expect(statements('day\n2026-01-31\n', toml)[1]).toBe('CREATE TABLE "ref"."rates" ("day" DATE)')
  })

  it('inserts many rows in batches', () => {
    expect(statements(`n\n${Array.from({ length: 1_001 }, (_, n) => `${String(n)}\n`).join('')}`)).toHaveLength(5)
  })
})

describe('seedFiles', () => {
  const names = ['seeds/b.csv', 'seeds/a.TSV', 'seeds/a.toml', 'seeds/more/c.csv', 'seeds/notes.md', 'other/d.csv']
  const paths = { project: '', config: 'rocky.toml' }
  const found = (entries: readonly string[], more = {}): readonly (readonly (string | undefined)[])[] =>
    seedFiles(entries.map(file), { ...paths, ...more }).map(({ entry, sidecar }) => [entry.path, sidecar?.path])

  it('finds the files right in the folder, with their sidecars', () => {
    expect(found(names)).toEqual([
      ['seeds/a.TSV', 'seeds/a.toml'],
      ['seeds/b.csv', undefined],
    ])
  })

  it('leaves them to a script where there is one', () => {
    expect(found([...names, 'data/seed.sql'])).toEqual([])
    expect(found(names, { seed: 'fill.sql' })).toEqual([])
  })
})

function file(path: string): TreeEntry {
  return { path, id: path as BlobId, kind: 'file' }
}

function faultOf(work: () => unknown): readonly unknown[] {
  try {
    work()
    return []
  } catch (error) {
    return error instanceof PreviewError ? [error.message, error.location?.line] : [error]
  }
}
