import { COMPARE_SESSION } from './core/ports/warehouse.ts'
import { mkdirSync } from 'node:fs'
import { bindQuery, defineQuery } from './binder/bind.ts'
import { isRefusedInSeed } from './binder/gate.ts'
import { parseQueries } from './binder/parse.ts'
import { syntaxDigests } from './binder/syntax.ts'
import { PreviewError } from './core/base/errors.ts'
import type { Handlers } from './worker/protocol.ts'
import { serve } from './worker/serve.ts'
import { readDefinitions } from './warehouse/duckdb/definitions.ts'
import { hintFor } from './warehouse/duckdb/engine-error.ts'
import { Engine } from './warehouse/duckdb/engine.ts'
import { readRecords, writeRecords } from './warehouse/duckdb/records.ts'
import { runSeed } from './warehouse/duckdb/seed.ts'

/**
 * The process that executes a stranger's SQL: an empty environment, no token, two locked DuckDB instances. One only
 * parses; the other has the warehouse and the environment attached.
 */

let parser: Promise<Engine> | undefined
let engine: Engine | undefined

function theParser(): Promise<Engine> {
  parser ??= Engine.open([], {
    threads: 1,
    memoryBytes: undefined,
    maxDiskBytes: undefined,
    temporaryFolder: process.cwd(),
  })
  return parser
}

function theEngine(): Engine {
  if (engine === undefined) throw new PreviewError('bug', 'The worker was asked for data before it was given any.')
  return engine
}

const handlers: Handlers = {
  open: async ({ attachments, imports = [], readable = [], limits }) => {
    mkdirSync(limits.temporaryFolder, { recursive: true })
    engine = await Engine.open(
      attachments,
      { memoryBytes: undefined, maxDiskBytes: undefined, ...limits },
      imports,
      readable,
    )
    return null
  },
  seed: async ({ path, name, script, limits }) => {
    mkdirSync(limits.temporaryFolder, { recursive: true })
    const bounds = { memoryBytes: undefined, maxDiskBytes: undefined, ...limits }
    await runSeed({ path, name, script, limits: bounds, isRefused: isRefusedInSeed })
    return null
  },
  readRecords: async ({ path, limits }) => {
    mkdirSync(limits.temporaryFolder, { recursive: true })
    return [...(await readRecords(path, { memoryBytes: undefined, maxDiskBytes: undefined, ...limits }))]
  },
  writeRecords: async ({ path, records, limits }) => {
    mkdirSync(limits.temporaryFolder, { recursive: true })
    await writeRecords(path, records, { memoryBytes: undefined, maxDiskBytes: undefined, ...limits })
    return null
  },
  definitions: async ({ catalog }) => {
    const definitions = await readDefinitions((statement) => theEngine().query(statement, COMPARE_SESSION), catalog)
    return structuredClone(definitions) as Awaited<ReturnType<Handlers['definitions']>>
  },
  parse: async ({ queries, allowed }) => {
    const instance = await theParser()
    const parsed = await parseQueries(
      (statement) => instance.query(statement, COMPARE_SESSION),
      queries,
      new Set(allowed),
    )
    return parsed as Awaited<ReturnType<Handlers['parse']>>
  },
  syntax: async ({ queries }) => {
    const instance = await theParser()
    const digests = await syntaxDigests((statement) => instance.query(statement, COMPARE_SESSION), queries)
    return digests.map((digest) => digest ?? null)
  },
  bind: async ({ query, session, identify, target, allowed: names }) => {
    const allowed = new Set(names)
    const bound = await theEngine().ask(session, (ask) =>
      target === undefined
        ? bindQuery(ask, query, identify, allowed)
        : defineQuery(ask, target, query, identify ?? [], allowed),
    )
    const hint = bound.kind === 'unbound' ? hintFor(bound.message) : undefined
    return { ...bound, ...(hint === undefined ? {} : { hint }) } as Awaited<ReturnType<Handlers['bind']>>
  },
  execute: async ({ statement }) => {
    await theEngine().execute(statement)
    return null
  },
  materialize: async ({ target, query, session }) => {
    const usage = await theEngine().materialize(target, query, session)
    return usage as Awaited<ReturnType<Handlers['materialize']>>
  },
  query: async ({ statement, session }) => [...(await theEngine().query(statement, session))],
  describe: async ({ relation }) => {
    const columns = await theEngine().describe(relation)
    return columns === undefined ? null : [...columns]
  },
  statistics: async ({ relation }) => [...(await theEngine().statistics(relation))],
  close: async () => {
    const closing = engine
    engine = undefined
    await closing?.writeDown()
    closing?.close()
    return null
  },
}

serve(handlers)
