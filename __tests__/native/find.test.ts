import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { packTar } from 'modern-tar'
import ts from 'typescript'

import { damageOf, findNativeLibrary } from '../../src/native/find.ts'
import type { NativeManifest } from '../../src/native/manifest.ts'
import type { Platform } from '../../src/native/platform.ts'
import { nodeVersions } from '../support/node-versions.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const realArchive = join(root, 'dist', 'native', 'linux-x64.tgz')
const linux: Platform = { os: 'linux', arch: 'x64', libc: 'glibc' }
const onLinux = process.platform === 'linux' && process.arch === 'x64'

let folder: string
let made = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'native-test-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('findNativeLibrary', () => {
  it('unpacks the archive that came with us once, and finds it again without reading it', async () => {
    const options = { distFolder: await dist(), platform: linux }
    const first = await findNativeLibrary(options)
    expect(first.kind).toBe('vendored')
    expect(filesOf(first.folder)).toEqual(['LICENSE', 'duckdb.node', 'libduckdb.so', 'package.json', 'unpacked.json'])

    rmSync(join(options.distFolder, 'native', 'linux-x64.tgz'))
    expect(await findNativeLibrary(options)).toEqual({ kind: 'unpacked', folder: first.folder })
    expect(readdirSync(join(options.distFolder, 'native', 'unpacked'))).toHaveLength(1)
  })

  it('refuses an archive with one byte changed, and leaves nothing behind', async () => {
    const distFolder = await dist()
    const path = join(distFolder, 'native', 'linux-x64.tgz')
    const bytes = readFileSync(path)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    writeFileSync(path, bytes)
    await expect(findNativeLibrary({ distFolder, platform: linux })).rejects.toMatchObject({ code: 'native.mismatch' })
    expect(readdirSync(join(distFolder, 'native', 'unpacked'))).toEqual([])
  })

  it('names platform, architecture and C library, and what to do, where no library is pinned', async () => {
    const options = { distFolder: await dist(), platform: { os: 'linux', arch: 'arm', libc: 'musl' } } as const
    await expect(findNativeLibrary(options)).rejects.toMatchObject({
      code: 'native.unavailable',
      message: expect.stringContaining('(linux, arm, musl)'),
      hint: expect.stringContaining('native-path'),
    })
  })

  it('says that the installation is incomplete when there is no manifest', async () => {
    await expect(findNativeLibrary({ distFolder: newFolder() })).rejects.toMatchObject({ code: 'native.unavailable' })
  })

  it.each([
    ['a folder with node_modules', (home: string) => home],
    ['a folder named node_modules', (home: string) => join(home, 'node_modules')],
  ])('takes %s as native-path', async (_, nativePath) => {
    const home = newFolder()
    mkdirSync(join(home, 'node_modules', '@duckdb', 'node-bindings'), { recursive: true })
    writeFileSync(join(home, 'node_modules', '@duckdb', 'node-bindings', 'package.json'), '{}')
    const found = await findNativeLibrary({ distFolder: await dist(), nativePath: nativePath(home), platform: linux })
    expect(found).toEqual({ kind: 'given', folder: home })
  })

  it('checks an archive given as native-path against the manifest', async () => {
    const distFolder = await dist()
    const nativePath = join(newFolder(), 'duckdb.tgz')
    writeFileSync(nativePath, await archive())
    expect((await findNativeLibrary({ distFolder, nativePath, platform: linux })).kind).toBe('given')
    writeFileSync(nativePath, await archive({ 'duckdb.node': 'another' }))
    await expect(findNativeLibrary({ distFolder, nativePath, platform: linux })).rejects.toMatchObject({
      code: 'native.mismatch',
    })
  })

  it('refuses a native-path that is neither, without looking elsewhere', async () => {
    const options = { distFolder: await dist(), nativePath: newFolder(), platform: linux }
    await expect(findNativeLibrary(options)).rejects.toMatchObject({ code: 'native.unavailable' })
  })

  it('unpacks into the temporary folder when the place beside us is not to be trusted', async () => {
    const distFolder = await dist()
    const elsewhere = newFolder()
    symlinkSync(elsewhere, join(distFolder, 'native', 'unpacked'))
    const temporaryFolder = newFolder()
    const found = await findNativeLibrary({ distFolder, temporaryFolder, platform: linux })
    expect(found.folder.startsWith(temporaryFolder)).toBe(true)
    expect(readdirSync(elsewhere)).toEqual([])
  })

  it.each<[string, (place: string) => void]>([
    [
      'is a symbolic link',
      (place) => {
        symlinkSync(newFolder(), place)
      },
    ],
    [
      'can be written by others',
      (place) => {
        mkdirSync(place)
        chmodSync(place, 0o777)
      },
    ],
    [
      'is not a folder',
      (place) => {
        writeFileSync(place, '')
      },
    ],
  ])('refuses a folder in the temporary folder that %s', async (because, plant) => {
    const temporaryFolder = newFolder()
    const distFolder = await dist()
    writeFileSync(join(distFolder, 'native', 'unpacked'), 'in the way')
    plant(join(temporaryFolder, `rocky-preview-native-${String(process.getuid?.())}`))
    await expect(findNativeLibrary({ distFolder, temporaryFolder, platform: linux })).rejects.toMatchObject({
      code: 'native.unavailable',
      message: expect.stringContaining(because),
    })
  })

  it('unpacks a library anew that lost a part of itself', async () => {
    const options = { distFolder: await dist(), platform: linux }
    const { folder: home } = await findNativeLibrary(options)
    const file = join(home, 'node_modules', '@duckdb', 'node-bindings', 'libduckdb.so')
    for (const damage of [() => truncateSync(file, 2), () => rmSync(file)]) {
      damage()
      expect(await findNativeLibrary(options)).toEqual({ kind: 'vendored', folder: home })
      expect(readFileSync(file, 'utf8')).toBe('engine')
      expect(readdirSync(join(options.distFolder, 'native', 'unpacked'))).toHaveLength(1)
    }
  })

  it('unpacks a library anew once a worker has died of what was written into it', async () => {
    const options = { distFolder: await dist(), platform: linux }
    const { folder: home } = await findNativeLibrary(options)
    const file = join(home, 'node_modules', '@duckdb', 'node-bindings', 'libduckdb.so')
    expect(damageOf(home)).toBeUndefined()
    writeFileSync(file, 'enginE')
    expect((await findNativeLibrary(options)).kind).toBe('unpacked')
    expect(damageOf(home)).toContain('the next run unpacks it anew')
    expect((await findNativeLibrary(options)).kind).toBe('vendored')
    expect(readFileSync(file, 'utf8')).toBe('engine')
    expect(damageOf(newFolder())).toBeUndefined()
  })

  it('does not follow a link in the place of the unpacked library', async () => {
    const distFolder = await dist()
    const { folder: home } = await findNativeLibrary({ distFolder, platform: linux })
    rmSync(home, { recursive: true })
    symlinkSync(newFolder(), home)
    await expect(findNativeLibrary({ distFolder, platform: linux })).rejects.toMatchObject({
      code: 'native.unavailable',
    })
  })

  it('uses the node_modules beside dist when no archive came with us', async () => {
    const distFolder = await dist({ vendored: false })
    const installed = join(dirname(distFolder), 'node_modules', '@duckdb')
    for (const name of ['node-bindings', 'node-bindings-linux-x64']) {
      mkdirSync(join(installed, name), { recursive: true })
      writeFileSync(join(installed, name, 'package.json'), JSON.stringify({ name, version: '0.0.1' }, undefined, 2))
    }
    const found = await findNativeLibrary({ distFolder, platform: linux })
    expect(found).toEqual({ kind: 'development', folder: dirname(distFolder) })
  })

  describe('from a registry', () => {
    let registry: Server
    let served: Uint8Array
    beforeAll(async () => {
      registry = createServer((request, response) => {
        const host = `http://${request.headers.host ?? ''}`
        if (request.url?.endsWith('.tgz') === true) return response.end(served)
        const name = '@duckdb/node-bindings-linux-x64'
        const version = { name, version: '0.0.1', dist: { tarball: `${host}/archive.tgz` } }
        return response.end(JSON.stringify({ name, 'dist-tags': { latest: '0.0.1' }, versions: { '0.0.1': version } }))
      })
      await new Promise<void>((listening) => registry.listen(0, '127.0.0.1', listening))
    })
    afterAll(() => {
      registry.close()
    })

    const url = () => `http://127.0.0.1:${String((registry.address() as AddressInfo).port)}/`

    it('fetches the archive with npm, verifies it and cleans up', async () => {
      served = await archive()
      const temporaryFolder = newFolder()
      const options = {
        distFolder: await dist({ vendored: false }),
        registryUrl: url(),
        temporaryFolder,
        platform: linux,
      }
      expect((await findNativeLibrary(options)).kind).toBe('fetched')
      expect(readdirSync(temporaryFolder)).toEqual([])
    })

    it('refuses what a hostile registry serves in its place', async () => {
      served = await archive({ 'duckdb.node': 'hostile' })
      const options = { distFolder: await dist({ vendored: false }), registryUrl: url(), platform: linux }
      await expect(findNativeLibrary(options)).rejects.toMatchObject({ code: 'native.mismatch' })
    })

    it('says what could not be fetched when the registry is away', async () => {
      const options = {
        distFolder: await dist({ vendored: false }),
        registryUrl: 'http://127.0.0.1:9/',
        platform: linux,
      }
      await expect(findNativeLibrary(options)).rejects.toMatchObject({
        code: 'native.unavailable',
        message: expect.stringContaining('@duckdb/node-bindings-linux-x64@0.0.1'),
      })
    }, 200_000)

    it.each(['file:///etc', 'http://user:secret@host/', 'http://host/$(id)', 'http://host/?a&b', 'not an address'])(
      'refuses %s as registry-url',
      async (registryUrl) => {
        const options = { distFolder: await dist({ vendored: false }), registryUrl, platform: linux }
        await expect(findNativeLibrary(options)).rejects.toMatchObject({ code: 'input.invalid' })
      },
    )
  })
})

;(onLinux ? describe : describe.skip)('the archive in dist', () => {
  it('is unpacked by four processes at once into one library that each of them can load', async () => {
    const distFolder = join(newFolder(), 'dist')
    mkdirSync(join(distFolder, 'native'), { recursive: true })
    cpSync(join(root, 'dist', 'native', 'manifest.json'), join(distFolder, 'native', 'manifest.json'))
    cpSync(realArchive, join(distFolder, 'native', 'linux-x64.tgz'))
    const program = compiled()
    try {
      const nodes = [0, 1, 2, 3].map((at) => nodeVersions[at % nodeVersions.length] ?? process.execPath)
      const answers = await Promise.all(nodes.map((node) => run(node, [program, distFolder])))
      expect(new Set(answers.map(({ version }) => version))).toEqual(
        new Set([`v${manifest().version.replace(/-.*/, '')}`]),
      )
      expect(new Set(answers.map(({ folder: home }) => home)).size).toBe(1)
      expect(readdirSync(join(distFolder, 'native', 'unpacked'))).toHaveLength(1)

      rmSync(join(distFolder, 'native', 'linux-x64.tgz'))
      const again = await run(process.execPath, [program, distFolder])
      expect(again.kind).toBe('unpacked')
    } finally {
      rmSync(dirname(program), { recursive: true, force: true })
    }
  }, 60_000)
})

function manifest(): NativeManifest {
  return JSON.parse(readFileSync(join(root, 'dist', 'native', 'manifest.json'), 'utf8')) as NativeManifest
}

function newFolder(): string {
  made += 1
  const path = join(folder, String(made))
  mkdirSync(path)
  return path
}

async function archive(changes: Record<string, string> = {}): Promise<Uint8Array> {
  const files = { 'README.md': 'no', LICENSE: 'MIT', 'duckdb.node': 'addon', 'libduckdb.so': 'engine', ...changes }
  const entries = Object.entries(files).map(([name, body]) => ({
    header: { name: `package/${name}`, size: body.length },
    body,
  }))
  return gzipSync(await packTar(entries))
}

/** A dist folder with a small archive in it. */
async function dist({ vendored = true } = {}): Promise<string> {
  const native = join(newFolder(), 'dist', 'native')
  mkdirSync(native, { recursive: true })
  const bytes = await archive()
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  const files = ['LICENSE', 'duckdb.node', 'libduckdb.so']
  const platforms = { 'linux-x64': { name: '@duckdb/node-bindings-linux-x64', version: '0.0.1', integrity, files } }
  writeFileSync(join(native, 'manifest.json'), JSON.stringify({ version: '0.0.1', platforms }))
  if (vendored) writeFileSync(join(native, 'linux-x64.tgz'), bytes)
  return dirname(native)
}

function filesOf(home: string): readonly string[] {
  return readdirSync(join(home, 'node_modules', '@duckdb', 'node-bindings')).sort()
}

/** A program that finds the library, loads it and says so; compiled into build/, where node_modules is in reach. */
function compiled(): string {
  mkdirSync(join(root, 'build'), { recursive: true })
  const out = mkdtempSync(join(root, 'build', 'native-test-'))
  const sources = [
    ...readdirSync(join(root, 'src', 'native')).map((name) => `native/${name}`),
    ...['errors', 'location'].map((name) => `core/base/${name}.ts`),
  ]
  for (const source of sources) {
    const { outputText } = ts.transpileModule(readFileSync(join(root, 'src', source), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
    })
    const path = join(out, source.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, outputText)
  }
  const program = join(out, 'program.mjs')
  writeFileSync(
    program,
    `import { createRequire } from 'node:module'
     import { damageOf, findNativeLibrary } from './native/find.js'
     const library = await findNativeLibrary({ distFolder: process.argv[2] })
     const duckdb = createRequire(library.folder + '/x.js')('@duckdb/node-bindings')
     console.log(JSON.stringify({ ...library, version: duckdb.library_version() }))`,
  )
  return program
}

async function run(node: string, words: readonly string[]): Promise<{ kind: string; folder: string; version: string }> {
  const child = spawn(node, words, { env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString()
  })
  child.stderr.on('data', (data: Buffer) => {
    out += data.toString()
  })
  const code = await new Promise((ended) => child.on('close', ended))
  if (code !== 0 || !existsSync(node)) throw new Error(`${node} ended with ${String(code)}: ${out}`)
  return JSON.parse(out) as { kind: string; folder: string; version: string }
}
