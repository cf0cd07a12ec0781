import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { PreviewError } from '../core/base/errors.ts'

/** The one npm archive that fits a platform. */
export interface NativeArchive {
  readonly name: string
  readonly version: string
  /** Subresource integrity of the npm archive, as package-lock.json has it: `sha512-…`. */
  readonly integrity: string
  /** Every file that is taken out of the archive, by its name below `package/`. */
  readonly files: readonly string[]
}

/** Which archive of the engine fits which platform; made from package-lock.json by scripts/generate-native.mjs. */
export interface NativeManifest {
  readonly version: string
  readonly platforms: Readonly<Record<string, NativeArchive>>
}

/**
 * Reads `native/manifest.json` below our own dist folder. It is part of us, as much as the code that reads it, and this
 * lies on the way of every start: its shape is held by a test, not by a schema (zod's first parse takes 5 ms).
 */
export function readManifest(distFolder: string): NativeManifest {
  const path = join(distFolder, 'native', 'manifest.json')
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as NativeManifest
  } catch (cause) {
    throw new PreviewError('native.unavailable', `${path} cannot be read.`, {
      hint: 'The installation is incomplete: take the whole dist folder from the release.',
      cause,
    })
  }
}
