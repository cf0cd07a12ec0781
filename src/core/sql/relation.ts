/** A table or view by name. A missing catalog or schema is left to the session's search path. */
export interface Relation {
  readonly catalog?: string
  readonly schema?: string
  readonly table: string
}

/** Dotted, unquoted: for people and for keys of maps, never for SQL. */
export function formatRelation({ catalog, schema, table }: Relation): string {
  return [catalog, schema, table].filter((part) => part !== undefined && part !== '').join('.')
}

/** Equal names under DuckDB's rule, which ignores case in quoted and unquoted names alike. */
export function relationKey(relation: Relation): string {
  return JSON.stringify([relation.catalog ?? '', relation.schema ?? '', relation.table]).toLowerCase()
}
