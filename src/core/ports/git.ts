/** A full object id, lower-case hex (40 digits, or 64 in a SHA-256 repository). */
export type CommitId = string & { readonly __brand: 'CommitId' }
export type BlobId = string & { readonly __brand: 'BlobId' }

/** One entry of a commit's tree. `path` uses `/` and starts at the repository's root. */
export interface TreeEntry {
  readonly path: string
  readonly id: BlobId
  readonly kind: 'file' | 'symlink' | 'submodule'
}

/** Reads commits, trees and blobs from a repository's object store, never from its working tree. */
export interface GitRepository {
  /** The commit that a branch, tag, id or `HEAD~2`-like expression names. Fails with `git.unknown-ref`, or `git.bad-ref` for what looks like an option. */
  resolve(ref: string): Promise<CommitId>
  /** The best common ancestor; undefined when there is none among the commits that are here (a shallow clone, unrelated histories). */
  mergeBase(a: CommitId, b: CommitId): Promise<CommitId | undefined>
  /** Whether the commit and its root tree are in the object store. */
  has(commit: CommitId): Promise<boolean>
  /** Every file below `folder` ('' = root), recursively, sorted by path. Empty when the folder does not exist. */
  list(commit: CommitId, folder: string): Promise<readonly TreeEntry[]>
  /** The contents of distinct blobs, each read once. Fails with `git.missing-object`. */
  read(ids: Iterable<BlobId>): Promise<ReadonlyMap<BlobId, Uint8Array>>
}
