import type { TestEngine } from '../../support/engine.ts'
import { compilePipeline } from '../../../src/core/language/compile.ts'
import { authored, sql } from '../../../src/core/sql/sql.ts'

const SESSION = { mode: 'compare', searchPath: [{ catalog: 'w', schema: 'main' }] } as const

/** The SQL of a pipeline. */
export function lowered(text: string): string {
  return compilePipeline({ path: 'models/m.rocky', text }, 0).sql
}

/** A pipeline's table on a real DuckDB: the names of its columns, then its rows, sorted. */
export async function rowsOf({ warehouse }: TestEngine, text: string): Promise<readonly string[]> {
  const target = { catalog: 'w', schema: 'main', table: 'model under test' }
  await warehouse.execute(sql`DROP TABLE IF EXISTS ${target}`)
  await warehouse.materialize(target, authored(lowered(text)), SESSION)
  const columns = (await warehouse.describe(target)) ?? []
  const rows = await warehouse.query(sql`SELECT * FROM ${target}`, SESSION)
  const lines = rows.map((row) => columns.map(({ name }) => String(row[name] ?? '∅')).join(' '))
  return [columns.map(({ name }) => name).join(' '), ...lines.sort()]
}
