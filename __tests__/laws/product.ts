import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RunOutput } from '../../src/core/contract/run.ts'
import { temporaryFolder, type Files } from '../support/git-repository.ts'
import { noLimits, requestFor } from '../support/scenario.ts'
import { memoryGit } from './memory-git.ts'

/** The program, from our sources or from a copy of them with a fault in it. */
export interface Product {
  /** Previews a pull request in this process: no worker, no repository; everything else is the real thing. */
  readonly preview: (warehouse: string, base: Files, head: Files) => Promise<RunOutput>
  readonly close: () => void
}

/** Loads the program from a `src` folder. */
export async function loadProduct(source: string): Promise<Product> {
  const { runPreview } = (await load(source, 'commands/run.ts')) as typeof import('../../src/commands/run.ts')
  const { toRunOutput } = (await load(
    source,
    'core/contract/run.ts',
  )) as typeof import('../../src/core/contract/run.ts')
  const { fileService } = (await load(source, 'files/files.ts')) as typeof import('../../src/files/files.ts')
  const { openKernel } = await kernelOf(source)
  const parser = await openKernel.parser()
  const renderers = { diff: () => '', cost: () => '', run: () => '' }
  return {
    preview: async (warehouse, base, head) => {
      const folder = temporaryFolder()
      const kernel = openKernel.kernel(parser, folder)
      const services = {
        git: memoryGit({ main: base, change: head }),
        version: '0',
        kernel,
        files: fileService(folder, folder),
        clock: { now: () => performance.now(), timestamp: () => '2026-01-31 04:00:00', deadline: Infinity },
        digest: (value: string) => createHash('sha256').update(value).digest('hex'),
        progress: () => undefined,
      }
      try {
        const request = requestFor({ branch: 'change' }, '', warehouse)
        const options = { runId: 'run', folder, complete: false, until: 'compare' } as const
        const { result } = await runPreview(services, request, options)
        return toRunOutput(result, renderers)
      } finally {
        await kernel.close()
      }
    },
    close: () => {
      parser.close()
    },
  }
}

async function load(source: string, path: string): Promise<unknown> {
  return import(pathToFileURL(join(source, path)).href)
}

/** What the worker does, done here. */
async function kernelOf(source: string) {
  const { bindQuery, defineQuery } = (await load(source, 'binder/bind.ts')) as typeof import('../../src/binder/bind.ts')
  const { parseQueries } = (await load(source, 'binder/parse.ts')) as typeof import('../../src/binder/parse.ts')
  const { syntaxDigests } = (await load(source, 'binder/syntax.ts')) as typeof import('../../src/binder/syntax.ts')
  const { render, renderRelation } = (await load(
    source,
    'core/sql/render.ts',
  )) as typeof import('../../src/core/sql/render.ts')
  const { DEFINITION_CATALOGS } = (await load(
    source,
    'core/environment/definitions.ts',
  )) as typeof import('../../src/core/environment/definitions.ts')
  const { readDefinitions } = (await load(
    source,
    'warehouse/duckdb/definitions.ts',
  )) as typeof import('../../src/warehouse/duckdb/definitions.ts')
  const { duckdbDialect } = (await load(
    source,
    'warehouse/duckdb/dialect.ts',
  )) as typeof import('../../src/warehouse/duckdb/dialect.ts')
  const { Engine } = (await load(
    source,
    'warehouse/duckdb/engine.ts',
  )) as typeof import('../../src/warehouse/duckdb/engine.ts')
  type OpenEngine = Awaited<ReturnType<typeof Engine.open>>
  const inOrder = { mode: 'compare', searchPath: [] } as const
  const limits = (folder: string) => ({
    threads: noLimits.threads ?? 2,
    memoryBytes: noLimits.memoryBytes,
    maxDiskBytes: undefined,
    temporaryFolder: folder,
  })
  const text = (statement: Parameters<typeof render>[0]): string => render(statement, duckdbDialect)
  const named = (relation: Parameters<typeof renderRelation>[0]): string => renderRelation(relation, duckdbDialect)
  const kernel = (parser: OpenEngine, folder: string): import('../../src/commands/services.ts').KernelService => {
    let engine: OpenEngine | undefined
    const open = (): OpenEngine => {
      if (engine === undefined) throw new Error('nothing is attached yet')
      return engine
    }
    const parse = (statement: string) => parser.query(statement, inOrder)
    return {
      style: duckdbDialect,
      concurrency: 2,
      binder: {
        parse: (queries) => parseQueries(parse, queries),
        syntax: (queries) => syntaxDigests(parse, queries),
        bind: (query, session, identify) => open().ask(session, (ask) => bindQuery(ask, text(query), identify)),
        define: (target, query, session, identify) =>
          open().ask(session, (ask) => defineQuery(ask, named(target), text(query), identify)),
      },
      attach: async ({ warehouse }) => {
        const memory = ['__base', '__head', ...Object.values(DEFINITION_CATALOGS)]
        mkdirSync(join(folder, 'duckdb'), { recursive: true })
        engine = await Engine.open(
          [{ ...warehouse, readOnly: true }, ...memory.map((name) => ({ path: ':memory:', name, readOnly: false }))],
          limits(join(folder, 'duckdb')),
        )
        return {
          dialect: duckdbDialect,
          execute: (statement) => open().execute(text(statement)),
          materialize: (target, query, session) => open().materialize(named(target), text(query), session),
          query: (statement, session) => open().query(text(statement), session),
          describe: (relation) => open().describe(named(relation)),
          definitions: () => readDefinitions((statement) => open().query(statement, inOrder), warehouse.name),
        }
      },
      scratch: () => Promise.reject(new Error('the law tests no units')),
      openFiles: () => Promise.reject(new Error('the law compares no files')),
      seed: () => Promise.reject(new Error('the law seeds nothing')),
      close: () => {
        engine?.close()
        return Promise.resolve()
      },
    }
  }
  return { openKernel: { kernel, parser: () => Engine.open([], limits(temporaryFolder())) } }
}
