import { CLOSED_TABLE_FUNCTIONS } from '../core/lineage/shape/volatile.ts'
import { FILE_FUNCTIONS, isServedToEverybody } from '../core/lineage/file-functions.ts'
import type { Ask } from './ask.ts'
import type { FileCall } from './file-read.ts'

/**
 * What a model may call. A model is a question about tables: it reads no file and no setting, and leaves nothing behind.
 * DuckDB's own locks do not cover all of this: under all of them `enable_logging(storage := 'stdout')` still prints,
 * `arrow_scan(1, 2, 3)` follows any pointer, and `enable_profiling()` spoils its connection (measured, DuckDB 1.5.6).
 */

/** Built in, but macros over their arguments: what they read is seen when they are bound. */
const TRANSPARENT_TABLE_FUNCTIONS = new Set(['histogram', 'histogram_values'])

/** Scalar functions that do something, wait, or tell about the machine and the session instead of the data. */
const REFUSED_SCALARS = new Set([
  'write_log',
  'parse_duckdb_log_message',
  'sleep_ms',
  'pg_sleep',
  'getenv',
  'current_setting',
  'getvariable',
  'json_serialize_plan',
  'json_deserialize_sql',
  'json_execute_serialized_sql',
  'get_block_size',
  'inet_client_addr',
  'inet_server_addr',
])

const READS_FILES = /^(?:read_|parquet_|glob$|sniff_csv$|arrow_scan|seq_scan$)/
const READS_BY_NAME = new Set(['query', 'query_table', 'json_execute_serialized_sql'])

/** No function beyond the gate's own lists. */
export const NOTHING_MORE: ReadonlySet<string> = new Set()

/** One function call of a query. */
export interface FunctionCall {
  readonly kind: 'table' | 'scalar'
  /** Lower-case, unqualified. */
  readonly name: string
  /** UTF-16 units into the query. */
  readonly position: number | undefined
  /** It reads files, and those that it names can be looked for in the repository; or why not. */
  readonly files?: FileCall
}

export interface Refusal {
  readonly message: string
  readonly hint: string
  readonly position: number | undefined
}

/** Table functions that act on the process, or take its memory for theirs: not even a seed, alone in its own, may call them. */
const ACTING_TABLE_FUNCTIONS =
  /^(?:(?:enable|disable)_(?:logging|profiling)|truncate_duckdb_logs|set_log_\w+|(?:arrow|seq|pandas)_scan\w*)$/

/** Of a seed, which may look around in its own database and do nothing to its process. `name` in lower case. */
export function isRefusedInSeed(name: string): boolean {
  return isRefusedScalar(name) || ACTING_TABLE_FUNCTIONS.test(name)
}

export function isHarmlessTableFunction(name: string): boolean {
  return CLOSED_TABLE_FUNCTIONS.has(name)
}

export function isRefusedScalar(name: string): boolean {
  return REFUSED_SCALARS.has(name)
}

/**
 * The first call that a model may not make. A table function that DuckDB does not have is let through: it is a macro of
 * the warehouse, whose body is looked at when it is bound, or else the binder says that there is no such thing.
 */
export async function refusalOf(
  calls: readonly FunctionCall[],
  builtIn: () => Promise<ReadonlySet<string>>,
  allowed: ReadonlySet<string> = NOTHING_MORE,
): Promise<Refusal | undefined> {
  for (const call of calls) {
    const { files } = call
    if (files !== undefined && (allowed.has(call.name) || isServedToEverybody(call.name))) {
      if ('refused' in files) return { ...unserved(call.name, files.refused), position: call.position }
      continue
    }
    if (allowed.has(call.name) && !FILE_FUNCTIONS.has(call.name)) continue
    const refused =
      call.kind === 'scalar' ? isRefusedScalar(call.name) : await isRefusedTableFunction(call.name, builtIn)
    if (refused) return { ...wordsFor(call.name), position: call.position }
  }
  return undefined
}

async function isRefusedTableFunction(name: string, builtIn: () => Promise<ReadonlySet<string>>): Promise<boolean> {
  if (CLOSED_TABLE_FUNCTIONS.has(name) || TRANSPARENT_TABLE_FUNCTIONS.has(name)) return false
  return (await builtIn()).has(name)
}

/** Asked for when it is needed, and once: it takes DuckDB some milliseconds. */
export function builtInTableFunctions(ask: Ask): () => Promise<ReadonlySet<string>> {
  let names: Promise<ReadonlySet<string>> | undefined
  const read = async (): Promise<ReadonlySet<string>> => {
    const rows = await ask(
      "SELECT DISTINCT lower(function_name) AS name FROM duckdb_functions() WHERE function_type IN ('table', 'table_macro', 'pragma')",
    )
    return new Set(rows.map((row) => String(row['name'])))
  }
  return () => (names ??= read())
}

function unserved(name: string, why: string): Pick<Refusal, 'message' | 'hint'> {
  return {
    message: `${name}() ${why}: a preview reads a copy of its own.`,
    hint: 'Name files of the repository in quotes, or load them into the warehouse or the seed, as a table.',
  }
}

function wordsFor(name: string): { readonly message: string; readonly hint: string } {
  if (READS_FILES.test(name)) {
    return {
      message: `${name}() reads files, and a preview reads none with it.`,
      hint: FILE_FUNCTIONS.has(name)
        ? `Load the file into the warehouse or the seed, as a table. A workflow can allow \`${name}\` for files of the repository, with \`allow-functions\`.`
        : 'Load the file into the warehouse or the seed, as a table.',
    }
  }
  if (READS_BY_NAME.has(name)) {
    return {
      message: `${name}() runs text as SQL, and a preview must know beforehand what a model reads.`,
      hint: 'Name the tables in the SQL.',
    }
  }
  return {
    message: `${name}() is not for models: it changes something, waits, or tells about the session and not about the data.`,
    hint: 'Leave the call out.',
  }
}
