import { accessSync, constants, lstatSync, mkdirSync, type Stats } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { PreviewError } from '../core/base/errors.ts'
import type { NativeArchive } from './manifest.ts'
import { isWhole, writeMark } from './mark.ts'
import { hasCode, unlessCode } from './system-error.ts'

/**
 * Unpacked libraries, one folder each, named by the hash of the archive. A folder appears under its name by one rename,
 * when it is whole: that it is there, and as it was unpacked, is the proof that its archive was verified.
 */
export interface NativeStore {
  readonly folder: string
  /** The folder whose node_modules holds the library, or undefined when this archive was not unpacked here, or is not whole any more. */
  find(archive: NativeArchive): string | undefined
  /** Safe when several processes do it at once; each gets the same folder. */
  add(archive: NativeArchive, files: ReadonlyMap<string, Uint8Array>): Promise<string>
}

/**
 * `native/unpacked` beside us when it can be written, else a folder of this user's in the temporary folder.
 * Looking is synchronous, as it lies on the way of every start: half the time of the same calls with promises.
 */
export function openStore(distFolder: string, temporaryFolder = tmpdir()): NativeStore {
  const user = process.getuid?.()
  const beside = join(distFolder, 'native', 'unpacked')
  if (isUsable(beside, join(distFolder, 'native'), user)) return store(beside)

  const folder = join(temporaryFolder, `rocky-preview-native${user === undefined ? '' : `-${String(user)}`}`)
  const because = makePrivate(folder, [user])
  if (because === undefined) return store(folder)
  throw new PreviewError('native.unavailable', `The folder for the DuckDB library, ${folder}, ${because}.`, {
    hint: 'Delete it, point TMPDIR at a private folder, or give `native-path`.',
  })
}

/** Beside us, the owner of our own files is as good as this user. */
function isUsable(folder: string, parent: string, user: number | undefined): boolean {
  try {
    const owners = user === undefined ? [] : [user, lstatSync(parent).uid]
    if (makePrivate(folder, owners) !== undefined) return false
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Makes the folder if it is not there; says why it cannot be made or is not to be trusted, if so. */
function makePrivate(folder: string, owners: readonly (number | undefined)[]): string | undefined {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (cause) {
    if (!hasCode(cause, 'EEXIST')) return `cannot be made (${String(cause)})`
  }
  return distrust(lstatSync(folder), owners)
}

/** Why others could have put something here; undefined when they could not. Windows' temporary folder is its user's own. */
function distrust(stats: Stats, owners: readonly (number | undefined)[]): string | undefined {
  if (stats.isSymbolicLink()) return 'is a symbolic link'
  if (!stats.isDirectory()) return 'is not a folder'
  if (process.getuid === undefined) return undefined
  if (!owners.includes(stats.uid)) return 'belongs to another user'
  return (stats.mode & 0o022) === 0 ? undefined : 'can be written by others'
}

function store(folder: string): NativeStore {
  return {
    folder,
    find(archive) {
      const home = join(folder, hashOf(archive))
      return isFolder(home) && isWhole(packageIn(home)) ? home : undefined
    },
    async add(archive, files) {
      const home = join(folder, hashOf(archive))
      const draft = await mkdtemp(join(folder, '.draft-'))
      const damaged = `${draft}-damaged`
      try {
        await writePackage(packageIn(draft), archive, files)
        await put(draft, home)
        // One that was damaged makes room; whoever has it open keeps what it opened.
        if (isFolder(home) && this.find(archive) === undefined) {
          await rename(home, damaged).catch(unlessCode('ENOENT'))
          await put(draft, home)
        }
      } catch (cause) {
        if (!hasCode(cause, 'ENOSPC')) throw cause
        throw new PreviewError('disk.full', `There is no space for the DuckDB library in ${folder}.`, { cause })
      } finally {
        for (const rest of [draft, damaged]) await rm(rest, { recursive: true, force: true })
      }
      const found = this.find(archive)
      if (found === undefined) {
        throw new PreviewError('native.unavailable', `The DuckDB library could not be put in ${home}.`, {
          hint: `Delete ${home} if it is there, or give \`native-path\`.`,
        })
      }
      return found
    },
  }
}

/** Leaves what is there already. */
async function put(draft: string, home: string): Promise<void> {
  await rename(draft, home).catch(unlessCode('EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EPERM', 'ENOENT'))
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Where a folder that is put on NODE_PATH has the library. */
export function packageIn(folder: string): string {
  return join(folder, 'node_modules', '@duckdb', 'node-bindings')
}

/** The engine's loader asks for `@duckdb/node-bindings`; answering with the library itself makes its choice of platform needless. */
async function writePackage(
  folder: string,
  { version }: NativeArchive,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const description = { name: '@duckdb/node-bindings', version, main: './duckdb.node' } satisfies Record<string, string>
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(description)}\n`, { flag: 'wx' })
  for (const [name, content] of files) {
    await writeFile(join(folder, name), content, { flag: 'wx', mode: 0o600 })
  }
  await writeMark(folder, files)
}

/** 96 bits of the verified hash: enough to tell our own archives apart. */
function hashOf({ integrity }: NativeArchive): string {
  return Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex', 0, 12)
}
