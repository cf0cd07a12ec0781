import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

import { PreviewError } from '../core/base/errors.ts'
import { openArchive } from './archive.ts'
import { fetchArchive } from './fetch.ts'
import { readManifest, type NativeArchive, type NativeManifest } from './manifest.ts'
import { describePlatform, platformKey, thisPlatform, type Platform } from './platform.ts'
import { distrustIfDamaged } from './mark.ts'
import { openStore, packageIn } from './store.ts'
import { unlessCode } from './system-error.ts'

/** Where to look for DuckDB's library. */
export interface NativeOptions {
  /** Our own dist folder: it holds `native/`. */
  readonly distFolder: string
  /** The caller's choice (`native-path`): a folder, or an archive of the right version. Nothing else is tried then. */
  readonly nativePath?: string | undefined
  readonly registryUrl?: string | undefined
  /** For fetching, and for unpacking when dist cannot be written. Undefined: the system's. */
  readonly temporaryFolder?: string | undefined
  /** Undefined: this machine's. */
  readonly platform?: Platform | undefined
}

/** A library that the worker can load: with `<folder>/node_modules` on NODE_PATH, `require('@duckdb/node-bindings')` finds it. */
export interface NativeLibrary {
  readonly kind: 'given' | 'unpacked' | 'vendored' | 'development' | 'fetched'
  readonly folder: string
}

/**
 * Finds the library, or unpacks it, or fetches it, in this order: `nativePath`; what an earlier run unpacked; the archive
 * that came with us; the node_modules that we were installed into; the registry. The first run takes half a second, later
 * ones a few milliseconds. Fails with `native.mismatch` (an archive is not the pinned one) or `native.unavailable`.
 */
export async function findNativeLibrary(options: NativeOptions): Promise<NativeLibrary> {
  const { distFolder, nativePath, registryUrl, temporaryFolder } = options
  const platform = options.platform ?? thisPlatform()
  const manifest = readManifest(distFolder)
  const archive = manifest.platforms[platformKey(platform)]
  if (nativePath !== undefined) return given(resolve(nativePath), archive, options, platform)
  if (archive === undefined) {
    const installed = await findInstalled(distFolder, manifest, platform)
    if (installed !== undefined) return { kind: 'development', folder: installed }
    throw unavailable(
      platform,
      `DuckDB ${manifest.version} has no pinned library for it; there is one for ${known(manifest)}`,
    )
  }
  const store = openStore(distFolder, temporaryFolder)
  const unpacked = store.find(archive)
  if (unpacked !== undefined) return { kind: 'unpacked', folder: unpacked }

  const vendored = join(distFolder, 'native', `${platformKey(platform)}.tgz`)
  const bytes = await readIfThere(vendored)
  if (bytes !== undefined) {
    return { kind: 'vendored', folder: await store.add(archive, await openArchive(bytes, archive, vendored)) }
  }
  const installed = await findInstalled(distFolder, manifest, platform)
  if (installed !== undefined) return { kind: 'development', folder: installed }

  const origin = `${archive.name}@${archive.version}`
  const fetched = await fetchArchive(archive, registryUrl, temporaryFolder).catch((cause: unknown) => {
    throw cause instanceof PreviewError ? cause : unavailable(platform, `npm could not fetch ${origin}`, cause)
  })
  const files = await openArchive(fetched, archive, `${origin} from the registry`)
  return { kind: 'fetched', folder: await store.add(archive, files) }
}

/**
 * Why a worker may have died that used the library of `folder`: it was damaged since it was unpacked. It is then unpacked
 * anew by the next run. Undefined where it is as it was, or not ours.
 */
export function damageOf(folder: string): string | undefined {
  if (!distrustIfDamaged(packageIn(folder))) return undefined
  return 'The DuckDB library was damaged since it was unpacked; the next run unpacks it anew.'
}

/** A folder is the caller's own and taken as it is; an archive is held against the manifest like any other. */
async function given(
  path: string,
  archive: NativeArchive | undefined,
  { distFolder, temporaryFolder }: NativeOptions,
  platform: Platform,
): Promise<NativeLibrary> {
  for (const folder of basename(path) === 'node_modules' ? [dirname(path), path] : [path]) {
    if (await exists(join(folder, 'node_modules', '@duckdb', 'node-bindings', 'package.json')))
      return { kind: 'given', folder }
  }
  const isFile = (await stat(path).catch(() => undefined))?.isFile() === true
  if (!isFile)
    throw unavailable(platform, `\`native-path\` names ${path}, which is no .tgz and holds no @duckdb/node-bindings`)
  if (archive === undefined)
    throw unavailable(platform, `${path} cannot be checked: no archive is pinned for this platform`)
  const store = openStore(distFolder, temporaryFolder)
  const files = await openArchive(await readFile(path), archive, path)
  return { kind: 'given', folder: store.find(archive) ?? (await store.add(archive, files)) }
}

/** The folder of the checkout, or the one whose node_modules we lie in, when it has this version for this platform. */
async function findInstalled(
  distFolder: string,
  { version }: NativeManifest,
  platform: Platform,
): Promise<string | undefined> {
  const root = dirname(resolve(distFolder))
  const around = dirname(root)
  for (const folder of [root, ...(basename(around) === 'node_modules' ? [dirname(around)] : [])]) {
    const packages = join(folder, 'node_modules', '@duckdb')
    const description = await readIfThere(join(packages, `node-bindings-${platformKey(platform)}`, 'package.json'))
    const isThisVersion = description?.toString('utf8').includes(`"version": "${version}"`) === true
    if (isThisVersion && (await exists(join(packages, 'node-bindings', 'package.json')))) return folder
  }
  return undefined
}

function unavailable(platform: Platform, because: string, cause?: unknown): PreviewError {
  const message = `There is no DuckDB library for this machine (${describePlatform(platform)}): ${because}.`
  return new PreviewError('native.unavailable', message, {
    hint: `Give \`native-path\`: a folder that holds node_modules/@duckdb/node-bindings, or the .tgz of @duckdb/node-bindings-${platformKey(platform)}. Or let the step reach the npm registry (\`registry-url\` names a mirror).`,
    cause,
  })
}

function known({ platforms }: NativeManifest): string {
  return Object.keys(platforms).sort().join(', ')
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(unlessCode('ENOENT'))
}
