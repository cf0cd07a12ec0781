import { describe, expect, it } from '@jest/globals'
import { PreviewError } from '../../../src/core/base/errors.ts'
import { tableOfCall, tableOfName, type FileRules } from '../../../src/core/lineage/repository-files.ts'
import type { FileRead } from '../../../src/core/ports/binder.ts'
import type { BlobId, TreeEntry } from '../../../src/core/ports/git.ts'

const entry = (path: string, id = `id of ${path}`, kind: TreeEntry['kind'] = 'file'): TreeEntry => ({
  path,
  id: id as BlobId,
  kind,
})
const rules: FileRules = {
  entries: ['data/a.csv', 'data/b.csv', 'data/deep/c.csv', 'shop/data/a.csv'].map((path) => entry(path)),
  project: '',
  allowPaths: [],
  allowFunctions: [],
}

function call(path: string, given: Partial<FileRules> = {}) {
  const sql = `SELECT * FROM read_csv('${path}', header = true)`
  const from = sql.indexOf("'")
  const read: FileRead = {
    function: 'read_csv',
    paths: [path],
    start: sql.indexOf('read_csv'),
    end: sql.length,
    argument: { start: from, end: from + path.length + 2 },
  }
  return tableOfCall(sql, read, { ...rules, ...given })
}

const pathsOf = (table: ReturnType<typeof call>) =>
  table instanceof PreviewError ? table.message : table.files.map(({ path }) => path)

describe('files that a call reads', () => {
  it.each([
    ['data/a.csv', ['data/a.csv']],
    ['./data//a.csv', ['data/a.csv']],
    ['data/deep/../a.csv', ['data/a.csv']],
    ['data/*.csv', ['data/a.csv', 'data/b.csv']],
    ['data/**/*.csv', ['data/a.csv', 'data/b.csv', 'data/deep/c.csv']],
    ['data/[ab].csv', ['data/a.csv', 'data/b.csv']],
  ])('are those of the commit: %s', (path, files) => {
    expect(pathsOf(call(path))).toEqual(files)
  })

  it('start at the project’s folder, and may lie above it', () => {
    expect(pathsOf(call('data/a.csv', { project: 'shop' }))).toEqual(['shop/data/a.csv'])
    expect(pathsOf(call('../data/b.csv', { project: 'shop' }))).toEqual(['data/b.csv'])
  })

  it.each([
    ['/etc/passwd', 'outside the repository'],
    ['../secret.csv', 'outside the repository'],
    ['data/../../secret.csv', 'outside the repository'],
    ['~/.ssh/id_rsa', 'outside the repository'],
    ['C:\\secrets.csv', 'outside the repository'],
    ['file:///etc/passwd', 'is an address'],
    ['https://example.com/x.csv', 'is an address'],
    ['s3://bucket/x.csv', 'is an address'],
    ['data/none.csv', 'has no file'],
    ['data/*.json', 'matches'],
    ['.git/config', 'has no file'],
  ])('are refused, with what to do, elsewhere: %s', (path, words) => {
    expect(call(path)).toMatchObject({ code: 'model.file', message: expect.stringContaining(words) })
    expect((call(path) as PreviewError).hint).toMatch(/table/)
  })

  it('are followed through no symbolic link and into no submodule', () => {
    const entries = [
      entry('data/link.csv', '1', 'symlink'),
      entry('away', '2', 'symlink'),
      entry('sub', '3', 'submodule'),
    ]
    expect(call('data/link.csv', { entries })).toMatchObject({ message: expect.stringContaining('symbolic link') })
    expect(call('data/*.csv', { entries })).toMatchObject({ message: expect.stringContaining('symbolic link') })
    expect(call('away/x.csv', { entries })).toMatchObject({ message: expect.stringContaining('symbolic link') })
    expect(call('sub/x.csv', { entries })).toMatchObject({ message: expect.stringContaining('submodule') })
  })

  it('make another table when their contents, the call, or which they are changes, and only then', () => {
    const name = (given: ReturnType<typeof call>) => (given instanceof PreviewError ? '' : given.relation.table)
    const other = [entry('data/a.csv', 'edited'), entry('data/b.csv')]
    expect(name(call('data/a.csv'))).toBe(name(call('./data/a.csv')))
    expect(name(call('data/a.csv', { entries: other }))).not.toBe(name(call('data/a.csv')))
    expect(name(call('data/b.csv', { entries: other }))).toBe(name(call('data/b.csv')))
    expect(name(call('data/*.csv', { entries: [...other, entry('data/x.csv')] }))).not.toBe(
      name(call('data/*.csv', { entries: other })),
    )
  })

  it('may lie in a folder that the workflow allows, and nowhere beside it', () => {
    const allowPaths = ['/srv/data']
    expect(call('/srv/data/x.csv', { allowPaths })).toMatchObject({ outside: ['/srv/data/x.csv'], files: [] })
    for (const path of ['/srv/data-evil/x.csv', '/srv/data/../x.csv', '/srv/x.csv', 'file:///srv/data/x.csv'])
      expect(call(path, { allowPaths })).toMatchObject({ code: 'model.file' })
  })
})

describe('a file in the place of a table', () => {
  it('is CSV or JSON, or a format that the workflow allows', () => {
    const entries = ['x.csv', 'x.json', 'x.parquet'].map((path) => entry(path))
    expect(tableOfName('x.csv', { ...rules, entries })).toMatchObject({ before: 'read_csv(' })
    expect(tableOfName('x.json', { ...rules, entries })).toMatchObject({ before: 'read_json(' })
    expect(tableOfName('x.parquet', { ...rules, entries })).toMatchObject({
      code: 'model.file',
      hint: expect.stringContaining('allow-functions'),
    })
    const allowed = { ...rules, entries, allowFunctions: ['read_parquet'] }
    expect(tableOfName('x.parquet', allowed)).toMatchObject({ before: 'read_parquet(' })
  })
})
