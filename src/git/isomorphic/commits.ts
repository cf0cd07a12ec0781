import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommitId } from '../../core/ports/git.ts'
import type { Objects } from './objects.ts'

export interface Commit {
  readonly id: CommitId
  readonly tree: string
  readonly parents: readonly CommitId[]
  /** Whether the clone ends here: it may have parents, but they are not shown. */
  readonly cut: boolean
  /** When it was committed, in seconds since 1970. */
  readonly committedAt: number
}

export interface Commits {
  read(id: CommitId): Promise<Commit | undefined>
  /** The commit that an object is or, through any number of tags, names. */
  peel(id: string): Promise<Commit | undefined>
}

/** Each commit is parsed once; the list of shallow commits is read once. */
export function openCommits(objects: Objects, commonFolder: string): Commits {
  const known = new Map<string, Commit>()
  let shallow: Promise<ReadonlySet<string>> | undefined

  async function read(id: CommitId): Promise<Commit | undefined> {
    const before = known.get(id)
    if (before !== undefined) return before
    const object = await objects.read(id)
    if (object?.type !== 'commit') return undefined
    shallow ??= shallowCommits(commonFolder)
    const commit = parse(id, headerOf(object.bytes), (await shallow).has(id))
    known.set(id, commit)
    return commit
  }

  async function peel(id: string): Promise<Commit | undefined> {
    const object = await objects.read(id)
    if (object?.type !== 'tag') return read(id as CommitId)
    const target = /^object ([0-9a-f]+)$/m.exec(headerOf(object.bytes))?.[1]
    return target === undefined ? undefined : peel(target)
  }

  return { read, peel }
}

function parse(id: CommitId, header: string, cut: boolean): Commit {
  const parents = [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent]) => parent as CommitId)
  return {
    id,
    tree: /^tree ([0-9a-f]+)$/m.exec(header)?.[1] ?? '',
    parents: cut ? [] : parents,
    cut,
    committedAt: Number(/^committer .* (\d+) [-+]\d+$/m.exec(header)?.[1] ?? 0),
  }
}

/** The lines before the first empty one, which ends the header. */
function headerOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1').split('\n\n', 1)[0] ?? ''
}

async function shallowCommits(commonFolder: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(commonFolder, 'shallow'), 'utf8').catch(() => '')
  return new Set(text.split('\n'))
}
