import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { removeTemporaryFolders, temporaryFolder, type TestRepository } from '../support/git-repository.ts'
import { dist, documentOf, leftovers, removeTemporaryRoot, runCli, temporaryRoot, type CliResult } from './run-cli.ts'
import { edited, shopRepository } from './shop.ts'
import { makeWarehouse } from './warehouse-files.ts'

/** What is broken around a run: it ends in words that say what to do, and the next run, with that mended, needs no help. */

let repository: TestRepository
let folder: string
const mounted: string[] = []
beforeAll(() => {
  repository = shopRepository(edited)
  folder = repository.folder
})
afterEach(() => {
  for (const name of leftovers()) rmSync(join(temporaryRoot, name), { recursive: true, force: true })
})
afterAll(() => {
  for (const place of mounted) spawnSync('umount', [place])
  removeTemporaryFolders()
  removeTemporaryRoot()
})

const FLAGS = ['-o', 'json', '--threads', '1', '--memory-limit', '512MB']
const run = (more: Parameters<typeof runCli>[1] = {}, ...flags: readonly string[]): Promise<CliResult> =>
  runCli(['run', '--base', 'main', ...FLAGS, ...flags], { cwd: folder, ...more })
const create = (): Promise<CliResult> => runCli(['create', '--base', 'main', ...FLAGS], { cwd: folder })
const diff = (): Promise<CliResult> => runCli(['diff', ...FLAGS], { cwd: folder })
const state = (): string => join(folder, '.rocky-preview')

/** In words of ours, and with a status that is not that of a bug. */
function expectWords({ status, stderr }: CliResult, statuses: readonly number[] = [1]): void {
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
  expect(stderr).not.toMatch(/bug of ours|UnhandledPromise|node:internal|TypeError/)
  expect(statuses).toContain(status)
}

/** Says that a fault cannot be made here, so that nobody takes it for tried. */
function skipped(what: string): void {
  writeSync(2, `faults: not tried here: ${what}\n`)
}

/** A file system of so many bytes; undefined where none may be mounted. */
function smallDisk(bytes: number): string | undefined {
  const place = mkdtempSync(join(tmpdir(), 'rocky-small-disk-'))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(bytes)}`, 'tmpfs', place]).status !== 0) return undefined
  mounted.push(place)
  return place
}

describe('the disk', () => {
  it('that is full ends in words, and with room the next run succeeds', async () => {
    const disk = smallDisk(150_000)
    if (disk === undefined) {
      skipped('a full disk (no file system may be mounted)')
      return
    }
    // The library was unpacked before: it is not what needs the room.
    const full = await run({ env: { TMPDIR: disk } })
    expectWords(full, [0, 1])
    const told = full.status === 0 || full.stdout !== '' ? JSON.stringify(documentOf(full).failures) : full.stderr
    expect(told + JSON.stringify(full.stdout)).toMatch(/disk\.full|no space|No space|cannot be written/)
    expect(readdirSync(disk).filter((name) => !name.startsWith('rocky-preview-native'))).toEqual([])
    expect((await run()).status).toBe(0)
  })

  it.each([
    ['that cannot be written to, or is none', (): string => join(folder, 'rocky.toml', 'tmp')],
    ['that is not there', (): string => join(folder, 'no', 'such', 'folder')],
  ])('with a temporary folder %s', async (_, place) => {
    const result = await run({ env: { TMPDIR: place() } })
    expectWords(result)
    expect(result.stderr).toMatch(/cannot be written: (something on the way|it does not exist)/)
  })
})

describe('a warehouse', () => {
  it.each<[string, (bytes: Buffer) => Buffer]>([
    [
      'with a page in the middle that is not what it was',
      (bytes) => damaged(bytes, Math.floor(bytes.length / 2), 4_096),
    ],
    ['whose second header is damaged', (bytes) => damaged(bytes, 4_096, 4_096)],
    ['whose every page is damaged', (bytes) => damaged(bytes, 12_288, bytes.length - 12_288)],
    ['that was cut off', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.6))],
  ])('%s: what reads it fails, in words, and the file stays as it is', async (_, damage) => {
    const path = join(temporaryFolder(), 'shop.duckdb')
    await makeWarehouse(path)
    const broken = damage(readFileSync(path))
    writeFileSync(path, broken)
    const result = await run({}, '--warehouse', path)
    expectWords(result, [0, 1])
    const { failures, models, verdict } = documentOf(result)
    const orders = models.find(({ model_name: name }) => name === 'orders')
    // The damage may lie where nobody reads; else it is told.
    if (orders?.verdict !== 'changed') {
      expect(verdict).toBe('failed')
      expect(JSON.stringify([failures, orders])).toMatch(/warehouse\.|engine\.|kernel\./)
    } else expect(orders.rows).toMatchObject({ base: 199, head: 189 })
    expect(readFileSync(path).equals(broken)).toBe(true)
  })
})

function damaged(bytes: Buffer, from: number, length: number): Buffer {
  const copy = Buffer.from(bytes)
  for (let at = from; at < Math.min(copy.length, from + length); at += 1) copy[at] = (copy[at] ?? 0) ^ 0x5a
  return copy
}

describe('the state folder', () => {
  it('that was damaged is told by `diff`, and the next `create` mends it', async () => {
    expect((await create()).status).toBe(0)
    const preview = join(state(), readdirSync(state())[0] ?? '')
    const saved = join(preview, 'preview.json')
    const text = readFileSync(saved, 'utf8')
    const damages: readonly (() => void)[] = [
      () => writeFileSync(saved, text.slice(0, text.length / 2)),
      () => writeFileSync(saved, text.replace('"version": 1', '"version": 99')),
      () => {
        rmSync(saved)
        mkdirSync(saved)
      },
      () => {
        rmSync(saved, { recursive: true })
        writeFileSync(saved, text)
        writeFileSync(join(preview, 'head.duckdb'), 'not a database')
      },
      () => {
        rmSync(preview, { recursive: true })
        writeFileSync(preview, 'a file in the place of a folder')
      },
    ]
    for (const damage of damages) {
      damage()
      const result = await diff()
      expectWords(result, [0, 1])
      if (result.status === 0) expect(result.stdout).toMatch(/fail|not/)
    }
    expect((await create()).status).toBe(0)
    expect((await diff()).status).toBe(0)
  })

  it('keeps the earlier preview when the data of a new one cannot be made, and shows no half of them', async () => {
    const broken = shopRepository({
      'data/seed.sql': 'CREATE TABLE orders AS SELECT 1 AS id;\nSELECT nothing FROM nowhere;',
    })
    const at = { cwd: broken.folder }
    const failed = await runCli(['create', '--base', 'main', ...FLAGS], at)
    expectWords(failed)
    const missing = await runCli(['diff', ...FLAGS], at)
    expectWords(missing)
    expect(missing.stderr).toContain('Run `create`')

    expect((await create()).status).toBe(0)
    repository.commit({ 'data/seed.sql': 'SELECT nothing FROM nowhere;' }, 'a seed that fails')
    expect((await create()).status).toBe(1)
    expect((await diff()).status).toBe(0)
    repository.git('reset', '--quiet', '--hard', 'HEAD~1')
  })

  it('that is a file is told, and nothing is made of it', async () => {
    rmSync(state(), { recursive: true, force: true })
    writeFileSync(state(), 'mine')
    const result = await create()
    expectWords(result)
    expect(result.stderr).toContain('.rocky-preview')
    expect(readFileSync(state(), 'utf8')).toBe('mine')
    rmSync(state())
    expect((await create()).status).toBe(0)
  })

  it('takes two runs at once: both end well, and what the last one made is whole', async () => {
    const both = await Promise.all([create(), create()])
    for (const one of both) expectWords(one, [0])
    expect((await diff()).status).toBe(0)
    expect(readdirSync(state()).filter((name) => name.includes('unfinished'))).toEqual([])
  })
})

describe('the system', () => {
  it('that has no file handles left is told, and with some the next run succeeds', async () => {
    const limited: (number | null)[] = []
    const result = await run({
      meanwhile: (child) => {
        child.stderr?.once('data', () => {
          limited.push(spawnSync('prlimit', ['--pid', String(child.pid), '--nofile=24:24']).status)
        })
      },
    })
    if (limited[0] !== 0) skipped('too few file handles (there is no prlimit)')
    expectWords(result, [0, 1, 2])
    expect((await run()).status).toBe(0)
  })

  // All other runs here have none.
  it('needs no home that is there', async () => {
    expectWords(await run({ env: { HOME: '/nowhere/at/all' } }), [0])
  })

  it('whose clock jumps, by a year and back, takes no run its time and no file its place', async () => {
    const jumping = `
      const real = Date.now
      let calls = 0
      const jump = () => (calls += 1) % 2 === 0 ? 31_536_000_000 : -31_536_000_000
      globalThis.Date = class extends Date {
        constructor(...given) {
          if (given.length === 0) super(real() + jump())
          else super(...given)
        }
        static now() {
          return real() + jump()
        }
      }
      process.on('exit', () => process.stderr.write('asked the clock: ' + String(calls) + '\\n'))`
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(jumping)}` }
    const result = await run({ env }, '--timeout', '10m')
    expectWords(result, [0])
    // It was this clock that the run went by, as far as it asks one.
    expect(result.stderr).toMatch(/asked the clock: [1-9]/)
    const { models, duration_ms: duration } = documentOf(result)
    expect(models.map(({ verdict }) => verdict)).toContain('changed')
    expect(duration).toBeGreaterThan(0)
    expect(duration).toBeLessThan(600_000)
  })

  it('needs no /proc', () => {
    const hidden = ['-m', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh', process.execPath]
    if (spawnSync('unshare', [...hidden, '--version']).status !== 0) {
      skipped('a system without /proc (no mount may be hidden)')
      return
    }
    const args = [...hidden, join(dist, 'cli.js'), 'run', '--base', 'main', ...FLAGS]
    const environment = { PATH: process.env['PATH'], TMPDIR: temporaryRoot }
    const { status, stdout, stderr } = spawnSync('unshare', args, { cwd: folder, env: environment, encoding: 'utf8' })
    expectWords({ status, stdout, stderr }, [0])
    expect(documentOf({ status, stdout, stderr }).models.map(({ verdict }) => verdict)).toContain('changed')
  })
})

describe('names that are not UTF-8', () => {
  it('in git and in the folder stand in nobody’s way', async () => {
    const odd = shopRepository({})
    const bytes = Buffer.concat([
      Buffer.from(`${odd.folder}/models/caf`),
      Buffer.from([0xe9, 0xff]),
      Buffer.from('.sql'),
    ])
    writeFileSync(bytes, 'SELECT 1 AS one\n')
    for (const [path, text] of Object.entries(edited)) writeFileSync(join(odd.folder, path), text as string)
    odd.git('add', '-A')
    odd.git('-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-qm', 'odd')
    const result = await runCli(['run', '--base', 'main', ...FLAGS], { cwd: odd.folder })
    expectWords(result, [0, 1])
    const orders = documentOf(result).models.find(({ model_name: name }) => name === 'orders')
    expect(orders).toMatchObject({ verdict: 'changed' })
  })
})
