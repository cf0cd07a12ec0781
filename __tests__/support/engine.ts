import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Binder } from '../../src/core/ports/binder.ts'
import type { Warehouse } from '../../src/core/ports/warehouse.ts'
import { bindQuery, defineQuery } from '../../src/binder/bind.ts'
import { parseQueries } from '../../src/binder/parse.ts'
import { syntaxDigests } from '../../src/binder/syntax.ts'
import { render, renderRelation } from '../../src/core/sql/render.ts'
import { readDefinitions } from '../../src/warehouse/duckdb/definitions.ts'
import { duckdbDialect } from '../../src/warehouse/duckdb/dialect.ts'
import { Engine } from '../../src/warehouse/duckdb/engine.ts'

/** A real DuckDB in this process, with one scratch database `w`; statements are plain text. */
export interface TestEngine {
  readonly warehouse: Warehouse
  readonly binder: Binder
  readonly run: (...statements: readonly string[]) => Promise<void>
  readonly close: () => void
}

export async function openTestEngine(
  limits: { readonly threads: number; readonly memoryBytes: number } = { threads: 2, memoryBytes: 1_000_000_000 },
): Promise<TestEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'rocky-preview-test-'))
  const engine = await Engine.open([{ path: join(folder, 'w.duckdb'), name: 'w', readOnly: false }], {
    ...limits,
    maxDiskBytes: undefined,
    temporaryFolder: folder,
  })
  const ask = (statement: string) =>
    engine.query(statement, { mode: 'compare', searchPath: [{ catalog: 'w', schema: 'main' }] })
  const text = (statement: Parameters<typeof render>[0]): string => render(statement, duckdbDialect)
  const warehouse: Warehouse = {
    dialect: duckdbDialect,
    execute: (statement) => engine.execute(text(statement)),
    materialize: (target, query, session) =>
      engine.materialize(renderRelation(target, duckdbDialect), text(query), session),
    query: (statement, session) => engine.query(text(statement), session),
    statistics: (table) => engine.statistics(renderRelation(table, duckdbDialect)),
    describe: (relation) => engine.describe(renderRelation(relation, duckdbDialect)),
    definitions: () => readDefinitions(ask, 'w'),
    until: () => warehouse,
  }
  return {
    warehouse,
    binder: {
      parse: (queries) => parseQueries(ask, queries),
      syntax: (queries) => syntaxDigests(ask, queries),
      bind: (query, session, identify) => engine.ask(session, (asked) => bindQuery(asked, text(query), identify)),
      define: (target, query, session, identify) =>
        engine.ask(session, (asked) =>
          defineQuery(asked, renderRelation(target, duckdbDialect), text(query), identify),
        ),
    },
    run: async (...statements) => {
      for (const statement of statements) await engine.execute(statement)
    },
    close: () => {
      engine.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
