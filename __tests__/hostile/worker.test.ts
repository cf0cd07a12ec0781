import { createHash } from 'node:crypto'
import { readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { PreviewError } from '../../src/core/base/errors.ts'
import type { Session } from '../../src/core/ports/warehouse.ts'
import { engineText, sql } from '../../src/core/sql/sql.ts'
import { realWorker, workerPids, type RealWorker } from '../worker/real-worker.ts'
import { corpus } from './corpus.ts'
import { counted, setTrap, type Tally, type Trap } from './trap.ts'

/** A stranger's statements meet the real worker: behind the gate, without it, and as seeds. */

const NOTHING: Tally = { reads: 0, network: 0, writes: 0, commands: 0, crashes: 0 }
const DONE = 'done'
const building: Session = { mode: 'build', searchPath: [{ catalog: 'w', schema: 'main' }] }

let trap: Trap
let source: RealWorker
/** A warehouse with one table, written down. */
let warehouse: string

beforeAll(async () => {
  source = await realWorker()
  await source.open()
  await source.kernel
    .warehouse('w')
    .materialize({ catalog: 'w', schema: 'main', table: 'orders' }, sql`SELECT i AS id FROM range(3) t (i)`, building)
  await source.kernel.close()
  warehouse = join(source.folder, 'w.duckdb')
  trap = await setTrap(warehouse)
  process.env['ROCKY_CANARY'] = trap.environment['ROCKY_CANARY']
})
afterAll(async () => {
  delete process.env['ROCKY_CANARY']
  await trap.close()
  await source.close()
})

const opened: RealWorker[] = []
afterEach(async () => {
  for (const worker of opened.splice(0)) await worker.close()
  expect(workerPids()).toEqual([])
})

/** Has the warehouse read-only and an environment to write to, as a run has. */
async function open(...overrides: Parameters<typeof realWorker>): Promise<RealWorker> {
  const worker = await realWorker({ deadline: performance.now() + 240_000, ...overrides[0] })
  opened.push(worker)
  await worker.kernel.open({
    attachments: [
      { path: warehouse, name: 'w', readOnly: true },
      { path: join(worker.folder, 'head.duckdb'), name: '__head', readOnly: false },
    ],
    limits: { threads: 2, memoryBytes: 200_000_000, temporaryFolder: join(worker.folder, 'duckdb') },
  })
  return worker
}

/** Whatever comes back, as text. A failure must be one of ours: anything else crashed the supervisor. */
async function told(tally: Tally, work: () => Promise<unknown>): Promise<string> {
  try {
    const answer = await work()
    if (answer === undefined) return DONE
    return JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') tally.crashes += 1
    return error instanceof PreviewError ? `${error.message} ${error.hint}` : String(error)
  }
}

function settle(what: string, statements: number, tally: Tally, answers: readonly string[]): void {
  tally.reads = answers.reduce((sum, answer) => sum + trap.reads(answer), 0)
  Object.assign(tally, trap.sprung())
  writeSync(2, `${counted(what, statements, tally)}\n`)
  expect(tally).toEqual(NOTHING)
}

const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

describe('the hostile corpus', () => {
  it('as models: what the gate lets through reads nothing, and the warehouse stays as it was', async () => {
    const before = digest(warehouse)
    const worker = await open()
    const tally = { ...NOTHING }
    const statements = corpus('models', trap.places)
    const parsed = await worker.kernel.binder.parse(statements.map(({ text }) => text))
    const passed = statements.filter((_, index) => parsed[index]?.kind === 'query')
    const answers = [JSON.stringify(parsed)]
    const { kernel } = worker
    for (const [index, { text }] of passed.entries()) {
      const target = { catalog: '__head', schema: 'main', table: `t${String(index)}` }
      answers.push(
        await told(tally, () => kernel.binder.bind(engineText(text), building)),
        await told(tally, () => kernel.warehouse('w').materialize(target, engineText(text), building)),
        await told(tally, () => kernel.warehouse('w').query(sql`FROM ${target}`, building)),
      )
    }
    settle('models', statements.length, tally, answers)
    expect(digest(warehouse)).toBe(before)
    // The gate holds by itself: what is left is harmless, unknown to the catalog, or not there to be read.
    expect(passed.map(({ written }) => written)).toMatchSnapshot()
  })

  it('as models, were there no gate: the locked engine reads no file, calls nobody and writes nowhere', async () => {
    const worker = await open()
    const tally = { ...NOTHING }
    const statements = corpus('models', trap.places).filter(
      // Waiting is for the deadline. What DETACHes the warehouse to attach it again, writable, only the gate keeps out.
      ({ text }) => !/sleep/i.test(text) && !text.includes(warehouse),
    )
    const answers: string[] = []
    for (const { text } of statements)
      answers.push(await told(tally, () => worker.kernel.warehouse('w').query(engineText(text), building)))
    settle('models without a gate', statements.length, tally, answers)
    expect(await worker.kernel.binder.parse(['SELECT 1'])).toMatchObject([{ kind: 'query' }])
  })

  it('as seeds', async () => {
    const tally = { ...NOTHING }
    const scripts = corpus('seeds', trap.places)
    const answers: string[] = []
    const worker = await realWorker()
    opened.push(worker)
    const limits = { threads: 1, memoryBytes: 200_000_000, temporaryFolder: join(worker.folder, 'duckdb') }
    for (const [index, { text: script }] of scripts.entries()) {
      const path = join(worker.folder, `seed${String(index)}.duckdb`)
      answers.push(await told(tally, () => worker.kernel.seed({ path, name: 'shop', script, limits })))
    }
    settle('seeds', scripts.length, tally, answers)
    // None of them has anything harmless left that a seed could be.
    expect(scripts.flatMap(({ written }, index) => (answers[index] === DONE ? [written] : []))).toEqual([])
  })

  it('as bombs: each ends at its deadline or its cap, and the next statement finds a worker', async () => {
    const worker = await open({ memoryCapBytes: 700_000_000 })
    const bombs = corpus('bombs', trap.places)
    for (const { text } of bombs) {
      const failure = await worker.kernel.binder.bind(engineText(text), building).then(
        (bound) => bound.kind,
        (error: unknown) => (error as PreviewError).code,
      )
      expect(['bound', 'unbound', 'kernel.memory', 'kernel.timeout', 'engine.out-of-memory']).toContain(failure)
      expect(await worker.kernel.warehouse('w').query(sql`SELECT 1 AS a`, building)).toEqual([{ a: 1 }])
    }
  })
})
