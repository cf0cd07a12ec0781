import { afterAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { CommitId } from '../../src/core/ports/git.ts'
import { cloneRepository, createRepository, removeTemporaryFolders } from '../support/git-repository.ts'
import { closeAll, open, readers } from './readers.ts'

afterAll(closeAll)
afterAll(removeTemporaryFolders)

const absent = '1'.repeat(40) as CommitId

/** main: root, fork, tip. feature: two commits from fork. lonely: no common history. */
function forked() {
  const repository = createRepository()
  const root = repository.commit({ a: '1' })
  const fork = repository.commit({ a: '2' })
  repository.git('switch', '--quiet', '--create', 'feature')
  repository.commit({ b: '1' })
  const feature = repository.commit({ b: '2' })
  repository.git('switch', '--quiet', 'main')
  const tip = repository.commit({ a: '3' })
  repository.git('switch', '--quiet', '--orphan', 'lonely')
  const lonely = repository.commit({ c: '1' })
  repository.git('switch', '--quiet', 'main')
  return { repository, root, fork, feature, tip, lonely }
}

const { repository: origin, root, fork, feature, tip, lonely } = forked()

describe.each(readers)('mergeBase with the %s reader', (reader) => {
  it.each([
    ['two branches', tip, feature, fork],
    ['the other way round', feature, tip, fork],
    ['a commit and its ancestor', tip, root, root],
    ['an ancestor and its descendant', root, feature, root],
    ['a commit and itself', tip, tip, tip],
    ['unrelated histories', tip, lonely, undefined],
    ['a commit that is not here', tip, absent, undefined],
  ])('of %s is the best common ancestor, if any', async (_, a, b, base) => {
    const { repository } = await open(origin.folder, reader)
    expect(await repository.mergeBase(a, b)).toBe(base)
  })

  it('is the fork when the clone reaches it', async () => {
    const shallow = cloneRepository(`file://${origin.folder}`, '--no-single-branch', '--depth=3')
    const { repository } = await open(shallow.folder, reader)
    expect(await repository.mergeBase(tip, feature)).toBe(fork)
  })

  it('is undefined in a clone that ends before the fork', async () => {
    const shallow = cloneRepository(`file://${origin.folder}`, '--no-single-branch', '--depth=1')
    const { repository } = await open(shallow.folder, reader)
    expect(await repository.has(tip)).toBe(true)
    expect(await repository.mergeBase(tip, feature)).toBeUndefined()
    await expect(repository.resolve('HEAD~1')).rejects.toMatchObject({ code: 'git.unknown-ref' })
  })

  it('is undefined when a better base may lie behind the end of the clone', async () => {
    // old ── better ── cut ── a     a reaches old through a merge, and better only through `cut`
    //    └──────────────────/
    const repository = createRepository()
    const old = repository.commit({ f: 'old' })
    const better = repository.commit({ f: 'better' })
    const b = repository.commit({ g: 'b' })
    repository.git('switch', '--quiet', '--create', 'a', better)
    const cut = repository.commit({ h: 'cut' })
    const tree = repository.git('rev-parse', 'HEAD^{tree}')
    const a = repository.git('commit-tree', '-p', cut, '-p', old, '-m', 'merge', tree) as CommitId
    const whole = await open(repository.folder, reader)
    expect(await whole.repository.mergeBase(a, b)).toBe(better)
    repository.write({ '.git/shallow': `${cut}\n` })
    const shortened = await open(repository.folder, reader)
    expect(await shortened.repository.mergeBase(a, b)).toBeUndefined()
    expect(await shortened.repository.mergeBase(a, old)).toBe(old)
  })

  it('is one of git’s best on random histories, whatever the clocks say', async () => {
    const repository = createRepository()
    const tree = repository.git('mktree')
    const shape = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 9 })), { minLength: 3, maxLength: 9 })
    const property = fc.asyncProperty(shape, async (commits) => {
      const ids: string[] = []
      for (const [one, other, time] of commits) {
        const parents = [...new Set([ids[one % (ids.length || 1)], ids[other % (ids.length || 1)]])]
        const args = parents.flatMap((parent) => (parent === undefined ? [] : ['-p', parent]))
        const person = `Ada <ada@example.com> ${String(1_700_000_000 + time)} +0000`
        const lines = [`tree ${tree}`, ...args.filter((arg) => arg !== '-p').map((parent) => `parent ${parent}`)]
        const text = [...lines, `author ${person}`, `committer ${person}`, '', String(ids.length)].join('\n')
        ids.push(repository.raw(['hash-object', '-t', 'commit', '-w', '--stdin'], text).toString().trim())
      }
      const [a = '', b = ''] = [ids.at(-1), ids.at(-2)]
      const opened = await open(repository.folder, reader)
      const best = repository.raw(['merge-base', '--all', a, b]).toString().trim().split('\n')
      expect(best).toContain(await opened.repository.mergeBase(a as CommitId, b as CommitId))
    })
    await fc.assert(property, { numRuns: Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 5) })
  })
})
