/**
 * Gives package-lock.json an entry for every optional platform package that npm left out.
 *
 * npm omits a platform package that its registry does not serve (a mirror, say), without a word; `npm ci` then refuses
 * the lockfile as "not in sync", everywhere. An entry made here pins the version and the platform, not the bytes:
 * `integrity` comes when `npm install` is next run against a registry that has the package.
 *
 *   node scripts/complete-lockfile.mjs [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** The lockfile with the missing entries in their sorted places, and the names of those. Changes its argument. */
export function completeLockfile(lock) {
  const added = []
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (place === '' || isPresent(lock, place, name)) continue
      if (!/^\d+\.\d+\.\d+/.test(version))
        throw new Error(`${place} wants ${name}@${version}: only exact versions can be filled in`)
      lock.packages[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(entry.dev === true ? { dev: true } : {}),
        optional: true,
      }
      added.push(name)
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
  return added.sort()
}

/** npm looks in the package's own node_modules, then in those of the folders above. */
function isPresent(lock, place, name) {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true
    if (folder === '') return false
  }
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64']

/** `@swc/core-linux-arm-gnueabihf` → linux, arm, glibc: every one of these families names its platform so. */
function platformOf(name) {
  const words = name.split(/[-/]/)
  const os = systems.find((system) => words.includes(system))
  const cpu = processors.find((processor) => words.includes(processor))
  if (os === undefined || cpu === undefined) throw new Error(`${name} does not say which platform it is for`)
  const libc = os !== 'linux' ? undefined : words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'
  return { cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }), os: [os] }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = new URL('../package-lock.json', import.meta.url)
  const lock = JSON.parse(readFileSync(path, 'utf8'))
  const added = completeLockfile(lock)
  if (process.argv.includes('--check')) {
    if (added.length > 0)
      throw new Error(`package-lock.json lacks ${added.join(', ')}: run node scripts/complete-lockfile.mjs`)
  } else {
    writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`)
    console.log(added.length === 0 ? 'nothing was missing' : `added ${added.join(', ')}`)
  }
}
