import type { DuckDBConnection } from '@duckdb/node-api'
import { PreviewError } from '../../core/base/errors.ts'
import type { CostRecord } from '../../core/ports/records.ts'
import { duckdbDialect } from './dialect.ts'
import { engineError } from './engine-error.ts'
import type { EngineLimits } from './limits.ts'
import { attachFile, openLocked } from './lockdown.ts'

const CATALOG = 'records'
const ANY_VERSION = 'rocky_preview_records_v'
const TABLE = `${ANY_VERSION}1`
const RECORDS = `${CATALOG}.main.${TABLE}`

/** The table's columns, in order: ours, its type, and where it stands in a record. */
const COLUMNS = [
  ['run', 'VARCHAR', 'run'],
  ['taken_at', 'VARCHAR', 'at'],
  ['preview', 'VARCHAR', 'preview'],
  ['commit_id', 'VARCHAR', 'commit'],
  ['machine', 'VARCHAR', 'machine'],
  ['model', 'VARCHAR', 'model'],
  ['side', 'VARCHAR', 'side'],
  ['code', 'VARCHAR', 'code'],
  ['inputs', 'VARCHAR', 'inputs'],
  ['duration_ms', 'DOUBLE', 'durationMs'],
  ['rows_written', 'DOUBLE', 'rows'],
  ['bytes_written', 'DOUBLE', 'bytesWritten'],
  ['rows_scanned', 'DOUBLE', 'rowsScanned'],
  ['bytes_scanned', 'DOUBLE', 'bytesScanned'],
  ['peak_memory_bytes', 'DOUBLE', 'peakMemoryBytes'],
] as const satisfies readonly (readonly [string, 'VARCHAR' | 'DOUBLE', keyof CostRecord])[]

/** More is no file that we wrote. */
const MOST = 100_000

/** Every record, oldest first. Fails with `records.refused`: not a DuckDB file, or none of ours. */
export async function readRecords(path: string, limits: EngineLimits): Promise<readonly CostRecord[]> {
  return withFile({ path, readOnly: true }, limits, async (connection) => {
    const columns = await rowsOf(
      connection,
      `SELECT column_name, data_type FROM duckdb_columns() c JOIN duckdb_tables() t USING (database_name, schema_name, table_name)
       WHERE c.database_name = '${CATALOG}' AND c.schema_name = 'main' AND c.table_name = '${TABLE}' ORDER BY column_index`,
    )
    const found = columns.map(([name, type]) => `${String(name)} ${String(type)}`).join()
    if (found !== COLUMNS.map(([name, type]) => `${name} ${type}`).join()) throw refused(path, await whyNot(connection))
    const names = COLUMNS.map(([name]) => name).join(', ')
    const rows = await rowsOf(
      connection,
      `SELECT ${names} FROM ${RECORDS} ORDER BY taken_at, rowid LIMIT ${String(MOST)}`,
    )
    return rows.map((row) => recordOf(row))
  })
}

/** What else stands in the file. */
async function whyNot(connection: DuckDBConnection): Promise<string> {
  const others = await rowsOf(
    connection,
    `SELECT table_name FROM duckdb_tables() WHERE database_name = '${CATALOG}' AND starts_with(table_name, '${ANY_VERSION}')`,
  )
  return others.some(([name]) => name !== TABLE)
    ? 'another version of rocky-preview wrote it'
    : 'it holds no records of ours'
}

/** A new file with these records; the path must be free. */
export async function writeRecords(path: string, records: readonly CostRecord[], limits: EngineLimits): Promise<void> {
  await withFile({ path, readOnly: false }, limits, async (connection) => {
    const columns = COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')
    await connection.run(`CREATE TABLE ${RECORDS} (${columns})`)
    const appender = await connection.createAppender(TABLE, 'main', CATALOG)
    for (const record of records) {
      for (const [, type, key] of COLUMNS) {
        const value = record[key]
        if (value === undefined) appender.appendNull()
        else if (type === 'DOUBLE') appender.appendDouble(Number(value))
        else appender.appendVarchar(String(value))
      }
      appender.endRow()
    }
    appender.closeSync()
    await connection.run(`CHECKPOINT ${CATALOG}`)
  })
}

/** An instance that holds this file alone: a file that somebody else put there is code to whoever opens it. */
async function withFile<T>(
  { path, readOnly }: { readonly path: string; readonly readOnly: boolean },
  limits: EngineLimits,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { instance, connection } = await openLocked({ limits, attachments: [], readable: [] }, async (settings) => {
    try {
      await attachFile(settings, { path, name: CATALOG, readOnly })
    } catch (cause) {
      throw refused(path, 'DuckDB cannot open it', cause)
    }
  })
  try {
    return await work(connection)
  } catch (cause) {
    if (cause instanceof PreviewError) throw cause
    throw refused(path, engineError(cause).message, cause)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

function refused(path: string, because: string, cause?: unknown): PreviewError {
  const [line = ''] = because.split('\n')
  return new PreviewError(
    'records.refused',
    `The records ${duckdbDialect.quoteLiteral(path)} cannot be used: ${line}.`,
    {
      cause,
    },
  )
}

async function rowsOf(connection: DuckDBConnection, statement: string): Promise<readonly (readonly unknown[])[]> {
  return (await connection.runAndReadAll(statement)).getRows()
}

function recordOf(row: readonly unknown[]): CostRecord {
  const values = COLUMNS.flatMap(([, , key], index): [string, unknown][] => {
    const value = row[index]
    return value === null || value === undefined ? [] : [[key, value]]
  })
  // The channel checks it against the schema.
  return Object.fromEntries(values) as unknown as CostRecord
}
