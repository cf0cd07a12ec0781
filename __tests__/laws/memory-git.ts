import { createHash } from 'node:crypto'
import type { BlobId, CommitId, GitRepository } from '../../src/core/ports/git.ts'
import type { Files } from '../support/git-repository.ts'

/** A repository of two commits, by the names of their branches; `main` is where the other one started. */
export function memoryGit(branches: { readonly main: Files; readonly change: Files }): GitRepository {
  const commits = new Map(
    Object.entries(branches).map(([branch, files]) => [branch, { id: idOf(branch) as CommitId, files }]),
  )
  const blobs = new Map<BlobId, Uint8Array>()
  const listed = new Map(
    [...commits.values()].map(({ id, files }) => [
      id,
      Object.entries(files)
        .flatMap(([path, content]) => (content === undefined ? [] : [{ path, content: Buffer.from(content) }]))
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map(({ path, content }) => {
          const blob = idOf(content) as BlobId
          blobs.set(blob, content)
          return { path, id: blob, kind: 'file' as const }
        }),
    ]),
  )
  const main = commits.get('main')?.id
  return {
    resolve: (ref) => {
      const found = commits.get(ref)?.id
      return found === undefined ? Promise.reject(new Error(`no ${ref}`)) : Promise.resolve(found)
    },
    mergeBase: () => Promise.resolve(main),
    has: (commit) => Promise.resolve(listed.has(commit)),
    list: (commit, folder) =>
      Promise.resolve((listed.get(commit) ?? []).filter(({ path }) => folder === '' || path.startsWith(`${folder}/`))),
    read: (ids) => Promise.resolve(new Map([...ids].map((id) => [id, blobs.get(id)] as const).filter(isThere))),
  }
}

function isThere(entry: readonly [BlobId, Uint8Array | undefined]): entry is [BlobId, Uint8Array] {
  return entry[1] !== undefined
}

function idOf(content: string | Uint8Array): string {
  return createHash('sha1').update(content).digest('hex')
}
