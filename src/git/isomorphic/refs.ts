import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Layout } from '../layout.ts'

/** Branches and tags as files and in packed-refs. isomorphic-git's own lookup does not know linked worktrees. */
export interface Refs {
  /** The id that a name stands for, by git's order of places; undefined when it stands for none. */
  lookUp(name: string): Promise<string | undefined>
  names(): Promise<readonly string[]>
}

/** gitrevisions(7): a tag comes before a branch of the same name. */
const places = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/']

export function openRefs({ gitFolder, commonFolder }: Layout): Refs {
  async function read(name: string, depth = 0): Promise<string | undefined> {
    const folder = /^refs\/(?!bisect\/|worktree\/|rewritten\/)/.test(name) ? commonFolder : gitFolder
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    const target = text?.trim() ?? (await packed(commonFolder)).get(name)
    if (target === undefined || /^[0-9a-f]{40}$/.test(target)) return target
    const [, symbolic] = /^ref: (?!.*\.\.)(\S+)$/.exec(target) ?? []
    return symbolic === undefined || depth === 5 ? undefined : read(symbolic, depth + 1)
  }

  return {
    async lookUp(text) {
      const name = text === '@' ? 'HEAD' : text
      for (const full of [...places.map((place) => `${place}${name}`), `refs/remotes/${name}/HEAD`]) {
        const id = await read(full)
        if (id !== undefined) return id
      }
      return undefined
    },
    async names() {
      const loose = await Promise.all(
        ['heads', 'remotes', 'tags'].map((kind) => filesBelow(commonFolder, `refs/${kind}`)),
      )
      return [...new Set([...loose.flat(), ...(await packed(commonFolder)).keys()])]
    },
  }
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])
  const names = entries.map(async (entry) => {
    const name = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesBelow(root, name) : [name]
  })
  return (await Promise.all(names)).flat()
}

/** Lines `<id> <name>`; a comment begins with `#`, the id that the tag above points at with `^`. */
async function packed(commonFolder: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(commonFolder, 'packed-refs'), 'utf8').catch(() => '')
  return new Map([...text.matchAll(/^([0-9a-f]{40}) (\S+)$/gm)].map(([, id = '', name = '']) => [name, id]))
}
