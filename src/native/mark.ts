import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What each file of an unpacked library was when its archive had been verified. */
type Mark = Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>

const NAME = 'unpacked.json'

export async function writeMark(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const mark: Mark = Object.fromEntries(
    [...files].map(([name, content]) => [name, { bytes: content.byteLength, sha256: digest(content) }]),
  )
  await writeFile(join(folder, NAME), `${JSON.stringify(mark)}\n`, { flag: 'wx', mode: 0o600 })
}

/** Whether every file is there with the size that it had: lies on the way of every start, and takes 0.1 ms. */
export function isWhole(folder: string): boolean {
  try {
    return Object.entries(readMark(folder)).every(([name, { bytes }]) => statSync(join(folder, name)).size === bytes)
  } catch {
    return false
  }
}

/** Whether a file is another than was unpacked. Then the mark goes, so that the next run unpacks the library anew. Takes 0.1 s. */
export function distrustIfDamaged(folder: string): boolean {
  try {
    const same = Object.entries(readMark(folder)).every(
      ([name, { sha256 }]) => digest(readFileSync(join(folder, name))) === sha256,
    )
    if (!same) rmSync(join(folder, NAME), { force: true })
    return !same
  } catch {
    // It is not ours to judge: a folder that somebody gave, or one that is being replaced.
    return false
  }
}

function readMark(folder: string): Mark {
  return JSON.parse(readFileSync(join(folder, NAME), 'utf8')) as Mark
}

function digest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
