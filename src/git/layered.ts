import { PreviewError } from '../core/base/errors.ts'
import type { BlobId, CommitId } from '../core/ports/git.ts'
import { complete, missingTree, type Repository } from './repository.ts'

/**
 * One repository made of several, asked in turn: the checkout first, then the private folder that holds what was
 * fetched. A name means what the first that knows it says. Histories are not joined: a merge base is one that a single
 * repository knows.
 */
export function layered(repositories: readonly Repository[]): Repository {
  const find = (ids: Iterable<BlobId>) => findInAny(repositories, ids)
  return {
    find,
    resolve: (ref) => resolveInAny(repositories, ref),
    async mergeBase(a, b) {
      return first(repositories, (each) => each.mergeBase(a, b))
    },
    async has(commit) {
      return (await holding(repositories, commit)) !== undefined
    },
    async list(commit, folder) {
      const repository = await holding(repositories, commit)
      if (repository === undefined) throw missingTree(commit)
      return repository.list(commit, folder)
    },
    read: (ids) => complete(ids, find),
    async close() {
      await Promise.all(repositories.map((each) => each.close()))
    },
  }
}

async function holding(repositories: readonly Repository[], commit: CommitId): Promise<Repository | undefined> {
  return first(repositories, async (each) => ((await each.has(commit)) ? each : undefined))
}

async function findInAny(repositories: readonly Repository[], ids: Iterable<BlobId>): ReturnType<Repository['find']> {
  const found = new Map<BlobId, Uint8Array>()
  let left = [...new Set(ids)]
  for (const repository of repositories) {
    if (left.length === 0) break
    for (const [id, bytes] of await repository.find(left)) found.set(id, bytes)
    left = left.filter((id) => !found.has(id))
  }
  return found
}

/** When nobody knows the name, the first's error is told: it is the checkout's, which has the names to suggest. */
async function resolveInAny(repositories: readonly Repository[], ref: string): Promise<CommitId> {
  let failure: unknown
  for (const repository of repositories) {
    try {
      return await repository.resolve(ref)
    } catch (error) {
      if (!(error instanceof PreviewError) || error.code !== 'git.unknown-ref') throw error
      failure ??= error
    }
  }
  throw failure
}

async function first<T>(repositories: readonly Repository[], ask: (each: Repository) => Promise<T | undefined>) {
  for (const repository of repositories) {
    const answer = await ask(repository)
    if (answer !== undefined) return answer
  }
  return undefined
}
