import { afterAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { CommitId } from '../../src/core/ports/git.ts'
import { createRepository, removeTemporaryFolders } from '../support/git-repository.ts'
import { closeAll, open, readers } from './readers.ts'

afterAll(closeAll)
afterAll(removeTemporaryFolders)

const name = fc
  .string({
    minLength: 1,
    maxLength: 6,
    unit: fc.constantFrom('a', 'B', '-', ' ', '\n', 'é', '😀', '\\', '*', '"', '.'),
  })
  .filter((text) => !/^\.+$/.test(text))
const file = fc.record({
  folders: fc.array(name, { maxLength: 3 }),
  name,
  bytes: fc.uint8Array({ maxLength: 40 }),
})

describe('list and read', () => {
  it.each(readers)('agree with git ls-tree and git cat-file on random trees (%s)', async (reader) => {
    const repository = createRepository()
    const property = fc.asyncProperty(fc.array(file, { maxLength: 12 }), async (files) => {
      repository.git('read-tree', '--empty')
      for (const { folders, name: last, bytes } of files) {
        const path = [...folders, last].join('/')
        const entry = `100644 ${repository.blob(bytes)}\t${path}\0`
        // A file where a folder is, or the other way round, replaces it.
        repository.raw(['update-index', '-z', '--replace', '--index-info'], entry)
      }
      const tree = repository.git('write-tree')
      const commit = repository.git('commit-tree', '-m', 'x', tree) as CommitId
      const opened = await open(repository.folder, reader)
      const entries = await opened.repository.list(commit, '')
      const lines = repository.raw(['ls-tree', '-r', '-z', commit]).toString().split('\0').slice(0, -1)
      expect(entries.map(({ path, id }) => `100644 blob ${id}\t${path}`).sort()).toEqual(lines.sort())
      const contents = await opened.repository.read(entries.map(({ id }) => id))
      for (const [id, bytes] of contents) {
        expect(Buffer.from(bytes).equals(repository.raw(['cat-file', 'blob', id]))).toBe(true)
      }
      await opened.repository.close()
    })
    await fc.assert(property, { numRuns: Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 4) })
  })
})
