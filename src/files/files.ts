import { createHash } from 'node:crypto'
import { renameSync } from 'node:fs'
import { copyFile, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { FileService } from '../core/ports/files.ts'
import { systemCode } from '../core/base/system-code.ts'
import { withReason } from './failure.ts'

/** Bytes of a file's head and tail that its fingerprint covers; the middle of 100 GB is vouched for by size and time. */
const SAMPLED_BYTES = 1 << 20

/** The file system, as the use cases see it. A file that is written or copied appears whole or not at all. */
export function fileService(temporaryFolder: string, workspace: string): FileService {
  return {
    temporaryFolder,
    workspace,
    exists: async (path) => (await statOf(path))?.isFile() === true,
    fingerprint: (path) => withReason('read', path, () => fingerprint(path)),
    write: (path, content) => whole(path, (part) => writeFile(part, content)),
    read: (path) => withReason('read', path, () => readFile(path, 'utf8')),
    makeFolder: (path) =>
      withReason('written', path, async () => {
        await mkdir(path, { recursive: true, mode: 0o700 })
      }),
    copy: (from, to) => whole(to, (part) => copyFile(from, part)),
    move: (from, to) => withReason('written', to, () => replace(from, to)),
    remove: (path) => withReason('removed', path, () => rm(path, { recursive: true, force: true })),
    real,
  }
}

/**
 * What was there stays whole until the new one is there: it is moved aside, as `<from>-replaced`, and then removed. In
 * one go, as a run may be killed at any moment; another process may put its own there between the two: the last one stays.
 */
async function replace(from: string, to: string, attempts = 5): Promise<void> {
  const aside = `${from}-replaced`
  await rm(aside, { recursive: true, force: true })
  try {
    renameIfThere(to, aside)
    renameSync(from, to)
  } catch (error) {
    if (attempts === 0 || !isOccupied(error)) throw error
    await replace(from, to, attempts - 1)
    return
  }
  await rm(aside, { recursive: true, force: true })
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/** Lets `write` make a file beside `path` and puts it there when it is finished. */
async function whole(path: string, write: (part: string) => Promise<void>): Promise<void> {
  // What is not a plain file (`/dev/stdout`, a pipe) is written to, not replaced.
  const present = await statOf(path)
  const special = present !== undefined && !present.isFile() && !present.isDirectory()
  const part = special ? path : `${path}.part-${String(process.pid)}`
  await withReason('written', path, async () => {
    await mkdir(dirname(path), { recursive: true })
    try {
      await write(part)
      if (!special) await rename(part, path)
    } catch (error) {
      if (!special) await rm(part, { force: true })
      throw error
    }
  })
}

async function fingerprint(path: string): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { size, mtimeMs } = await file.stat()
    const hash = createHash('sha256')
    for (const position of [0, Math.max(0, size - SAMPLED_BYTES)]) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(SAMPLED_BYTES), 0, SAMPLED_BYTES, position)
      hash.update(buffer.subarray(0, bytesRead))
    }
    return `${String(size)} ${String(mtimeMs)} ${hash.digest('hex')}`
  } finally {
    await file.close()
  }
}

/** Follows links as far as the path exists; the rest is taken as written. */
async function real(path: string): Promise<string> {
  const absolute = resolve(path)
  try {
    return await realpath(absolute)
  } catch (error) {
    if (!isMissing(error) || dirname(absolute) === absolute) throw error
    return resolve(await real(dirname(absolute)), absolute.slice(dirname(absolute).length).replace(/^[/\\]/, ''))
  }
}

async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isOccupied(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ENOTEMPTY' || code === 'EEXIST'
}

function isMissing(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}
