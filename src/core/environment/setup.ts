import { clockFunctions } from '../lineage/volatility.ts'
import type { Plan } from '../plan/plan.ts'
import { engineText, identifier, sql, type Sql } from '../sql/sql.ts'
import { DEFAULT_SCHEMA } from '../lineage/names.ts'
import {
  CATALOGS,
  CLOCK_SCHEMA,
  DELTA_SCHEMA,
  EMPTIED_SCHEMA,
  REFRESH_SCHEMA,
  RERUN_SCHEMA,
  TOUCHED_SCHEMA,
} from './layout.ts'

/** A clock that stands still at `at` (ISO, UTC, no zone); every session of the environment looks there. */
export function clockStatements(at: string, catalog: string = CATALOGS.base): readonly Sql[] {
  return [
    createSchema(catalog, CLOCK_SCHEMA),
    ...clockFunctions.map(({ name, value }) => {
      const macro = { catalog, schema: CLOCK_SCHEMA, table: name }
      return sql`CREATE OR REPLACE MACRO ${macro}() AS ${engineText(value(at))}`
    }),
  ]
}

/** Every schema that a plan may fill, on both sides, and those of our own. */
export function schemaStatements(plan: Plan): readonly Sql[] {
  const ours = [DELTA_SCHEMA, EMPTIED_SCHEMA, REFRESH_SCHEMA, RERUN_SCHEMA, TOUCHED_SCHEMA, DEFAULT_SCHEMA]
  const schemas = new Set(ours)
  for (const { base, head, target } of plan.models) {
    for (const schema of [base?.target.schema, head?.target.schema, target.schema])
      if (schema !== undefined) schemas.add(schema)
  }
  return [...schemas]
    .sort()
    .flatMap((schema) => Object.values(CATALOGS).map((catalog) => createSchema(catalog, schema)))
}

function createSchema(catalog: string, schema: string): Sql {
  return sql`CREATE SCHEMA IF NOT EXISTS ${identifier(catalog)}.${identifier(schema)}`
}
