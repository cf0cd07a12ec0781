import { by } from '../core/base/compare.ts'
import { PreviewError } from '../core/base/errors.ts'
import type { BlobId, CommitId, GitRepository, TreeEntry } from '../core/ports/git.ts'
import type { ObjectReader } from './reader.ts'
import { checkedId, parseRef, unknownRef } from './ref.ts'

/** The port, and what this edge needs besides. */
export interface Repository extends GitRepository {
  /** Those of the blobs that are here; never fails for one that is not. */
  find(ids: Iterable<BlobId>): Promise<ReadonlyMap<BlobId, Uint8Array>>
  /** Ends the process behind it, if there is one. The repository can still be asked, which starts it again. */
  close(): Promise<void>
}

/** One port for both readers: here are the checks, the order and the words that they share. */
export function repositoryOf(reader: ObjectReader): Repository {
  const find = async (ids: Iterable<BlobId>) => reader.find([...new Set(ids)].map(checkedId))
  return {
    find,
    async resolve(text) {
      const ref = parseRef(text)
      const commit = await reader.resolve(ref)
      if (commit === undefined) throw unknownRef(ref, await reader.refs())
      return commit
    },
    async mergeBase(a, b) {
      return reader.mergeBase(checkedId(a), checkedId(b))
    },
    async has(commit) {
      checkedId(commit)
      return reader.has(commit).catch(() => false)
    },
    async list(commit, folder) {
      const entries = await reader.list(checkedId(commit), trimmed(folder))
      if (entries === undefined) throw missingTree(commit)
      return [...entries].sort(by((entry: TreeEntry) => entry.path))
    },
    async read(ids) {
      return complete(ids, find)
    },
    close: () => reader.close(),
  }
}

/** All of the blobs. Fails with `git.missing-object`, naming the first that `find` does not find. */
export async function complete(ids: Iterable<BlobId>, find: Repository['find']): ReturnType<GitRepository['read']> {
  const wanted = [...new Set(ids)]
  const found = await find(wanted)
  const missing = wanted.filter((id) => !found.has(id))
  if (missing[0] === undefined) return found
  const others = missing.length === 1 ? '' : ` (and ${String(missing.length - 1)} more)`
  throw new PreviewError('git.missing-object', `File content ${missing[0]}${others} is not in this clone.`)
}

export function missingTree(commit: CommitId): PreviewError {
  return new PreviewError('git.missing-object', `Commit ${commit}, or a folder of it, is not in this clone.`)
}

/** `./a/b/` and `a/b` are the same folder. */
function trimmed(folder: string): string {
  return folder
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}
