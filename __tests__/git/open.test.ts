import { afterAll, describe, expect, it } from '@jest/globals'
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { openRepository } from '../../src/git/open.ts'
import {
  cloneRepository,
  createRepository,
  removeTemporaryFolders,
  temporaryFolder,
} from '../support/git-repository.ts'
import { closeAll, open, readers } from './readers.ts'

afterAll(closeAll)
afterAll(removeTemporaryFolders)

const without = { PATH: temporaryFolder() }

function checkout() {
  const repository = createRepository()
  const commit = repository.commit({ 'a/ü b/c.sql': 'select 1' })
  return { repository, folder: repository.folder, commit }
}

describe('openRepository', () => {
  it.each([
    ['its root', '', ''],
    ['a folder of it', 'a', 'a'],
    ['a folder with odd characters', 'a/ü b', 'a/ü b'],
    ['a folder by a detour', 'a/../a/', 'a'],
  ])('finds the repository around %s', async (_, below, prefix) => {
    const { folder } = checkout()
    const opened = await openRepository(`${folder}/${below}`)
    expect(opened).toMatchObject({ root: folder, gitFolder: `${folder}/.git`, prefix, reader: 'binary' })
  })

  it('looks through a symbolic link at the folder', async () => {
    const { folder } = checkout()
    const link = `${temporaryFolder()}/link`
    symlinkSync(`${folder}/a`, link)
    expect(await openRepository(link)).toMatchObject({ root: folder, prefix: 'a' })
  })

  it('takes a bare repository for its own root', async () => {
    const bare = cloneRepository(checkout().folder, '--bare')
    expect(await openRepository(bare.folder)).toMatchObject({ root: bare.folder, gitFolder: bare.folder, prefix: '' })
  })

  it('does not take the files of a bare repository inside a checkout for a repository', async () => {
    const { folder } = checkout()
    mkdirSync(`${folder}/trap`)
    cloneRepository(checkout().folder, '--bare').raw(['clone', '--quiet', '--bare', '.', `${folder}/trap`])
    expect(await openRepository(`${folder}/trap`)).toMatchObject({ root: folder, prefix: 'trap' })
  })

  it('follows the .git file of a submodule', async () => {
    const outer = createRepository()
    const { folder, commit } = checkout()
    outer.git('submodule', '--quiet', 'add', folder, 'inner')
    for (const reader of readers) {
      const { repository, root, prefix } = await open(`${outer.folder}/inner/a`, reader)
      expect({ root, prefix }).toEqual({ root: `${outer.folder}/inner`, prefix: 'a' })
      expect(await repository.resolve('HEAD')).toBe(commit)
    }
  })

  it.each([
    ['is no repository', () => temporaryFolder(), 'is not inside a git repository.'],
    ['does not exist', () => `${temporaryFolder()}/nowhere`, 'There is no folder'],
  ])('fails for a folder that %s, and says what to do', async (_, folder, message) => {
    const opening = openRepository(folder())
    await expect(opening).rejects.toThrow(message)
    await expect(opening).rejects.toMatchObject({
      code: 'git.not-a-repository',
      hint: expect.stringContaining('actions/checkout'),
    })
  })

  it('reads without git where git is not on the PATH, or too old', async () => {
    const { folder, commit } = checkout()
    const old = temporaryFolder()
    writeFileSync(`${old}/git`, '#!/bin/sh\necho git version 2.25.1\n')
    chmodSync(`${old}/git`, 0o755)
    for (const environment of [without, { PATH: old }]) {
      const { repository, reader } = await openRepository(folder, { environment })
      expect(reader).toBe('isomorphic')
      expect(await repository.resolve('HEAD')).toBe(commit)
    }
  })

  it('reads a repository with SHA-256 ids with git, and says that it needs git without', async () => {
    const repository = createRepository('--object-format=sha256')
    const commit = repository.commit({ 'a.sql': 'select 1' })
    const opened = await openRepository(repository.folder)
    expect(await opened.repository.resolve('main')).toBe(commit)
    const [entry] = await opened.repository.list(commit, '')
    expect(await opened.repository.read(entry === undefined ? [] : [entry.id])).toHaveProperty('size', 1)
    await opened.repository.close()
    await expect(openRepository(repository.folder, { environment: without })).rejects.toMatchObject({
      code: 'git.not-a-repository',
      hint: expect.stringContaining('Install git'),
    })
  })

  it('fails when git is asked for and is not there', async () => {
    const opening = openRepository(checkout().folder, { reader: 'binary', environment: without })
    await expect(opening).rejects.toMatchObject({ hint: expect.stringContaining('Install git') })
  })

  it('reads a partial clone without asking its server for what is absent', async () => {
    const { repository, commit } = checkout()
    repository.git('config', 'uploadpack.allowFilter', 'true')
    const partial = cloneRepository(`file://${repository.folder}`, '--filter=blob:none', '--no-checkout')
    const opened = await openRepository(partial.folder)
    const entries = await opened.repository.list(commit, '')
    expect(entries).toHaveLength(1)
    const reading = opened.repository.read(entries.map(({ id }) => id))
    await expect(reading).rejects.toMatchObject({ code: 'git.missing-object' })
    await opened.repository.close()
  })

  it('starts nothing that the checkout or the environment names', async () => {
    const { folder, repository, commit } = checkout()
    repository.git('replace', commit, repository.commit({ 'a/ü b/c.sql': 'replaced' }))
    const trap = `${folder}/trap.sh`
    writeFileSync(trap, `#!/bin/sh\ntouch ${folder}/sprung\n`)
    chmodSync(trap, 0o755)
    repository.git('config', 'core.fsmonitor', trap)
    repository.git('config', 'core.pager', trap)
    repository.git('config', 'core.sshCommand', trap)
    repository.git('config', 'diff.external', trap)
    const environment = { ...process.env, GIT_DIR: '/nowhere', GIT_EXTERNAL_DIFF: trap, GIT_TRACE: `${folder}/sprung` }
    const opened = await openRepository(folder, { reader: 'binary', environment })
    expect(await opened.repository.resolve('HEAD~1')).toBe(commit)
    const [entry] = await opened.repository.list(commit, '')
    const contents = await opened.repository.read(entry === undefined ? [] : [entry.id])
    expect([...contents.values()].map((bytes) => Buffer.from(bytes).toString())).toEqual(['select 1'])
    await opened.repository.close()
    expect(existsSync(`${folder}/sprung`)).toBe(false)
  })
})
