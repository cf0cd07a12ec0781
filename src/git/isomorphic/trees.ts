import type { BlobId, TreeEntry } from '../../core/ports/git.ts'
import { kindOf } from '../reader.ts'
import type { Objects } from './objects.ts'

interface Child {
  readonly mode: string
  readonly name: string
  readonly id: string
}

/** Trees by id, each read and parsed once: base and head share almost all of theirs. */
export interface Trees {
  /** Every file of a tree, paths after `prefix`; undefined when it or one below it is not there. */
  files(tree: string, prefix: string): Promise<TreeEntry[] | undefined>
  /** The tree of a folder; the empty one when there is no such folder, undefined when a tree on the way is not there. */
  folder(tree: string, path: string): Promise<string | undefined>
}

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

export function openTrees(objects: Objects): Trees {
  const known = new Map<string, Promise<readonly Child[] | undefined>>()

  function children(tree: string): Promise<readonly Child[] | undefined> {
    const before = known.get(tree)
    if (before !== undefined) return before
    const reading = tree === emptyTree ? Promise.resolve([]) : readTree(objects, tree)
    known.set(tree, reading)
    return reading
  }

  async function files(tree: string, prefix: string): Promise<TreeEntry[] | undefined> {
    const all = await children(tree)
    if (all === undefined) return undefined
    const nested = await Promise.all(
      all.map(async ({ mode, name, id }) => {
        const kind = kindOf(mode)
        if (kind === undefined) return files(id, `${prefix}${name}/`)
        return [{ path: `${prefix}${name}`, id: id as BlobId, kind }]
      }),
    )
    return nested.includes(undefined) ? undefined : nested.flatMap((entries) => entries ?? [])
  }

  async function folder(tree: string, path: string): Promise<string | undefined> {
    let current = tree
    for (const name of path.split('/').filter((part) => part !== '')) {
      const all = await children(current)
      if (all === undefined) return undefined
      const child = all.find((each) => each.name === name && kindOf(each.mode) === undefined)
      if (child === undefined) return emptyTree
      current = child.id
    }
    return current
  }

  return { files, folder }
}

async function readTree(objects: Objects, id: string): Promise<readonly Child[] | undefined> {
  const object = await objects.read(id)
  return object?.type === 'tree' ? parse(Buffer.from(object.bytes)) : undefined
}

/** `<mode> <name>\0` and twenty bytes of id. isomorphic-git's parser refuses names with a backslash, which git allows. */
function parse(bytes: Buffer): Child[] {
  const children: Child[] = []
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(32, at)
    const zero = bytes.indexOf(0, space)
    children.push({
      mode: bytes.toString('latin1', at, space).padStart(6, '0'),
      name: bytes.toString('utf8', space + 1, zero),
      id: bytes.toString('hex', zero + 1, zero + 21),
    })
    at = zero + 21
  }
  return children
}
