/** Functions whose value is not decided by the data (duckdb_functions(): every stability but CONSISTENT, and three that it forgets). */
export const VOLATILE_FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'random setseed uuid gen_random_uuid uuidv4 uuidv7 nextval currval stats sleep_ms write_log ' +
    'current_query current_query_id current_transaction_id current_connection_id txid_current ' +
    'now today transaction_timestamp current_date get_current_time get_current_timestamp ' +
    'current_localtime current_localtimestamp current_time current_timestamp localtime localtimestamp ' +
    'current_schema current_schemas current_database current_catalog in_search_path current_user user session_user ' +
    'current_setting getvariable getenv version get_block_size'
  ).split(' '),
)

/** Table functions that make rows of their own: they read their arguments and nothing stored. */
export const CLOSED_TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'range',
  'generate_series',
  'unnest',
  'repeat',
  'repeat_row',
  'json_each',
  'json_tree',
])

/** `arguments`: how many there are. */
export function volatileFunction(name: string, argumentCount: number): string | undefined {
  // The age of one timestamp is its distance from today.
  if (VOLATILE_FUNCTIONS.has(name) || (name === 'age' && argumentCount === 1)) {
    return `it calls ${name}(), whose value the data do not decide`
  }
  return undefined
}

export function volatileTableFunction(name: string): string | undefined {
  return CLOSED_TABLE_FUNCTIONS.has(name) ? undefined : `it reads ${name}(), which is no table`
}
