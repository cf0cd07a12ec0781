import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PreviewError } from '../../core/base/errors.ts'
import type { BlobId, CommitId, TreeEntry } from '../../core/ports/git.ts'
import type { Layout } from '../layout.ts'
import { kindOf, type ObjectReader } from '../reader.ts'
import { asCommitId } from '../ref.ts'
import { openBatch } from './batch.ts'
import { runGit, startGit, type GitOutput } from './command.ts'

/** Asks the git program: one long-lived process for objects, a short one for everything else. */
export function binaryReader({ gitFolder, commonFolder }: Layout, environment: NodeJS.ProcessEnv): ObjectReader {
  const run = (...args: string[]) => runGit({ folder: gitFolder, args, environment })
  const batch = openBatch(() => startGit({ folder: gitFolder, args: ['cat-file', '--batch'], environment }))
  return {
    async resolve({ text }) {
      return idIn(await run('rev-parse', '--verify', '--quiet', '--end-of-options', `${text}^{commit}`))
    },
    async refs() {
      const { stdout } = await run('for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/remotes', 'refs/tags')
      return linesOf(stdout)
    },
    async mergeBase(a, b) {
      const base = idIn(await run('merge-base', a, b))
      if (base === undefined || base === a || base === b) return base
      const cut = await shallowCommits(commonFolder)
      if (cut.size === 0) return base
      // git takes the commits where a shallow clone ends for roots. One that the base does not reach may hide a
      // better base behind it, so the one that is seen is not proven.
      const { status, stdout } = await run('rev-list', a, b, '--not', base)
      return status === 0 && !linesOf(stdout).some((commit) => cut.has(commit)) ? base : undefined
    },
    async has(commit) {
      const object = (await batch.read([commit])).get(commit)
      return object?.type === 'commit' && (await run('ls-tree', '-r', '-d', '-z', commit)).status === 0
    },
    async list(commit, folder) {
      const paths = folder === '' ? [] : ['--', `${folder}/`]
      const { status, stdout } = await run('ls-tree', '-r', '-z', '--full-tree', commit, ...paths)
      return status === 0 ? entriesOf(stdout, folder) : undefined
    },
    find: async (ids) => blobsOf(await batch.read(ids).catch(unreadable)),
    close: () => batch.close(),
  }
}

function idIn({ status, stdout }: GitOutput): CommitId | undefined {
  const [id] = linesOf(stdout)
  return status === 0 && id !== undefined ? asCommitId(id) : undefined
}

/** `<mode> <type> <id>\t<path>`, each ended by NUL. A folder's name that is a file's lists that file: not below it. */
function entriesOf(stdout: Buffer, folder: string): TreeEntry[] {
  const below = folder === '' ? '' : `${folder}/`
  return stdout
    .toString()
    .split('\0')
    .flatMap((record) => {
      const tab = record.indexOf('\t')
      const [mode = '', , id = ''] = record.slice(0, tab).split(' ')
      const kind = kindOf(mode)
      const path = record.slice(tab + 1)
      return kind === undefined || !path.startsWith(below) ? [] : [{ path, id: id as BlobId, kind }]
    })
}

function blobsOf(objects: Awaited<ReturnType<ReturnType<typeof openBatch>['read']>>): Map<BlobId, Uint8Array> {
  const blobs = [...objects].filter(([, { type }]) => type === 'blob')
  return new Map(blobs.map(([id, { bytes }]) => [id as BlobId, bytes]))
}

function unreadable(cause: unknown): never {
  throw new PreviewError('git.missing-object', `git could not read the files: ${String(cause)}`, { cause })
}

async function shallowCommits(commonFolder: string): Promise<ReadonlySet<string>> {
  return new Set(linesOf(await readFile(join(commonFolder, 'shallow')).catch(() => Buffer.of())))
}

function linesOf(bytes: Buffer): string[] {
  return bytes
    .toString()
    .split('\n')
    .filter((line) => line !== '')
}
