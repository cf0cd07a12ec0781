import { createHash, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

import { unpackTar } from 'modern-tar'

import { PreviewError } from '../core/base/errors.ts'
import type { NativeArchive } from './manifest.ts'

/** Twice the largest library that we know (darwin, 117 MB). */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024

/** The files of an npm archive that we want, by name: the one way in, wherever the bytes are from. Fails with `native.mismatch`. */
export async function openArchive(
  bytes: Uint8Array,
  { name, version, integrity, files }: NativeArchive,
  origin: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const actual = createHash('sha512').update(bytes).digest()
  const expected = Buffer.from(integrity.slice('sha512-'.length), 'base64')
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw new PreviewError(
      'native.mismatch',
      `${origin} is not ${name}@${version}: its sha512 is ${actual.toString('base64')}, expected ${expected.toString('base64')}.`,
    )
  }
  return takeFiles(bytes, files, origin)
}

/** Takes the named regular files out of `package/`, and refuses an archive that lacks one, doubles one or makes it a link. */
export async function takeFiles(
  bytes: Uint8Array,
  files: readonly string[],
  origin: string,
  maxUnpackedBytes = MAX_UNPACKED_BYTES,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const taken = new Map<string, Uint8Array>()
  for (const { header, data } of await entriesOf(bytes, origin, maxUnpackedBytes)) {
    const name = header.name.startsWith('package/') ? header.name.slice('package/'.length) : undefined
    if (name === undefined || !files.includes(name)) continue
    if (header.type !== 'file' || data === undefined || taken.has(name)) {
      throw new PreviewError(
        'native.mismatch',
        `${origin} holds ${header.name} as something other than one plain file.`,
      )
    }
    taken.set(name, data)
  }
  const missing = files.filter((file) => !taken.has(file))
  if (missing.length > 0) throw new PreviewError('native.mismatch', `${origin} lacks ${missing.join(', ')}.`)
  return taken
}

async function entriesOf(bytes: Uint8Array, origin: string, maxUnpackedBytes: number): ReturnType<typeof unpackTar> {
  try {
    return await unpackTar(await promisify(gunzip)(bytes, { maxOutputLength: maxUnpackedBytes }), { strict: true })
  } catch (cause) {
    throw new PreviewError(
      'native.mismatch',
      `${origin} is not a gzipped tar of at most ${String(maxUnpackedBytes)} bytes.`,
      {
        cause,
      },
    )
  }
}
