import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { PreviewError } from '../../src/core/base/errors.ts'
import type { Session } from '../../src/core/ports/warehouse.ts'
import { engineText, sql } from '../../src/core/sql/sql.ts'
import { realWorker, workerPids, type RealWorker } from './real-worker.ts'

const building: Session = { mode: 'build', searchPath: [] }
const table = (name: string) => ({ catalog: 'w', schema: 'main', table: name })
const ENDLESS = sql`WITH RECURSIVE t AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM t WHERE i > 0) SELECT count(*) AS n FROM t`

const opened: RealWorker[] = []
async function open(...overrides: Parameters<typeof realWorker>): Promise<RealWorker> {
  const worker = await realWorker(...overrides)
  opened.push(worker)
  return worker
}
afterEach(async () => {
  for (const worker of opened.splice(0)) await worker.close()
  expect(workerPids()).toEqual([])
})

const count = async ({ kernel }: RealWorker, name: string): Promise<unknown> =>
  (await kernel.warehouse('w').query(sql`SELECT count(*)::INTEGER AS n FROM ${table(name)}`, building))[0]?.['n']

describe('the worker process', () => {
  it('has nothing in its environment but where the library is and the time zone', async () => {
    process.env['SECRET_TOKEN'] = 'do-not-show'
    const worker = await open()
    await worker.open()
    const [pid] = workerPids()
    const environment = readFileSync(`/proc/${String(pid)}/environ`, 'utf8')
      .split('\0')
      .filter((entry) => entry !== '')
    expect(environment.map((entry) => entry.split('=')[0]).sort()).toEqual([
      'NODE_CHANNEL_FD',
      'NODE_CHANNEL_SERIALIZATION_MODE',
      'NODE_PATH',
      'TZ',
    ])
    expect(environment.join('\n')).not.toContain('do-not-show')
  })

  it('gets a thread for every statement that may be under way', async () => {
    const worker = await open({ concurrency: 6 })
    await worker.open()
    const environment = readFileSync(`/proc/${String(workerPids()[0])}/environ`, 'utf8')
    expect(environment).toContain('UV_THREADPOOL_SIZE=8\0')
  })

  it('writes everything into the files themselves before it goes', async () => {
    const worker = await open()
    await worker.open()
    await worker.kernel.warehouse('w').materialize(table('t'), sql`SELECT 1 AS a`, building)
    await worker.kernel.close()
    expect(() => readFileSync(join(worker.folder, 'w.duckdb.wal'))).toThrow('ENOENT')
    expect(readFileSync(join(worker.folder, 'w.duckdb')).length).toBeGreaterThan(100_000)
  })
})

describe('a worker that is killed', () => {
  it('fails what was under way, and the next calls share one new worker with the same files', async () => {
    const worker = await open()
    await worker.open()
    const warehouse = worker.kernel.warehouse('w')
    await warehouse.materialize(table('kept'), sql`SELECT * FROM range(3)`, building)
    const underWay = [
      warehouse.materialize(table('x'), ENDLESS, building),
      warehouse.materialize(table('y'), ENDLESS, building),
    ]
    const ended = Promise.allSettled(underWay)
    await new Promise((resolve) => setTimeout(resolve, 300))
    process.kill(workerPids()[0]!, 'SIGKILL')
    for (const { status, reason } of (await ended) as PromiseRejectedResult[]) {
      expect(status).toBe('rejected')
      expect(reason).toMatchObject({ code: 'kernel.crashed', message: 'The worker ended by SIGKILL' })
    }
    expect(await Promise.all([1, 2, 3, 4].map(() => count(worker, 'kept')))).toEqual([3, 3, 3, 3])
    expect(workerPids()).toHaveLength(1)
  })

  it('tells the guilty step, out of its own time, from the innocent one beside it', async () => {
    const worker = await open()
    await worker.open()
    const innocent = worker.kernel.warehouse('w').materialize(table('x'), ENDLESS, building)
    const guilty = worker.kernel.binder.bind(sql`SELECT 1 WHERE 0 = len(range(100000000))`, building)
    const [first, second] = (await Promise.allSettled([innocent, guilty])) as PromiseRejectedResult[]
    expect(second?.reason).toMatchObject({
      code: 'kernel.timeout',
      message: 'It took longer than the 5s that it may, and was ended.',
    })
    expect(first?.reason).toMatchObject({ code: 'kernel.crashed' })
  })

  it('is ended when its memory passes the cap', async () => {
    const worker = await open({ memoryCapBytes: 400_000_000 })
    await worker.open()
    const bomb = worker.kernel.warehouse('w').materialize(table('x'), sql`SELECT range(200000000) AS r`, building)
    await expect(bomb).rejects.toMatchObject({
      code: 'kernel.memory',
      message: 'The worker held more than 400 MB of memory and was ended.',
    })
  })

  it('is ended with the turn of its statement, half of what the run has left, and the next statement finds another', async () => {
    const worker = await open({ deadline: performance.now() + 16_000 })
    await worker.open()
    const endless = worker.kernel.warehouse('w').materialize(table('x'), ENDLESS, building)
    await expect(endless).rejects.toMatchObject({
      code: 'kernel.timeout',
      message: expect.stringContaining('longer than its turn'),
    })
    expect(await worker.kernel.warehouse('w').query(sql`SELECT 1 AS a`, building)).toEqual([{ a: 1 }])
  })

  it('is ended at the moment that its statements were given, if that comes first', async () => {
    const worker = await open()
    await worker.open()
    const warehouse = worker.kernel.warehouse('w').until(performance.now() + 300)
    await expect(warehouse.materialize(table('x'), ENDLESS, building)).rejects.toMatchObject({ code: 'kernel.timeout' })
    await expect(warehouse.query(sql`SELECT 1 AS a`, building)).rejects.toMatchObject({ code: 'kernel.timeout' })
    expect(await worker.kernel.warehouse('w').query(sql`SELECT 1 AS a`, building)).toEqual([{ a: 1 }])
  })

  it('is not started once the run has passed its deadline', async () => {
    const worker = await open({ deadline: performance.now() - 1 })
    await expect(worker.open()).rejects.toMatchObject({
      code: 'kernel.timeout',
      message: 'The run passed its deadline and was stopped.',
    })
    expect(workerPids()).toEqual([])
  })

  it.each([
    ['a table of a file is asked for again', 'as-files', undefined],
    ['a table that died with it is not', 'in-the-worker', 'kernel.crashed'],
  ] as const)('leaves a question open: %s', async (_, lasts, code) => {
    const worker = await open()
    await worker.open()
    const slow = sql`SELECT sum(hash(a.i * 7919 + b.i))::VARCHAR AS h FROM range(6000) a (i), range(20000) b (i)`
    const asked = worker.kernel.warehouse('w', lasts).query(slow, building)
    const settled = asked.then(
      () => undefined,
      (error: unknown) => (error as PreviewError).code,
    )
    await new Promise((resolve) => setTimeout(resolve, 200))
    process.kill(workerPids()[0]!, 'SIGKILL')
    expect(await settled).toBe(code)
  })
})

describe('a worker that is let go of', () => {
  it('may be let go of twice, and at the same time', async () => {
    const worker = await open()
    await worker.open()
    await Promise.all([worker.kernel.close(), worker.kernel.close()])
    await worker.kernel.close()
    await expect(count(worker, 'x')).rejects.toMatchObject({ code: 'bug' })
  })

  it('does not come back after it was killed for good', async () => {
    const worker = await open()
    await worker.open()
    worker.kernel.kill(new PreviewError('kernel.crashed', 'The run was interrupted.'))
    await expect(count(worker, 'x')).rejects.toBeInstanceOf(PreviewError)
  })

  it('fails, and does not hang, when it cannot be started', async () => {
    const nowhere = await open({ folder: '/nowhere/at/all' })
    await expect(nowhere.open()).rejects.toMatchObject({
      code: 'kernel.crashed',
      message: expect.stringContaining('could not be started'),
    })
    const noScript = await open({ script: '/nowhere/worker.js' })
    await expect(noScript.open()).rejects.toMatchObject({
      code: 'kernel.crashed',
      message: expect.stringContaining('with status 1'),
    })
  })
})

describe('many queries', () => {
  it('are parsed in several messages, in order', async () => {
    const worker = await open()
    const queries = Array.from({ length: 1_203 }, (_, index) => `SELECT * FROM t${String(index)}`)
    const parsed = await worker.kernel.binder.parse(queries)
    expect(parsed.map((query) => (query.kind === 'query' ? query.references[0]?.table : query))).toEqual(
      queries.map((query) => query.slice(14)),
    )
  })

  it('are told apart from one that is too deep or too long for DuckDB', async () => {
    const worker = await open()
    const deep = `SELECT ${'NOT ('.repeat(50_000)}true${')'.repeat(50_000)}`
    const long = `SELECT '${'x'.repeat(300_000)}'`
    const parsed = await worker.kernel.binder.parse(['SELECT 1', deep, long, 'SELECT 2'])
    expect(parsed.map(({ kind }) => kind)).toEqual(['query', 'invalid', 'invalid', 'query'])
    expect(parsed[2]).toMatchObject({ message: 'The query has more than 256 KiB.' })
  })
})

describe('author SQL', () => {
  it.each([
    ["SELECT * FROM enable_logging(storage := 'stdout')", /not allowed|locked|Permission|failed/i],
    ["SELECT content FROM read_text('/etc/passwd')", /Permission Error/],
    ["SELECT * FROM '/etc/passwd'", /Permission Error|does not exist/],
    ["COPY (SELECT 1) TO '/tmp/rocky-stolen.csv'", /Permission Error/],
    ["ATTACH '/tmp/rocky-stolen.duckdb'", /Permission Error/],
    ['LOAD httpfs', /disabled|Permission Error/],
    ["SET memory_limit = '1GB'", /locked/],
    ['SET threads = 1', undefined],
  ])("past every gate of ours still meets DuckDB's locks: %s", async (statement, refusal) => {
    const worker = await open()
    await worker.open()
    const run = worker.kernel.warehouse('w').execute(engineText(statement))
    // Two that its locks do not cover: `threads`, which we set ourselves, and logging, which goes nowhere.
    if (refusal === undefined || statement.includes('enable_logging')) await run.catch(() => undefined)
    else await expect(run).rejects.toMatchObject({ message: expect.stringMatching(refusal) })
  })
})
