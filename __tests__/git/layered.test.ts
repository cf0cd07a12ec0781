import { afterAll, describe, expect, it } from '@jest/globals'
import type { BlobId, CommitId } from '../../src/core/ports/git.ts'
import { layered } from '../../src/git/layered.ts'
import { createRepository, removeTemporaryFolders } from '../support/git-repository.ts'
import { closeAll, open, readers } from './readers.ts'

afterAll(closeAll)
afterAll(removeTemporaryFolders)

/** Two repositories that share nothing. */
async function two(reader: (typeof readers)[number]) {
  const made = [createRepository(), createRepository()] as const
  const commits = [made[0].commit({ a: '1' }), made[1].commit({ b: '2' })] as const
  made[1].git('branch', 'only-second')
  const opened = await Promise.all(made.map(async ({ folder }) => (await open(folder, reader)).repository))
  return { made, commits, both: layered(opened) }
}

describe.each(readers)('layered over two %s readers', (reader) => {
  it('has, lists and reads what either has', async () => {
    const { commits, both } = await two(reader)
    const entries = (await Promise.all(commits.map((commit) => both.list(commit, '')))).flat()
    expect(entries.map(({ path }) => path)).toEqual(['a', 'b'])
    const contents = await both.read(entries.map(({ id }) => id))
    expect([...contents.values()].map((bytes) => Buffer.from(bytes).toString())).toEqual(['1', '2'])
    expect(await Promise.all(commits.map((commit) => both.mergeBase(commit, commit)))).toEqual(commits)
  })

  it('lets the first that knows a name say what it means', async () => {
    const { commits, both } = await two(reader)
    expect(await both.resolve('main')).toBe(commits[0])
    expect(await both.resolve('only-second')).toBe(commits[1])
  })

  it('fails as one repository does for what neither has', async () => {
    const { both } = await two(reader)
    const absent = '1'.repeat(40)
    expect(await both.has(absent as CommitId)).toBe(false)
    await expect(both.list(absent as CommitId, '')).rejects.toMatchObject({ code: 'git.missing-object' })
    await expect(both.read([absent as BlobId])).rejects.toMatchObject({ code: 'git.missing-object' })
    await expect(both.resolve('mian')).rejects.toMatchObject({ code: 'git.unknown-ref', hint: 'Did you mean "main"?' })
    await expect(both.resolve('--x')).rejects.toMatchObject({ code: 'git.bad-ref' })
  })
})
