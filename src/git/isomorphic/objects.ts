import fs from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { expandOid, readObject } from 'isomorphic-git'
import { rememberedFiles } from './remembered-files.ts'

export interface StoredObject {
  readonly type: string
  readonly bytes: Uint8Array
}

/** The objects of a repository and of those that it borrows from. */
export interface Objects {
  /** undefined when it is nowhere; fails when it is damaged. */
  read(id: string): Promise<StoredObject | undefined>
  /** Every id that begins with these digits. */
  beginningWith(digits: string): Promise<readonly string[]>
}

export function openObjects(commonFolder: string): Objects {
  const cache = {}
  let folders: Promise<readonly string[]> | undefined
  const stores = async () => (folders ??= withAlternates(commonFolder))
  let files = rememberedFiles()

  async function find(oid: string): Promise<StoredObject | undefined> {
    for (const gitdir of await stores()) {
      // Its successors want the type to be known beforehand; a tag may name anything.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      const found = await orAbsent(readObject({ fs: files, gitdir, oid, format: 'content', cache }))
      if (found !== undefined) return { type: found.type, bytes: found.object as Uint8Array }
    }
    return undefined
  }

  return {
    async read(oid) {
      const found = await find(oid).catch(() => undefined)
      if (found !== undefined) return found
      // It may have been written, or packed, since the folders were looked at.
      files = rememberedFiles()
      return find(oid)
    },
    async beginningWith(digits) {
      const ids = (await stores()).map(async (gitdir) => {
        const found = expandOid({ fs, gitdir, oid: digits, cache }).then((id) => [id], several)
        return (await orAbsent(found)) ?? []
      })
      return [...new Set((await Promise.all(ids)).flat())]
    },
  }
}

/**
 * isomorphic-git does not know `objects/info/alternates`, but each line names a folder that, with the one above it,
 * looks like a repository to it. A store that is not called `objects` cannot be shown to it and is left out.
 */
async function withAlternates(gitFolder: string, depth = 0): Promise<readonly string[]> {
  const objects = join(gitFolder, 'objects')
  const text = await fs.promises.readFile(join(objects, 'info', 'alternates'), 'utf8').catch(() => '')
  const others = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => resolve(objects, line))
    .filter((folder) => basename(folder) === 'objects')
  const nested = depth < 5 ? await Promise.all(others.map((folder) => withAlternates(dirname(folder), depth + 1))) : []
  return [gitFolder, ...nested.flat()]
}

/** Errors are known by their code: the class is another one when the module is loaded twice. */
async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (codeOf(error) === 'NotFoundError') return undefined
    throw error
  })
}

function several(error: unknown): string[] {
  if (codeOf(error) !== 'AmbiguousError') throw error
  return (error as { data: { matches: string[] } }).data.matches
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code
}
