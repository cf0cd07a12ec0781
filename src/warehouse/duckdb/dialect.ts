import type { Dialect } from '../../core/ports/warehouse.ts'

/** DuckDB's quoting: names in double quotes, text in single quotes, both doubled inside. Backslashes mean nothing. */
export const duckdbDialect: Dialect = {
  name: 'duckdb',
  // DuckDB has no limit; longer names than this are somebody's mistake and make reports unreadable.
  maxIdentifierLength: 255,
  quoteIdentifier: (name) => `"${name.replaceAll('"', '""')}"`,
  quoteLiteral: (text) => `'${text.replaceAll("'", "''")}'`,
}
