import { PreviewError } from '../../core/base/errors.ts'
import type { BlobId, CommitId } from '../../core/ports/git.ts'
import type { Layout } from '../layout.ts'
import type { ObjectReader } from '../reader.ts'
import { isObjectId, type RefExpression } from '../ref.ts'
import { openCommits, type Commit, type Commits } from './commits.ts'
import { findMergeBase } from './merge-base.ts'
import { openObjects, type Objects } from './objects.ts'
import { openRefs, type Refs } from './refs.ts'
import { openTrees } from './trees.ts'

/** Reads the files of the repository in this process: slower than git, and needs nothing installed. */
export function isomorphicReader(layout: Layout): ObjectReader {
  const objects = openObjects(layout.commonFolder)
  const commits = openCommits(objects, layout.commonFolder)
  const trees = openTrees(objects)
  const refs = openRefs(layout)

  async function list(id: CommitId, folder: string) {
    const commit = await commits.read(id)
    const tree = commit === undefined ? undefined : await trees.folder(commit.tree, folder)
    return tree === undefined ? undefined : trees.files(tree, folder === '' ? '' : `${folder}/`)
  }

  return {
    list,
    async resolve(ref) {
      const start = await named(ref.name, { refs, objects, commits })
      return start === undefined ? undefined : (await follow(start, ref.steps, commits))?.id
    },
    refs: () => refs.names(),
    mergeBase: (a, b) => findMergeBase(commits, a, b),
    has: async (commit) => (await list(commit, '')) !== undefined,
    find: (ids) => findBlobs(objects, ids),
    close: () => Promise.resolve(),
  }
}

interface Sources {
  readonly refs: Refs
  readonly objects: Objects
  readonly commits: Commits
}

/** A full id is an id even when a branch is called so; a short one is an id only when no branch is called so. */
async function named(name: string, { refs, objects, commits }: Sources): Promise<Commit | undefined> {
  const id = isObjectId(name) ? name : await refs.lookUp(name)
  if (id !== undefined) return commits.peel(id)
  if (!/^[0-9a-f]{4,39}$/i.test(name)) return undefined
  const ids = await objects.beginningWith(name.toLowerCase())
  const found = (await Promise.all(ids.map((each) => commits.peel(each)))).filter((commit) => commit !== undefined)
  return new Set(found.map((commit) => commit.id)).size === 1 ? found[0] : undefined
}

async function follow(start: Commit, steps: RefExpression['steps'], commits: Commits): Promise<Commit | undefined> {
  let current: Commit | undefined = start
  const parents = steps.flatMap((step) =>
    step.kind === 'ancestor' ? Array.from({ length: step.generations }, () => 1) : step.nth === 0 ? [] : [step.nth],
  )
  for (const nth of parents) {
    const parent: CommitId | undefined = current?.parents[nth - 1]
    if (parent === undefined) return undefined
    current = await commits.read(parent)
  }
  return current
}

/** Some at a time: reading a loose object is waiting for a file. */
async function findBlobs(objects: Objects, ids: readonly BlobId[]): Promise<Map<BlobId, Uint8Array>> {
  const found = new Map<BlobId, Uint8Array>()
  const left = ids.values()
  async function drain(): Promise<void> {
    for (const id of left) {
      const object = await objects.read(id).catch((error: unknown) => unreadable(id, error))
      if (object?.type === 'blob') found.set(id, new Uint8Array(object.bytes))
    }
  }
  await Promise.all(Array.from({ length: 16 }, drain))
  return found
}

function unreadable(id: BlobId, cause: unknown): never {
  throw new PreviewError('git.missing-object', `File content ${id} cannot be read: ${String(cause)}`, { cause })
}
