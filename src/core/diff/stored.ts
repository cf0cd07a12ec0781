import type { Relation } from '../sql/relation.ts'
import { literal, sql, type Sql } from '../sql/sql.ts'
import type { Ask } from './ask.ts'
import { integer } from './read.ts'
import type { Sides } from './sides.ts'

/** Whether both sides are tables: what a view yields is worked out anew by every statement that reads it. */
export async function areStored({ base, head }: Sides, ask: Ask): Promise<boolean> {
  const [isBase, isHead] = [is(base), is(head)]
  if (isBase === undefined || isHead === undefined) return false
  const [row = {}] = await ask(
    sql`SELECT count_if(${isBase}) AS base, count_if(${isHead}) AS head FROM duckdb_tables()`,
  )
  return integer(row, 'base') === 1n && integer(row, 'head') === 1n
}

function is({ catalog, schema, table }: Relation): Sql | undefined {
  if (catalog === undefined || schema === undefined) return undefined
  const name = (text: string): Sql => sql`lower(${literal(text)})`
  return sql`lower(database_name) = ${name(catalog)} AND lower(schema_name) = ${name(schema)} AND lower(table_name) = ${name(table)}`
}
