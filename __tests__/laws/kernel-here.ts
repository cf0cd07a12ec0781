import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type * as bind from '../../src/binder/bind.ts'
import type * as parse from '../../src/binder/parse.ts'
import type * as syntax from '../../src/binder/syntax.ts'
import type { KernelService } from '../../src/commands/services.ts'
import type * as definitions from '../../src/core/environment/definitions.ts'
import type { Warehouse } from '../../src/core/ports/warehouse.ts'
import type * as rendering from '../../src/core/sql/render.ts'
import type { Relation } from '../../src/core/sql/relation.ts'
import type { Sql } from '../../src/core/sql/sql.ts'
import type * as catalog from '../../src/warehouse/duckdb/definitions.ts'
import type * as dialect from '../../src/warehouse/duckdb/dialect.ts'
import type * as engines from '../../src/warehouse/duckdb/engine.ts'
import { temporaryFolder } from '../support/git-repository.ts'
import { noLimits } from '../support/scenario.ts'
import type { Load } from './product.ts'

const IN_ORDER = { mode: 'compare', searchPath: [] } as const

/** What a worker does, done in this process; the environment is in memory. */
export async function kernelsOf(
  load: Load,
): Promise<{ readonly open: (folder: string) => KernelService; readonly close: () => void }> {
  const { bindQuery, defineQuery } = (await load('binder/bind.ts')) as typeof bind
  const { parseQueries } = (await load('binder/parse.ts')) as typeof parse
  const { syntaxDigests } = (await load('binder/syntax.ts')) as typeof syntax
  const { render, renderRelation } = (await load('core/sql/render.ts')) as typeof rendering
  const { DEFINITION_CATALOGS } = (await load('core/environment/definitions.ts')) as typeof definitions
  const { readDefinitions } = (await load('warehouse/duckdb/definitions.ts')) as typeof catalog
  const { duckdbDialect } = (await load('warehouse/duckdb/dialect.ts')) as typeof dialect
  const { Engine } = (await load('warehouse/duckdb/engine.ts')) as typeof engines
  const limits = (temporary: string) => ({
    threads: noLimits.threads ?? 2,
    memoryBytes: noLimits.memoryBytes,
    maxDiskBytes: undefined,
    temporaryFolder: temporary,
  })
  const parser = await Engine.open([], limits(temporaryFolder()))
  const parsing = (statement: string) => parser.query(statement, IN_ORDER)
  const text = (statement: Sql): string => render(statement, duckdbDialect)
  const named = (relation: Relation): string => renderRelation(relation, duckdbDialect)
  const open = (folder: string): KernelService => {
    let opened: Awaited<ReturnType<typeof Engine.open>> | undefined
    const engine = (): Awaited<ReturnType<typeof Engine.open>> => {
      if (opened === undefined) throw new Error('nothing is attached yet')
      return opened
    }
    return {
      style: duckdbDialect,
      concurrency: 2,
      binder: {
        parse: (queries) => parseQueries(parsing, queries),
        syntax: (queries) => syntaxDigests(parsing, queries),
        bind: (query, session, identify) => engine().ask(session, (ask) => bindQuery(ask, text(query), identify)),
        define: (target, query, session, identify) =>
          engine().ask(session, (ask) => defineQuery(ask, named(target), text(query), identify)),
      },
      attach: async ({ warehouse }) => {
        const memory = ['__base', '__head', ...Object.values(DEFINITION_CATALOGS)]
        const own = join(folder, 'duckdb')
        mkdirSync(own, { recursive: true })
        const written = memory.map((name) => ({ path: ':memory:', name, readOnly: false }))
        opened = await Engine.open([{ ...warehouse, readOnly: true }, ...written], limits(own))
        const here: Warehouse = {
          dialect: duckdbDialect,
          execute: (statement) => engine().execute(text(statement)),
          materialize: (target, query, session) => engine().materialize(named(target), text(query), session),
          query: (statement, session) => engine().query(text(statement), session),
          statistics: (table) => engine().statistics(named(table)),
          describe: (relation) => engine().describe(named(relation)),
          definitions: () => readDefinitions((statement) => engine().query(statement, IN_ORDER), warehouse.name),
          until: () => here,
        }
        return here
      },
      scratch: () => Promise.reject(new Error('the law tests no units')),
      openFiles: () => Promise.reject(new Error('the law compares no files')),
      seed: () => Promise.reject(new Error('the law seeds nothing')),
      readRecords: () => Promise.reject(new Error('the law keeps no records')),
      writeRecords: () => Promise.reject(new Error('the law keeps no records')),
      close: () => {
        opened?.close()
        return Promise.resolve()
      },
    }
  }
  return {
    open,
    close: () => {
      parser.close()
    },
  }
}
