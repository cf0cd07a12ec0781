/** Table functions that read files, and the format that each is told by. */
type Format = 'csv' | 'json' | 'parquet' | 'text' | 'blob'

/** A preview serves files of the repository to these; CSV and JSON to everybody, the rest where the workflow allows the function. */
export const FILE_FUNCTIONS: ReadonlyMap<string, Format> = new Map([
  ['read_csv', 'csv'],
  ['read_csv_auto', 'csv'],
  ['read_json', 'json'],
  ['read_json_auto', 'json'],
  ['read_json_objects', 'json'],
  ['read_json_objects_auto', 'json'],
  ['read_ndjson', 'json'],
  ['read_ndjson_auto', 'json'],
  ['read_ndjson_objects', 'json'],
  ['read_parquet', 'parquet'],
  ['parquet_scan', 'parquet'],
  ['read_text', 'text'],
  ['read_blob', 'blob'],
])

/** A crafted file of another format is memory that DuckDB's readers are led through. */
export function isServedToEverybody(name: string): boolean {
  const format = FILE_FUNCTIONS.get(name)
  return format === 'csv' || format === 'json'
}

/** What DuckDB reads a file with that stands in the place of a table, by the end of its name. */
export function functionForFile(path: string): string | undefined {
  if (/\.(?:csv|tsv)(?:\.(?:gz|zst))?$/i.test(path)) return 'read_csv'
  if (/\.(?:json|jsonl|ndjson)(?:\.(?:gz|zst))?$/i.test(path)) return 'read_json'
  return /\.parquet$/i.test(path) ? 'read_parquet' : undefined
}

/** Whether a name in FROM is a file's rather than a table's. */
export function looksLikeFile(name: string): boolean {
  return (
    /[/\\]/.test(name) || /\.(?:csv|tsv|json|jsonl|ndjson|parquet|xlsx|db|duckdb|sqlite)(?:\.(?:gz|zst))?$/i.test(name)
  )
}
