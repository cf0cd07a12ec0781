import { afterAll, describe, expect, it } from '@jest/globals'
import { cloneRepository, createRepository, removeTemporaryFolders } from '../support/git-repository.ts'
import { closeAll, open, readers } from './readers.ts'

afterAll(closeAll)
afterAll(removeTemporaryFolders)

/** Three commits on main, a merged side branch, tags of both kinds, and a clone's remote branches. */
function history() {
  const upstream = createRepository()
  const first = upstream.commit({ 'a.sql': 'select 1' })
  upstream.git('tag', 'light')
  upstream.git('switch', '--quiet', '--create', 'feature/ünï')
  const side = upstream.commit({ 'side.sql': 'select 2' })
  upstream.git('switch', '--quiet', 'main')
  const second = upstream.commit({ 'a.sql': 'select 3' })
  upstream.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'feature/ünï')
  const merge = upstream.git('rev-parse', 'HEAD')
  upstream.git('tag', '--annotate', '--message', 'one', 'v1')
  upstream.git('tag', '--annotate', '--message', 'a tag of a tag', 'v1-again', 'v1')
  const clone = cloneRepository(upstream.folder)
  clone.git('branch', 'beef', first)
  clone.git('branch', 'both', first)
  clone.git('tag', 'both', second)
  return { clone, first, side, second, merge }
}

const { clone, first, side, second, merge } = history()
const packed = cloneRepository(clone.folder, '--mirror')
packed.git('pack-refs', '--all')
packed.git('gc', '--quiet')

const names: readonly (readonly [ref: string, commit: string])[] = [
  ['HEAD', merge],
  ['@', merge],
  ['main', merge],
  ['refs/heads/main', merge],
  ['heads/main', merge],
  ['light', first],
  ['v1', merge],
  ['v1-again', merge],
  ['v1^{}', merge],
  ['v1^{commit}', merge],
  ['tags/v1', merge],
  ['both', second],
  ['beef', first],
  ['HEAD^', second],
  ['main^', second],
  ['main^1', second],
  ['main^2', side],
  ['main^0', merge],
  ['main~', second],
  ['HEAD~2', first],
  ['HEAD^2~1', first],
  ['HEAD^^', first],
  ['v1~2', first],
  [first, first],
  [`${merge}~2`, first],
  [merge.slice(0, 12), merge],
  [`${merge.slice(0, 12)}^2`, side],
]

describe.each(readers)('resolve with the %s reader', (reader) => {
  it.each(names)('finds %s', async (ref, commit) => {
    const { repository } = await open(clone.folder, reader)
    expect(await repository.resolve(ref)).toBe(commit)
  })

  it.each([
    ['origin/main', merge],
    ['origin', merge],
    ['origin/feature/ünï', side],
    ['remotes/origin/main~1', second],
  ])('finds %s, which lies on a remote', async (ref, commit) => {
    const { repository } = await open(clone.folder, reader)
    expect(await repository.resolve(ref)).toBe(commit)
  })

  it.each(names)('finds %s in a bare repository whose refs and objects are packed', async (ref, commit) => {
    const { repository } = await open(packed.folder, reader)
    expect(await repository.resolve(ref)).toBe(commit)
  })

  it('finds the branch of a linked worktree under HEAD, and the shared branches', async () => {
    const linked = `${clone.folder}-linked`
    clone.git('worktree', 'add', '--quiet', '-B', `linked-${reader}`, linked, side)
    const { repository, root, prefix } = await open(linked, reader)
    expect({ root, prefix }).toEqual({ root: linked, prefix: '' })
    expect(await repository.resolve('HEAD')).toBe(side)
    expect(await repository.resolve('main')).toBe(merge)
    expect(await repository.list(await repository.resolve('HEAD'), '')).toHaveLength(2)
    clone.git('worktree', 'remove', '--force', linked)
  })

  it.each([
    ['no such', 'nowhere', undefined],
    ['a misspelt', 'mian', 'Did you mean "main"?'],
    ['a remote-only', 'feature/ünï', 'Did you mean "origin/feature/ünï"?'],
    ['a misspelt, stepped', 'beeff~1', 'Did you mean "beef"?'],
    ['an absent full id', '1'.repeat(40), 'fetch-depth: 0'],
    ['an absent short', '1111111', undefined],
    ['a too distant', 'main~40', 'history does not go that far'],
    ['a missing parent', 'main^3', 'history does not go that far'],
    ['a file of the git folder', 'config', undefined],
  ])('says of %s name that it is unknown', async (_, ref, hint) => {
    const { repository } = await open(clone.folder, reader)
    await expect(repository.resolve(ref)).rejects.toMatchObject({
      code: 'git.unknown-ref',
      message: expect.stringContaining(`"${ref}"`),
      hint: expect.stringContaining(hint ?? 'Check the spelling'),
    })
  })

  it('does not take the id of a file or a tree for a commit', async () => {
    const { repository } = await open(clone.folder, reader)
    for (const object of ['HEAD:a.sql', 'HEAD^{tree}']) {
      const id = clone.git('rev-parse', object)
      await expect(repository.resolve(id)).rejects.toMatchObject({ code: 'git.unknown-ref' })
    }
  })
})
