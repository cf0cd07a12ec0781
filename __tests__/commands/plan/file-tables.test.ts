import { describe, expect, it } from '@jest/globals'
import { FileTables } from '../../../src/commands/plan/file-tables.ts'
import type { Services } from '../../../src/commands/services.ts'
import { tableOfName } from '../../../src/core/lineage/repository-files.ts'
import { PreviewError } from '../../../src/core/base/errors.ts'
import type { BlobId } from '../../../src/core/ports/git.ts'
import type { Warehouse } from '../../../src/core/ports/warehouse.ts'
import { duckdbDialect } from '../../../src/warehouse/duckdb/dialect.ts'
import { aModel } from '../../support/model.ts'
import { aLinkedModel } from '../../support/side.ts'

const id = 'a1' as BlobId

/** A model that reads data/x.csv, whose content git has as given; nothing of it reaches an engine. */
async function provide(content: Uint8Array): Promise<PreviewError | undefined> {
  const table = tableOfName('data/x.csv', {
    entries: [{ path: 'data/x.csv', id, kind: 'file' }],
    project: '',
    allowPaths: [],
    allowFunctions: [],
  })
  if (table instanceof PreviewError) throw table
  const git = { read: () => Promise.resolve(new Map([[id, content]])) } as unknown as Services['git']
  const never = (): never => {
    throw new Error('nothing is to be written or run')
  }
  const files = { write: never } as unknown as Services['files']
  const kernel = { binder: { parse: never } } as unknown as Services['kernel']
  const tables = new FileTables({ git, files, kernel }, { dialect: duckdbDialect } as Warehouse, '/nowhere')
  const model = aModel({ name: 'm', path: 'models/m.sql', sql: "FROM 'data/x.csv'" })
  const links = [{ reference: { table: 'x', start: 5, end: 17 }, target: { kind: 'file', table } as const }]
  return tables.provide(aLinkedModel(model, [], { links }))
}

describe('a file that a model reads', () => {
  it('is refused with words where git holds only a pointer to it', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n'
    expect(await provide(new TextEncoder().encode(pointer))).toMatchObject({
      code: 'model.file',
      message: expect.stringContaining('Git LFS'),
      location: { path: 'models/m.sql', line: 1, column: 6 },
    })
  })

  it('is refused where it is more than a run may copy', async () => {
    expect(await provide(new Uint8Array(256 * 1024 * 1024 + 1))).toMatchObject({
      code: 'model.file',
      message: expect.stringContaining('256 MiB'),
    })
  })
})
