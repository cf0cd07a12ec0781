/** Asks an engine, and gets the rows of a small answer by column name. The binder needs nothing else of DuckDB. */
export type Ask = (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** A node of one of DuckDB's JSON trees. */
export type Node = Readonly<Record<string, unknown>>

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A string literal of DuckDB. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
