import type { Row, WarehouseDefinitions, WarehouseRelation } from '../../core/ports/warehouse.ts'
import { duckdbDialect } from './dialect.ts'

/** Asks the engine for a small answer. */
type Ask = (statement: string) => Promise<readonly Row[]>

/** Reads the catalog of the attached warehouse: names, and the queries of its views and macros. No data. */
export async function readDefinitions(ask: Ask, catalog: string): Promise<WarehouseDefinitions> {
  const name = duckdbDialect.quoteLiteral(catalog)
  const schemas = await ask(
    `SELECT schema_name FROM duckdb_schemas() WHERE database_name = ${name} AND schema_name NOT IN ('information_schema', 'pg_catalog') ORDER BY ALL`,
  )
  const tables = await ask(
    `SELECT schema_name, table_name, estimated_size, column_count FROM duckdb_tables() WHERE database_name = ${name}`,
  )
  const views = await ask(
    `SELECT schema_name, view_name, sql FROM duckdb_views() WHERE database_name = ${name} AND NOT internal`,
  )
  const macros = await ask(
    `SELECT schema_name, function_name, function_type, macro_definition FROM duckdb_functions() WHERE database_name = ${name} AND NOT internal AND macro_definition IS NOT NULL ORDER BY ALL`,
  )
  const relations: WarehouseRelation[] = [
    ...tables.map((row) => ({
      schema: String(row['schema_name']),
      table: String(row['table_name']),
      size: { rows: Number(row['estimated_size']), columns: Number(row['column_count']) },
    })),
    ...views.map((row) => ({
      schema: String(row['schema_name']),
      table: String(row['view_name']),
      view: splitCreateView(String(row['sql'])),
    })),
  ]
  return {
    catalog,
    schemas: schemas.map((row) => String(row['schema_name'])),
    relations: relations.sort((a, b) =>
      JSON.stringify([a.schema, a.table]) < JSON.stringify([b.schema, b.table]) ? -1 : 1,
    ),
    macros: macros.map((row) => ({
      schema: String(row['schema_name']),
      name: String(row['function_name']),
      query:
        row['function_type'] === 'table_macro'
          ? String(row['macro_definition'])
          : `SELECT ${String(row['macro_definition'])}`,
    })),
  }
}

const NAME = String.raw`(?:"(?:[^"]|"")*"|[^\s."(),]+)`
const CREATE_VIEW = new RegExp(
  String.raw`^CREATE VIEW ${NAME}(?:\.${NAME}){0,2}\s*(?:\(((?:${NAME}(?:, )?)*)\) )?\s*AS `,
  'i',
)

/**
 * The query and the column names of a view, from the statement that DuckDB writes for it. DuckDB normalises that text,
 * so that the head has one form; the catalog has no column with the query alone.
 */
export function splitCreateView(statement: string): { readonly query: string; readonly columns: readonly string[] } {
  const head = CREATE_VIEW.exec(statement)
  if (head === null) throw new Error(`not a view's statement: ${statement}`)
  const columns = [...(head[1] ?? '').matchAll(new RegExp(NAME, 'g'))].map(([name]) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
  )
  return { query: statement.slice(head[0].length).replace(/;\s*$/, ''), columns }
}
