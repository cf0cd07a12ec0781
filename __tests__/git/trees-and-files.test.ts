import { afterAll, describe, expect, it } from '@jest/globals'
import { rmSync } from 'node:fs'
import type { BlobId, CommitId } from '../../src/core/ports/git.ts'
import { cloneRepository, createRepository, removeTemporaryFolders } from '../support/git-repository.ts'
import { closeAll, open, readers } from './readers.ts'

afterAll(closeAll)
afterAll(removeTemporaryFolders)

const everyByte = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256)
const files = {
  'rocky.toml': '',
  'models/a.sql': 'select 1\n',
  'models/a/b.sql': 'select 2',
  'models/a-b.sql': 'select 3',
  'models/Z.sql': 'select 4\r\n',
  'models/ünï/ﬁ.sql': 'unicode',
  'models/ünï/😀.sql': 'astral',
  'models/with space.sql': 'space',
  'models/line\nfeed.sql': 'line feed',
  'models/tab\t"quote" back\\slash.sql': 'odd',
  'models2/c.sql': 'select 5',
  'data/all.bin': everyByte,
}

/** The files, a symlink, an executable and a submodule. */
function project() {
  const repository = createRepository()
  repository.write(files)
  repository.git('add', '--all')
  const link = repository.blob('../rocky.toml')
  repository.git('update-index', '--add', '--cacheinfo', `120000,${link},models/link.sql`)
  repository.git('update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},vendor/sub`)
  repository.git('update-index', '--add', '--chmod=+x', 'models/Z.sql')
  repository.git('commit', '--quiet', '--message', 'all of it')
  return { repository, commit: repository.git('rev-parse', 'HEAD') as CommitId, link }
}

const { repository: loose, commit, link } = project()
const packed = cloneRepository(loose.folder, '--bare', '--no-local')
packed.git('repack', '-adq', '--depth=50')
const borrowing = cloneRepository(packed.folder, '--shared')
const places = { loose: loose.folder, packed: packed.folder, borrowing: borrowing.folder }

describe.each(readers)('list and read with the %s reader', (reader) => {
  it.each(Object.entries(places))('give every file, byte for byte, of a %s repository', async (_, folder) => {
    const { repository } = await open(folder, reader)
    const entries = (await repository.list(commit, '')).filter(({ kind }) => kind === 'file')
    const contents = await repository.read(entries.map(({ id }) => id))
    const found = Object.fromEntries(
      entries.map(({ path, id }) => [path, Buffer.from(contents.get(id) ?? []).toString('hex')]),
    )
    expect(found).toEqual(
      Object.fromEntries(Object.entries(files).map(([path, is]) => [path, Buffer.from(is).toString('hex')])),
    )
  })

  it('list paths in the order of UTF-16 units, which is not git’s', async () => {
    const { repository } = await open(loose.folder, reader)
    const paths = (await repository.list(commit, '')).map(({ path }) => path)
    expect(paths).toEqual([...Object.keys(files), 'models/link.sql', 'vendor/sub'].sort())
    expect(paths.indexOf('models/a.sql')).toBeLessThan(paths.indexOf('models/a/b.sql'))
    expect(paths.indexOf('models/ünï/😀.sql')).toBeLessThan(paths.indexOf('models/ünï/ﬁ.sql'))
  })

  it('tell links and submodules from files', async () => {
    const { repository } = await open(loose.folder, reader)
    const entries = await repository.list(commit, '')
    expect(entries.filter(({ kind }) => kind !== 'file')).toEqual([
      { path: 'models/link.sql', id: link, kind: 'symlink' },
      { path: 'vendor/sub', id: 'a'.repeat(40), kind: 'submodule' },
    ])
    expect(Buffer.from((await repository.read([link])).get(link) ?? []).toString()).toBe('../rocky.toml')
  })

  it.each([
    ['a folder', 'models/ünï', 2],
    ['a folder with a slash at its end', 'models/a/', 1],
    ['a folder that begins with a dot', './models2', 1],
    ['the folder itself', '.', 14],
    ['a folder that is a prefix of another', 'models', 10],
    ['a folder that does not exist', 'nowhere', 0],
    ['a folder that is a file', 'models/a.sql', 0],
    ['a folder below a file', 'rocky.toml/models', 0],
    ['a pattern', 'model*', 0],
    ['pathspec magic', ':(top)models', 0],
    ['something like an option', '--full-tree', 0],
  ])('list %s', async (_, folder, count) => {
    const { repository } = await open(loose.folder, reader)
    expect(await repository.list(commit, folder)).toHaveLength(count)
  })

  it('list nothing of a commit without files', async () => {
    const repository = createRepository()
    const empty = repository.commit()
    const opened = await open(repository.folder, reader)
    expect(await opened.repository.has(empty)).toBe(true)
    expect(await opened.repository.list(empty, '')).toEqual([])
  })

  it('read a blob that is asked for twice once, and an empty one', async () => {
    const { repository } = await open(loose.folder, reader)
    const empty = loose.git('rev-parse', 'HEAD:rocky.toml') as BlobId
    expect(await repository.read([empty, empty])).toEqual(new Map([[empty, new Uint8Array()]]))
    expect(await repository.read([])).toEqual(new Map())
  })

  it('answer questions that are asked at the same time', async () => {
    const { repository } = await open(packed.folder, reader)
    const entries = (await repository.list(commit, '')).filter(({ kind }) => kind !== 'submodule')
    const answers = await Promise.all(entries.map(async ({ id }) => (await repository.read([id])).get(id)?.length))
    expect(answers).toEqual(entries.map(({ id }) => packed.raw(['cat-file', 'blob', id]).length))
  })

  it.each([
    ['absent', () => 'f'.repeat(40)],
    ['a tree', () => loose.git('rev-parse', 'HEAD^{tree}')],
    ['a commit', () => commit as string],
  ])('fail for the content of an id that is %s, and go on afterwards', async (_, missing) => {
    const { repository } = await open(loose.folder, reader)
    const id = missing() as BlobId
    await expect(repository.read([link, id])).rejects.toMatchObject({
      code: 'git.missing-object',
      message: expect.stringContaining(id),
    })
    expect((await repository.find([link, id])).size).toBe(1)
  })

  it('say of a commit whose folder is not there that it is not here', async () => {
    const broken = cloneRepository(loose.folder, '--no-local')
    broken.git('config', 'gc.auto', '0')
    const later = broken.commit({ 'models/deep/er/x.sql': 'x', 'models/y.sql': 'y' })
    const tree = broken.git('rev-parse', 'HEAD:models/deep/er')
    const file = broken.git('rev-parse', 'HEAD:models/y.sql') as BlobId
    for (const id of [tree, file]) rmSync(`${broken.folder}/.git/objects/${id.slice(0, 2)}/${id.slice(2)}`)
    const { repository } = await open(broken.folder, reader)
    expect(await repository.has(later)).toBe(false)
    expect(await repository.has(commit)).toBe(true)
    await expect(repository.list(later, '')).rejects.toMatchObject({ code: 'git.missing-object' })
    await expect(repository.read([file])).rejects.toMatchObject({ code: 'git.missing-object' })
  })

  it.each([
    ['nobody knows', '1'.repeat(40)],
    ['is a tree’s', loose.git('rev-parse', 'HEAD^{tree}')],
    ['is a file’s', link as string],
  ])('say of an id that %s that no such commit is here', async (_, id) => {
    const { repository } = await open(loose.folder, reader)
    expect(await repository.has(id as CommitId)).toBe(false)
  })

  it('fail, and do not fall over, on a damaged file', async () => {
    const damaged = createRepository()
    damaged.commit({ a: 'a', b: 'b' })
    const [a, b] = ['HEAD:a', 'HEAD:b'].map((ref) => damaged.git('rev-parse', ref) as BlobId) as [BlobId, BlobId]
    rmSync(`${damaged.folder}/.git/objects/${a.slice(0, 2)}/${a.slice(2)}`)
    damaged.write({ [`.git/objects/${a.slice(0, 2)}/${a.slice(2)}`]: 'not zlib' })
    const { repository } = await open(damaged.folder, reader)
    await expect(repository.read([a])).rejects.toMatchObject({ code: 'git.missing-object' })
    expect((await repository.read([b])).size).toBe(1)
  })
})
