/**
 * Writes dist/native/manifest.json from package-lock.json, and fetches the archive that we ship when it is not there:
 * the unmodified npm archive, so that its sha512 is the lockfile's.
 *
 *   node scripts/generate-native.mjs [--manifest-only] [--out <dist folder>]
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** The platforms whose archive lies in dist: the one that hosted runners have by default. */
const vendored = ['linux-x64']
const prefix = 'node_modules/@duckdb/node-bindings-'
const library = { linux: 'libduckdb.so', darwin: 'libduckdb.dylib', win32: 'duckdb.dll' }

/** The manifest of every platform package that the lockfile pins by hash. */
export function nativeManifest(lock) {
  const bindings = lock.packages['node_modules/@duckdb/node-bindings']
  const platforms = Object.entries(lock.packages)
    .filter(([place, entry]) => place.startsWith(prefix) && entry.integrity !== undefined)
    .map(([place, { version, integrity }]) => [place.slice(prefix.length), version, integrity])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([platform, version, integrity]) => {
      if (version !== bindings.version) throw new Error(`${platform} is ${version}, the loader ${bindings.version}`)
      const files = ['LICENSE', 'duckdb.node', library[platform.split('-')[0]]]
      return [platform, { name: `@duckdb/node-bindings-${platform}`, version, integrity, files }]
    })
  return { version: bindings.version, platforms: Object.fromEntries(platforms) }
}

function fetchVendored(folder, { name, version, integrity }, path) {
  const draft = mkdtempSync(join(folder, '.fetch-'))
  try {
    execFileSync('npm', ['pack', '--ignore-scripts', '--silent', `${name}@${version}`], { cwd: draft, stdio: 'pipe' })
    const [archive] = readdirSync(draft)
    const hash = `sha512-${createHash('sha512')
      .update(readFileSync(join(draft, archive)))
      .digest('base64')}`
    if (hash !== integrity) throw new Error(`${name}@${version}: fetched ${hash}, the lockfile says ${integrity}`)
    renameSync(join(draft, archive), path)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

function hasHash(path, integrity) {
  return existsSync(path) && `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}` === integrity
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const out = process.argv.includes('--out') ? process.argv[process.argv.indexOf('--out') + 1] : join(root, 'dist')
  const folder = join(out, 'native')
  mkdirSync(folder, { recursive: true })
  const manifest = nativeManifest(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  if (!process.argv.includes('--manifest-only')) {
    for (const platform of vendored) {
      const path = join(folder, `${platform}.tgz`)
      const archive = manifest.platforms[platform]
      if (!hasHash(path, archive.integrity)) fetchVendored(folder, archive, path)
    }
  }
}
