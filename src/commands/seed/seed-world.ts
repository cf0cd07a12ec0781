import { PreviewError } from '../../core/base/errors.ts'
import { readEngineMessage } from '../../core/environment/engine-message.ts'
import { allTime } from '../../core/environment/interval.ts'
import { CATALOGS, storedSession } from '../../core/environment/layout.ts'
import { publicName } from '../../core/environment/reads.ts'
import { isStateful } from '../../core/environment/strategy.ts'
import type { LinkedModel, LinkTarget } from '../../core/lineage/link.ts'
import { keyOf } from '../../core/lineage/names.ts'
import type { Warehouse, WarehouseDefinitions } from '../../core/ports/warehouse.ts'
import { relationKey, type Relation } from '../../core/sql/relation.ts'
import { sql } from '../../core/sql/sql.ts'
import { bindModel } from '../plan/bind.ts'
import type { Linked } from '../prepared.ts'
import type { KernelService } from '../services.ts'

/** Base's code on one of two seeds. */
export interface SeedWorld {
  readonly linked: Linked
  readonly definitions: WarehouseDefinitions
  /** Of base's part of the environment: where its models are built. */
  readonly schema: string
}

export type SeedBuild =
  | { readonly kind: 'built'; readonly relation: Relation }
  | { readonly kind: 'failed'; readonly message: string }
  /** Not tried, and nobody's fault. */
  | { readonly kind: 'not-built'; readonly because: string }

/** What reads files is not built here (`gapOf`). */
const NO_TABLES = { provide: () => Promise.resolve(undefined) }

/** Builds a model in one world, from the inputs given, as a first run; nothing is read that its names do not stand for. */
export async function buildInWorld(
  kernel: KernelService,
  warehouse: Warehouse,
  world: SeedWorld,
  linked: LinkedModel,
  inputs: ReadonlyMap<string, Relation>,
): Promise<SeedBuild> {
  const { model } = linked
  const { catalog } = world.definitions
  const gap = gapOf(world, linked)
  if (gap !== undefined) return { kind: 'not-built', because: gap }
  const allowed = new Set<string>()
  const pointTo = (target: LinkTarget): Relation => {
    const own = { catalog, schema: model.target.schema, table: model.target.table }
    const relation =
      target.kind === 'source'
        ? { catalog, ...target.relation }
        : target.kind === 'self'
          ? own
          : target.kind === 'file'
            ? target.table.relation
            : inputs.get(target.name)
    if (relation === undefined) throw new PreviewError('bug', `"${model.name}" is built before what it reads.`)
    allowed.add(relationKey(relation))
    return relation
  }
  const session = storedSession(catalog)
  const { strategy } = model
  const intervals = strategy.kind === 'time_interval' ? { intervals: [allTime(strategy)] } : {}
  try {
    const bound = await bindModel(kernel, linked, {
      pointTo,
      existing: undefined,
      files: NO_TABLES,
      ...intervals,
      session,
    })
    if (bound.kind === 'unbound') return { kind: 'failed', message: readEngineMessage(bound.error.message).message }
    const stranger = bound.scans.find((scan) => !allowed.has(relationKey(scan)) && !isSource(world, scan))
    if (stranger !== undefined) {
      return { kind: 'not-built', because: `it would read ${publicName(stranger)}, which its SQL does not name` }
    }
    const relation = { catalog: CATALOGS.base, schema: world.schema, table: model.name }
    await warehouse.execute(sql`DROP TABLE IF EXISTS ${relation}`)
    await warehouse.materialize(relation, bound.recipe.query, session)
    return { kind: 'built', relation }
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    return { kind: 'failed', message: readEngineMessage(error.message).message }
  }
}

/** Why a model cannot be built on a seed alone. */
function gapOf(
  { definitions }: SeedWorld,
  { model, links, readsModelsThroughMacros }: LinkedModel,
): string | undefined {
  if (readsModelsThroughMacros) return 'it reads models through a macro'
  if (links.some(({ target }) => target.kind === 'file')) return 'it reads files of the repository'
  if (links.some(({ target }) => target.kind === 'self')) return 'it reads its own earlier state'
  const own = keyOf(model.target.schema, model.target.table)
  const holds = definitions.relations.some(({ schema, table }) => keyOf(schema, table) === own)
  return holds && isStateful(model.strategy) ? 'it starts from rows that the seed itself holds' : undefined
}

/** A view of the other seed, written with the name of its catalog, would show that one's rows. */
function isSource({ linked, definitions: { catalog } }: SeedWorld, scan: Required<Relation>): boolean {
  return scan.catalog.toLowerCase() === catalog.toLowerCase() && linked.names.modelFilling(scan) === undefined
}
