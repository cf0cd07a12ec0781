import type { SchemaName, Session } from '../ports/warehouse.ts'
import type { Plan, PlannedModel } from '../plan/plan.ts'
import { formatRelation, type Relation } from '../sql/relation.ts'
import type { LinkedModel, LinkTarget } from '../lineage/link.ts'
import type { TakenColumn } from '../lineage/shape/compare.ts'
import { DEFAULT_SCHEMA } from '../lineage/names.ts'

/** A side of the pull request. A model that is built once for both stands in base's catalog. */
export type SideName = 'base' | 'head'

/** The environment's catalogs, named so that no warehouse file is likely to be called the same. */
export const CATALOGS = { base: '__base', head: '__head' } as const satisfies Record<SideName, string>

/** The engine's own database, in memory: for what is gone after the run. */
export const SCRATCH_CATALOG = 'memory'

/** What base's own seed made, where that is another than head's. */
export const BASE_SEED_CATALOG = '__base_seed'

/** Schemas of our own inside the environment. */
export const CLOCK_SCHEMA = 'rocky_preview_clock'
export const BASE_SEED_SCHEMA = 'rocky_preview_on_base_seed'
export const HEAD_SEED_SCHEMA = 'rocky_preview_on_head_seed'
export const DELTA_SCHEMA = 'rocky_preview_delta'
export const EMPTIED_SCHEMA = 'rocky_preview_emptied'
export const REFRESH_SCHEMA = 'rocky_preview_refresh'
export const RERUN_SCHEMA = 'rocky_preview_rerun'
export const TOUCHED_SCHEMA = 'rocky_preview_touched'
export const UNIT_SCHEMA = 'rocky_preview_unit'

/** Where everything is: which relation each side of each model is, and where names are looked up. */
export interface Layout {
  /** The catalog that the warehouse is attached under. */
  readonly warehouse: string
  readonly models: ReadonlyMap<string, PlannedModel>
  /** Head names of models that were renamed, by base name. */
  readonly headNames: ReadonlyMap<string, string>
  /** Models that the warehouse holds as base's code would make them. */
  readonly stored: ReadonlySet<string>
  /** Models whose twin on base is proven to be head's without some columns: those that it has. */
  readonly derived: ReadonlyMap<string, readonly TakenColumn[]>
}

export function layoutOf(
  plan: Plan,
  warehouse: string,
  stored: ReadonlySet<string>,
  derived: Layout['derived'] = new Map(),
): Layout {
  return {
    warehouse,
    stored,
    derived,
    models: new Map(plan.models.map((model) => [model.name, model])),
    headNames: new Map(
      plan.models.flatMap(({ name, change }) => (change.kind === 'renamed' ? [[change.from, name]] : [])),
    ),
  }
}

/** What one side calls a model: a renamed one is known under its old name on base. */
export function nameOn(side: SideName, { name, change }: PlannedModel): string {
  return side === 'base' && change.kind === 'renamed' ? change.from : name
}

/** The planned model behind a name that one side's SQL uses. */
export function plannedModel(layout: Layout, name: string): PlannedModel | undefined {
  return layout.models.get(layout.headNames.get(name) ?? name)
}

/** Where one side of a model is built. */
export function twinRelation(side: SideName, { base, head, target }: PlannedModel): Required<Relation> {
  const { schema, table } = (side === 'base' ? base : head)?.target ?? target
  return { catalog: CATALOGS[side], schema, table }
}

/** Where the rows of a stateful model's next run stand, beside the whole that they make. */
export function deltaRelation({ catalog, schema, table }: Required<Relation>): Required<Relation> {
  return { catalog, schema: DELTA_SCHEMA, table: formatRelation({ schema, table }) }
}

/** Where a full refresh of a stateful model stands, beside the result of its next run. */
export function refreshRelation(side: SideName, { name }: PlannedModel): Required<Relation> {
  return { catalog: CATALOGS[side], schema: REFRESH_SCHEMA, table: name }
}

/** Where a statement is run again to be timed; dropped at once. No model's name begins with a blank. */
export function againRelation(side: SideName): Required<Relation> {
  return { catalog: CATALOGS[side], schema: REFRESH_SCHEMA, table: ' again' }
}

/** Where base's twin stands a second time, to see what of it differs from run to run. */
export function rerunRelation({ name }: PlannedModel): Required<Relation> {
  return { catalog: CATALOGS.base, schema: RERUN_SCHEMA, table: name }
}

/** What a full refresh of a model that reads itself finds: its table with the same columns, and no row. */
export function emptiedRelation(side: SideName, { name }: PlannedModel): Required<Relation> {
  return { catalog: CATALOGS[side], schema: EMPTIED_SCHEMA, table: name }
}

/** The warehouse's own relation of a model, whether or not it is there. */
export function storedRelation(
  { warehouse }: Layout,
  side: SideName,
  { base, head, target }: PlannedModel,
): Required<Relation> {
  const { schema, table } = (side === 'base' ? base : head)?.target ?? target
  return { catalog: warehouse, schema, table }
}

/**
 * A removed model that nobody read: the rows that go are those that the warehouse holds. One with readers is built again,
 * because its readers' other inputs are as new as the sources, and what it holds is as old as its last run.
 */
export function isReadInPlace({ stored, models }: Layout, { name, change }: PlannedModel): boolean {
  return (
    change.kind === 'removed' &&
    stored.has(name) &&
    ![...models.values()].some(({ baseInputs }) => baseInputs.includes(name))
  )
}

/** What readers of one side read when they name a model. */
export function readRelation(layout: Layout, side: SideName, model: PlannedModel): Required<Relation> {
  switch (model.placement) {
    case 'prune':
      return isReadInPlace(layout, model) ? storedRelation(layout, side, model) : twinRelation(side, model)
    case 'shared':
      return twinRelation('base', model)
    case 'copy':
    case 'skipped':
      return storedRelation(layout, side, model)
  }
}

/** What a name in the SQL of `reader` is re-pointed to. */
export function pointTo(layout: Layout, side: SideName, reader: LinkedModel, target: LinkTarget): Required<Relation> {
  switch (target.kind) {
    case 'source':
      return { catalog: layout.warehouse, ...target.relation }
    case 'file':
      return target.table.relation
    case 'self':
      return { catalog: layout.warehouse, schema: reader.model.target.schema, table: reader.model.target.table }
    case 'model': {
      const planned = plannedModel(layout, target.name)
      if (planned === undefined) return { catalog: layout.warehouse, schema: DEFAULT_SCHEMA, table: target.name }
      return readRelation(layout, side, planned)
    }
  }
}

/**
 * The conditions that a model of one side is built under. The warehouse stays the current catalog, so that its macros
 * and types resolve as in production; only a model whose macros read models sees the environment before it.
 */
export function buildSession(
  { warehouse, models }: Layout,
  side: SideName,
  { readsModelsThroughMacros }: LinkedModel,
): Session {
  const schemas = [...new Set([DEFAULT_SCHEMA, ...[...models.values()].map(({ target }) => target.schema)])]
  const environment = side === 'base' ? [CATALOGS.base] : [CATALOGS.head, CATALOGS.base]
  const built: readonly SchemaName[] = environment.flatMap((catalog) => schemas.map((schema) => ({ catalog, schema })))
  const stored = storedSession(warehouse)
  return readsModelsThroughMacros ? { ...stored, searchPath: [...built, ...stored.searchPath] } : stored
}

/** The conditions of production, but for the clock. */
export function storedSession(warehouse: string): Session {
  return {
    mode: 'build',
    searchPath: [
      { catalog: warehouse, schema: DEFAULT_SCHEMA },
      { catalog: CATALOGS.base, schema: CLOCK_SCHEMA },
    ],
  }
}
