import type { KernelService } from '../../src/commands/services.ts'
import type { Warehouse } from '../../src/core/ports/warehouse.ts'
import { bindQuery, defineQuery } from '../../src/binder/bind.ts'
import { parseQueries } from '../../src/binder/parse.ts'
import { syntaxDigests } from '../../src/binder/syntax.ts'
import { render, renderRelation } from '../../src/core/sql/render.ts'
import { readDefinitions } from '../../src/warehouse/duckdb/definitions.ts'
import { duckdbDialect } from '../../src/warehouse/duckdb/dialect.ts'
import { Engine } from '../../src/warehouse/duckdb/engine.ts'

/** What `compare` needs of the worker, in this process: a real locked engine. */
export function testKernel(temporaryFolder: string): {
  readonly kernel: Pick<KernelService, 'openFiles' | 'binder'>
  readonly close: () => void
} {
  const engines: Engine[] = []
  const limits = { threads: 2, memoryBytes: 1_000_000_000, maxDiskBytes: undefined, temporaryFolder }
  const parser = Engine.open([], limits)
  const text = (statement: Parameters<typeof render>[0]): string => render(statement, duckdbDialect)
  const inOrder = { mode: 'compare', searchPath: [] } as const
  return {
    kernel: {
      openFiles: async ({ databases, imports, work }) => {
        const engine = await Engine.open(
          [...databases.map((file) => ({ ...file, readOnly: true })), { ...work, readOnly: false }],
          limits,
          imports.map((file) => ({ ...file, catalog: work.name })),
        )
        engines.push(engine)
        const warehouse = (catalog: string): Warehouse => ({
          dialect: duckdbDialect,
          execute: (statement) => engine.execute(text(statement)),
          materialize: (target, query, session) =>
            engine.materialize(renderRelation(target, duckdbDialect), text(query), session),
          query: (statement, session) => engine.query(text(statement), session),
          statistics: (table) => engine.statistics(renderRelation(table, duckdbDialect)),
          describe: (relation) => engine.describe(renderRelation(relation, duckdbDialect)),
          definitions: () => readDefinitions((statement) => engine.query(statement, inOrder), catalog),
          until: () => warehouse(catalog),
        })
        return warehouse
      },
      binder: {
        parse: async (queries) => {
          const instance = await parser
          return parseQueries((statement) => instance.query(statement, inOrder), queries)
        },
        bind: async (query, session) => {
          const instance = await parser
          return bindQuery((statement) => instance.query(statement, session), text(query))
        },
        syntax: async (queries) => {
          const instance = await parser
          return syntaxDigests((statement) => instance.query(statement, inOrder), queries)
        },
        define: async (target, query, session, identify) => {
          const instance = await parser
          return instance.ask(session, (ask) =>
            defineQuery(ask, renderRelation(target, duckdbDialect), text(query), identify),
          )
        },
      },
    },
    close: () => {
      for (const engine of engines) engine.close()
    },
  }
}
