import { afterAll, expect, it } from '@jest/globals'
import type { BlobId } from '../../src/core/ports/git.ts'
import { createRepository, removeTemporaryFolders } from '../support/git-repository.ts'
import { closeAll, open, readers } from './readers.ts'

afterAll(closeAll)
afterAll(removeTemporaryFolders)

it.each(readers)('finds with the %s reader what is written, and packed, after it has looked', async (reader) => {
  const folder = createRepository()
  const texts = Array.from({ length: 20 }, (_, index) => `select ${String(index)}`)
  const [first, ...later] = texts
  folder.commit({ 'first.sql': first ?? '' })
  folder.git('repack', '-adq')
  folder.git('prune-packed', '-q')
  const { repository } = await open(folder.folder, reader)
  const read = async (ids: readonly BlobId[]): Promise<readonly string[]> => {
    const found = await repository.read(ids)
    return ids.map((id) => Buffer.from(found.get(id) ?? []).toString())
  }
  const blobs = (of: readonly string[]): readonly BlobId[] => of.map((text) => folder.blob(text))

  expect(await read(blobs(texts.slice(0, 1)))).toEqual([first])
  const loose = blobs(later)
  expect(await read(loose.slice(0, 9))).toEqual(later.slice(0, 9))
  folder.commit(Object.fromEntries(later.map((text, index) => [`${String(index)}.sql`, text])))
  folder.git('repack', '-adq')
  folder.git('prune-packed', '-q')
  expect(await read(loose)).toEqual(later)
})
