import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { DuckDBInstance } from '@duckdb/node-api'
import { join } from 'node:path'
import { runPreview } from '../../../src/commands/run.ts'
import { PreviewError } from '../../../src/core/base/errors.ts'
import type { PreviewResult } from '../../../src/core/contract/result.ts'
import type { TwinOutcome } from '../../../src/core/environment/outcome.ts'
import type { Warehouse } from '../../../src/core/ports/warehouse.ts'
import { fileService } from '../../../src/files/files.ts'
import { kernelsOf } from '../../laws/kernel-here.ts'
import { memoryGit } from '../../laws/memory-git.ts'
import { removeTemporaryFolders, temporaryFolder, type Files } from '../../support/git-repository.ts'
import { requestFor } from '../../support/scenario.ts'

/**
 * One statement of a run fails, and all others go through: whatever was built before is kept, and compared. A few
 * statements, others every time; all of them where the variable says `all`.
 */
const POINTS = process.env['ROCKY_PREVIEW_POINTS'] ?? '5'
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? Date.now())

const settings = (strategy: string, table: string): string =>
  `[target]\ncatalog = "w"\nschema = "marts"\ntable = "${table}"\n${strategy}`
const INCREMENTAL = '[strategy]\ntype = "incremental"\ntimestamp_column = "id"\n'

const base: Readonly<Record<string, string>> = {
  'rocky.toml':
    '[adapter]\ntype = "duckdb"\npath = "w.duckdb"\n\n[pipeline.p]\ntype = "transformation"\nmodels = "models/**"\n',
  'models/orders.sql': 'SELECT id, id % 7 AS customer, amount FROM raw.orders\n',
  'models/orders.toml': `${settings('', 'orders')}\n[[tests]]\ntype = "not_null"\ncolumn = "amount"\n`,
  'models/revenue.sql': 'SELECT customer, sum(amount) AS revenue FROM orders GROUP BY customer\n',
  'models/revenue.toml': settings('', 'revenue'),
  // Its next run adds no row; that of `grown` adds some.
  'models/idle.sql': 'SELECT id, amount FROM raw.orders WHERE id < 10\n',
  'models/idle.toml': settings(INCREMENTAL, 'idle'),
  'models/grown.sql': 'SELECT id, amount FROM raw.orders\n',
  'models/grown.toml': settings(INCREMENTAL, 'grown'),
  'models/drawn.sql': 'SELECT id, random() AS chance, amount FROM raw.orders\n',
  'models/drawn.toml': settings('', 'drawn'),
}

const head: Files = Object.fromEntries(
  Object.entries(base).map(([path, text]) => [
    path,
    path.endsWith('.sql') && !path.includes('revenue') ? text.replace(/\bamount\b/, 'amount + 1 AS amount') : text,
  ]),
)

let kernels: Awaited<ReturnType<typeof kernelsOf>>
let file: string
beforeAll(async () => {
  kernels = await kernelsOf(async (path) => import(`../../../src/${path}`))
  file = join(temporaryFolder(), 'w.duckdb')
  const instance = await DuckDBInstance.create(file, { threads: '1' })
  const connection = await instance.connect()
  for (const statement of [
    'CREATE SCHEMA raw',
    'CREATE SCHEMA marts',
    'CREATE TABLE raw.orders AS SELECT i AS id, i * 10 AS amount FROM range(200) t(i)',
    'CREATE TABLE marts.idle AS SELECT id, amount FROM raw.orders WHERE id < 10',
    'CREATE TABLE marts.grown AS SELECT id, amount FROM raw.orders WHERE id < 150',
  ])
    await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
})
afterAll(() => {
  kernels.close()
  removeTemporaryFolders()
})

type Method = 'execute' | 'materialize' | 'query' | 'describe' | 'statistics'

/** What is asked of the warehouse, in order; the call `fails` does not go through. */
interface Calls {
  readonly made: { readonly method: Method; readonly text: string }[]
  readonly fails: { readonly index: number; readonly error: () => PreviewError } | undefined
}

function failing(warehouse: Warehouse, calls: Calls): Warehouse {
  const ask = <T>(method: Method, what: unknown, answer: () => Promise<T>): Promise<T> => {
    calls.made.push({ method, text: JSON.stringify(what) })
    return calls.fails?.index === calls.made.length - 1 ? Promise.reject(calls.fails.error()) : answer()
  }
  return {
    ...warehouse,
    execute: (statement) => ask('execute', statement, () => warehouse.execute(statement)),
    materialize: (target, query, session) =>
      ask('materialize', target, () => warehouse.materialize(target, query, session)),
    query: (statement, session) => ask('query', statement, () => warehouse.query(statement, session)),
    describe: (relation) => ask('describe', relation, () => warehouse.describe(relation)),
    statistics: (table) => ask('statistics', table, () => warehouse.statistics(table)),
    until: () => failing(warehouse, calls),
  }
}

async function preview(
  fails: Calls['fails'],
): Promise<{ readonly result: PreviewResult; readonly made: Calls['made'] }> {
  const folder = temporaryFolder()
  const calls: Calls = { made: [], fails }
  const kernel = kernels.open(folder)
  const services = {
    git: memoryGit({ main: base, change: head }),
    version: '0',
    // One after the other, so that the same call is the same statement each time.
    kernel: {
      ...kernel,
      concurrency: 1,
      attach: async (attachment: Parameters<typeof kernel.attach>[0]) =>
        failing(await kernel.attach(attachment), calls),
    },
    files: fileService(folder, folder),
    clock: { now: () => performance.now(), timestamp: () => '2026-01-31 04:00:00', deadline: Infinity },
    machine: 'here',
    digest: (value: string) => value,
    progress: () => undefined,
  }
  try {
    const request = requestFor({ branch: 'change' }, '', file)
    const options = { runId: 'run', folder, complete: true, until: 'compare' } as const
    return { result: (await runPreview(services, request, options)).result, made: calls.made }
  } finally {
    await kernel.close()
  }
}

const ERRORS = [
  () => new PreviewError('kernel.timeout', 'The statement was ended.'),
  () => new PreviewError('kernel.crashed', 'The worker ended.'),
  () => new PreviewError('bug', 'A fault.'),
] as const

describe('a run of which one statement fails', () => {
  it('keeps what was built before, and compares it', async () => {
    const { result: whole, made } = await preview(undefined)
    expect(whole.failures).toEqual([])
    expect([...measured(whole).keys()]).toEqual(['drawn', 'grown', 'idle', 'orders', 'revenue'])
    for (const [index, error] of faultsIn(made)) {
      const { result } = await preview({ index, error })
      const where = `${error().code} at call ${String(index)} of ${String(made.length)}: ${JSON.stringify(made[index])}`
      // The last of them may be of a twin that takes a view too.
      const before = made.slice(0, index).filter(({ method }) => method === 'materialize').length - 1
      const twins = Math.min(before, twinsOf(whole).filter(({ kind }) => kind === 'built').length)
      const isTold = result.failures.length > 0 || error().blame !== 'bug'
      expect({ where, outcomes: result.outcomes.length, isTold }).toEqual({ where, outcomes: 5, isTold: true })
      expect({ where, absent: twinsOf(result).filter(({ kind }) => kind === 'absent') }).toEqual({ where, absent: [] })
      const built = twinsOf(result).filter(({ kind }) => kind === 'built').length
      expect({ where, twins, isKept: built >= twins }).toEqual({ where, twins, isKept: true })
      const compared = measured(result)
      const lies = [...compared].filter(([model, rows]) => rows !== measured(whole).get(model))
      expect({ where, lies }).toEqual({ where, lies: [] })
      // A model, and what reads it; of what was built, that one alone.
      const lost = error().blame === 'bug' ? 5 : built === twinsOf(whole).length ? 1 : 2
      const isCompared = compared.size >= measured(whole).size - lost
      expect({ where, isCompared }).toEqual({ where, isCompared: true })
    }
  }, 3_600_000)
})

/** Of each stage after the builds one call at least, and others spread over all from the first build on; each with an error. */
function faultsIn(made: Calls['made']): readonly (readonly [number, () => PreviewError])[] {
  const first = made.findIndex(({ method }) => method === 'materialize')
  const all = Array.from({ length: made.length - first }, (_, index) => first + index)
  if (POINTS === 'all') return all.flatMap((index) => ERRORS.map((error) => [index, error] as const))
  const step = Math.max(1, Math.floor(all.length / Number(POINTS)))
  const isRefresh = ({ text }: { readonly text: string }): boolean => text.includes('duckdb_tables()')
  const spread = all.filter((index) => index % step === SEED % step)
  return [made.findIndex(isRefresh), ...spread].map((index, at) => [index, ERRORS[(SEED + at) % 3] ?? ERRORS[0]])
}

const twinsOf = ({ outcomes }: PreviewResult): readonly TwinOutcome[] =>
  outcomes.flatMap(({ base, head }) => [base, head])

/** What rows come to, of each model that was compared. */
function measured({ diffs }: PreviewResult): ReadonlyMap<string, string> {
  return new Map(
    diffs.flatMap(({ model, comparison }) => {
      if (comparison.kind !== 'measured') return []
      const { rows, scope } = comparison
      const told = Object.entries(rows).map(([name, count]) => `${name} ${String(count)}`)
      return [[model, `${scope}: ${told.join(', ')}`]]
    }),
  )
}
