import type { Pair } from '../plan/pair.ts'
import type { RenamedColumn } from '../plan/plan.ts'
import type { SchemaName, Session } from '../ports/warehouse.ts'
import type { Identity } from '../ports/binder.ts'
import { formatRelation, type Relation } from '../sql/relation.ts'
import { identifier, sql, type Sql } from '../sql/sql.ts'
import { modelIdentity } from '../lineage/columns.ts'
import type { LinkedModel, LinkTarget } from '../lineage/link.ts'
import { DEFAULT_SCHEMA } from '../lineage/names.ts'
import { DELTA_SCHEMA, storedSession, type SideName } from './layout.ts'

/**
 * Catalogs in memory that hold definitions only: for each model that a plan must understand, an empty table with the
 * columns that its query yields.
 */
export const DEFINITION_CATALOGS = {
  base: '__base_definitions',
  head: '__head_definitions',
} as const satisfies Record<SideName, string>

/** The empty table that stands for one side of a model. */
export function definitionRelation(side: SideName, { base, head }: Pick<Pair, 'base' | 'head'>): Required<Relation> {
  const { schema, table } = ((side === 'base' ? base : head) ?? base ?? head)?.target ?? { schema: '', table: '' }
  return { catalog: DEFINITION_CATALOGS[side], schema, table }
}

export function definitionSchemas(pairs: readonly Pair[]): readonly string[] {
  const targets = pairs.flatMap(({ base, head }) => [base?.target.schema, head?.target.schema])
  return [...new Set([DEFAULT_SCHEMA, DELTA_SCHEMA, ...targets.filter((schema) => schema !== undefined)])].sort()
}

export function definitionSchemaStatements(pairs: readonly Pair[]): readonly Sql[] {
  return definitionSchemas(pairs).flatMap((schema) =>
    Object.values(DEFINITION_CATALOGS).map(
      (catalog) => sql`CREATE SCHEMA IF NOT EXISTS ${identifier(catalog)}.${identifier(schema)}`,
    ),
  )
}

/** Where names are looked up when a model is bound without data: as when it is built, with definitions in the place of twins. */
export function definitionSession(
  warehouse: string,
  schemas: readonly string[],
  side: SideName,
  { readsModelsThroughMacros }: LinkedModel,
): Session {
  const stored = storedSession(warehouse)
  if (!readsModelsThroughMacros) return stored
  const catalogs = side === 'base' ? [DEFINITION_CATALOGS.base] : [DEFINITION_CATALOGS.head, DEFINITION_CATALOGS.base]
  const path: readonly SchemaName[] = catalogs.flatMap((catalog) => schemas.map((schema) => ({ catalog, schema })))
  return { ...stored, searchPath: [...path, ...stored.searchPath] }
}

/** What a name in a model's SQL is re-pointed to when it is bound without data. `inputOf` gives the definition of a model. */
export function definitionFor(
  catalog: string,
  { model }: LinkedModel,
  target: LinkTarget,
  inputOf: (name: string) => Required<Relation> | undefined,
): Required<Relation> {
  switch (target.kind) {
    case 'source':
      return { catalog, ...target.relation }
    case 'file':
      return target.table.relation
    case 'self':
      return { catalog, schema: model.target.schema, table: model.target.table }
    case 'model':
      return inputOf(target.name) ?? { catalog, schema: DEFAULT_SCHEMA, table: target.name }
  }
}

/**
 * What the relations that a model reads are called in its shape, the same on both sides; `inputs` by pair name, `renamed`:
 * the columns that head calls otherwise and computes as before.
 */
export function identitiesOf(
  catalog: string,
  { model }: LinkedModel,
  inputs: ReadonlyMap<string, Required<Relation>>,
  renamed: ReadonlyMap<string, readonly RenamedColumn[]>,
): readonly Identity[] {
  const { schema, table } = model.target
  return [
    { relation: { catalog, schema, table }, identity: `self:${formatRelation({ schema, table })}` },
    ...[...inputs].map(([name, relation]) => ({
      relation,
      identity: modelIdentity(name),
      ...(renamed.has(name) && { renamed: renamed.get(name) }),
    })),
  ]
}
