import type { DuckDBConnection } from '@duckdb/node-api'
import { PreviewError } from '../../core/base/errors.ts'
import { duckdbDialect } from './dialect.ts'
import { engineError } from './engine-error.ts'

/** A file that becomes a table, while files may still be read. */
export interface DataFile {
  readonly path: string
  readonly format: 'parquet' | 'csv' | 'json'
  readonly catalog: string
  readonly table: string
}

/** Types are found from every row of a file that has none of its own: a guess from the first would fail at a later one. */
const readers = {
  parquet: (path: string) => `read_parquet(${path})`,
  csv: (path: string) => `read_csv(${path}, sample_size = -1)`,
  json: (path: string) => `read_json(${path}, sample_size = -1)`,
} as const satisfies Record<DataFile['format'], (path: string) => string>

/** Reads the file into a table, also over one that an earlier worker left behind. */
export async function importFile(
  connection: DuckDBConnection,
  { path, format, catalog, table }: DataFile,
): Promise<void> {
  const name = [catalog, 'main', table].map((part) => duckdbDialect.quoteIdentifier(part)).join('.')
  const rows = readers[format](duckdbDialect.quoteLiteral(path))
  try {
    await connection.run(`CREATE OR REPLACE TABLE ${name} AS FROM ${rows}`)
  } catch (cause) {
    const { code, message } = engineError(cause)
    if (code !== 'engine.failed') throw engineError(cause)
    throw new PreviewError('compare.unreadable', `${path} cannot be read as ${format}: ${message}`, { cause })
  }
}
