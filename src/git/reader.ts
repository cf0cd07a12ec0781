import type { BlobId, CommitId, TreeEntry } from '../core/ports/git.ts'
import type { RefExpression } from './ref.ts'

/**
 * What the two readers must know of one object store. They answer with what is there and leave checks, order and
 * words to `repository.ts`. Ids given are well-formed; an object that is damaged or cannot be read is an exception.
 */
export interface ObjectReader {
  /** The commit, tags peeled; undefined when there is none. */
  resolve(ref: RefExpression): Promise<CommitId | undefined>
  /** Full names below refs/heads, refs/remotes and refs/tags, in any order. */
  refs(): Promise<readonly string[]>
  mergeBase(a: CommitId, b: CommitId): Promise<CommitId | undefined>
  /** Whether the commit and every tree below it are there. */
  has(commit: CommitId): Promise<boolean>
  /** In any order; undefined when the commit or one of the trees is not there. */
  list(commit: CommitId, folder: string): Promise<readonly TreeEntry[] | undefined>
  /** Those of the distinct blobs that are there. */
  find(ids: readonly BlobId[]): Promise<ReadonlyMap<BlobId, Uint8Array>>
  close(): Promise<void>
}

/** The kind that a mode in a tree stands for; undefined for a subtree. */
export function kindOf(mode: string): TreeEntry['kind'] | undefined {
  if (mode.startsWith('12')) return 'symlink'
  if (mode.startsWith('16')) return 'submodule'
  return mode.startsWith('10') ? 'file' : undefined
}
