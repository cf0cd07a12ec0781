import { engineText } from '../../../../src/core/sql/sql.ts'
import type { Shape } from '../../../../src/core/lineage/shape/shape.ts'
import type { Column, Row, Session } from '../../../../src/core/ports/warehouse.ts'
import { openTestEngine } from '../../../support/engine.ts'

const session: Session = { mode: 'build', searchPath: [{ catalog: 'w', schema: 'main' }] }

/** An engine with tables, and what the tests ask of it. */
export interface Bench {
  readonly run: (...statements: readonly string[]) => Promise<void>
  /** Fails when the query does not bind. */
  readonly shape: (query: string) => Promise<Shape>
  /** The rows as text, sorted, with the names and types of the columns first. */
  readonly rows: (query: string) => Promise<readonly string[]>
  /** DuckDB's own JSON, and the columns. */
  readonly plan: (query: string) => Promise<{ readonly json: string; readonly columns: readonly Column[] }>
  readonly close: () => void
}

export async function openBench(statements: readonly string[]): Promise<Bench> {
  const engine = await openTestEngine()
  const placed = async (...all: readonly string[]): Promise<void> => {
    for (const statement of all) await engine.warehouse.query(engineText(statement), session)
  }
  await placed(...statements)
  return {
    run: placed,
    shape: async (query) => {
      const bound = await engine.binder.bind(engineText(query), session, [])
      if (bound.kind === 'unbound' || bound.shape === undefined) throw new Error(`${query}: ${JSON.stringify(bound)}`)
      return bound.shape
    },
    rows: async (query) => {
      const described = await engine.warehouse.query(engineText(`DESCRIBE SELECT * FROM (\n${query}\n)`), session)
      const types = described.map((row) => `${String(row['column_name'])} ${String(row['column_type'])}`)
      const names = types.map((_, index) => `c${String(index)}`)
      const columns = names.map((name) => `coalesce(${name}::VARCHAR, '∅')`).join(", '|', ")
      const wrapped = `SELECT concat(${columns}) AS r FROM (\n${query}\n) AS q(${names.join(', ')}) ORDER BY 1`
      const found = await engine.warehouse.query(engineText(wrapped), session).catch(failure)
      return [types.join(', '), ...found.map((row) => String(row['r']))]
    },
    plan: async (query) => {
      const statement = `SELECT json_serialize_plan('${query.replaceAll("'", "''")}', optimize := false) AS plan`
      const [row] = await engine.warehouse.query(engineText(statement), session)
      const described = await engine.warehouse.query(engineText(`DESCRIBE SELECT * FROM (\n${query}\n)`), session)
      const columns = described.map((column) => ({
        name: String(column['column_name']),
        type: String(column['column_type']),
      }))
      return { json: String(row?.['plan']), columns }
    },
    close: engine.close,
  }
}

/** Queries that fail give no rows: that, too, is what they do. */
function failure(error: unknown): readonly Row[] {
  return [{ r: error instanceof Error ? `fails: ${error.name}` : '' }]
}
