import { CATALOGS, type Layout } from '../../core/environment/layout.ts'
import type { ModelOutcome } from '../../core/environment/outcome.ts'
import type { LinkedModel } from '../../core/lineage/link.ts'
import type { Warehouse } from '../../core/ports/warehouse.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { buildInWorld, type SeedBuild, type SeedWorld } from './seed-world.ts'
import type { Services } from '../services.ts'

/** Base's code on base's seed (`before`) and on head's (`after`). */
export interface SeedBuilder {
  readonly services: Services
  readonly warehouse: Warehouse
  /** Base's code on head's seed, as far as the run has built it. */
  readonly built: (model: string) => SeedBuild | undefined
  readonly before: SeedWorld
  readonly after: SeedWorld
}

/** What a run has left of base's code on head's seed, by base's name. */
export function builtBefore(
  { headNames }: Layout,
  outcomes: readonly ModelOutcome[],
): (model: string) => SeedBuild | undefined {
  const byModel = new Map(outcomes.map((outcome) => [outcome.model, outcome]))
  return (name) => {
    const twin = byModel.get(headNames.get(name) ?? name)?.base
    if (twin?.kind === 'failed') return { kind: 'failed', message: twin.failure.message }
    // One that is derived may have its rows in another order, which its readers here may mind.
    const isTable =
      twin?.kind === 'built' &&
      twin.delta === undefined &&
      twin.derived === undefined &&
      twin.relation.catalog === CATALOGS.base
    return isTable ? { kind: 'built', relation: twin.relation } : undefined
  }
}

/** Base's code on head's seed: what the run has built, else built now, with what it reads; each model once. */
export function relationsOnHead({
  services,
  warehouse,
  built,
  after,
}: SeedBuilder): (name: string) => Promise<SeedBuild> {
  const known = new Map<string, Promise<SeedBuild>>()
  const build = async (name: string): Promise<SeedBuild> => {
    const done = built(name)
    if (done !== undefined) return done
    const failure = after.linked.side.failures.get(name)
    if (failure !== undefined) return { kind: 'failed', message: failure.message }
    const linked = after.linked.side.linked.get(name)
    if (linked === undefined) return { kind: 'not-built', because: 'it is not there' }
    const inputs = await relationsOf(linked, onHead)
    return 'kind' in inputs ? inputs : buildInWorld(services.kernel, warehouse, after, linked, inputs)
  }
  const onHead = (name: string): Promise<SeedBuild> => {
    const begun = known.get(name) ?? build(name)
    known.set(name, begun)
    return begun
  }
  return onHead
}

/** What no change of the seed reaches is one and the same, and built once. */
export async function buildOnBase(
  { services, warehouse, before }: SeedBuilder,
  name: string,
  onHead: (name: string) => Promise<SeedBuild>,
  onBase: ReadonlyMap<string, Relation>,
): Promise<SeedBuild> {
  const failure = before.linked.side.failures.get(name)
  if (failure !== undefined) return { kind: 'failed', message: failure.message }
  const linked = before.linked.side.linked.get(name)
  if (linked === undefined) return { kind: 'not-built', because: 'it is not there' }
  const inputs = await relationsOf(linked, async (input) => {
    const relation = onBase.get(input)
    return relation === undefined ? onHead(input) : { kind: 'built', relation }
  })
  return 'kind' in inputs ? inputs : buildInWorld(services.kernel, warehouse, before, linked, inputs)
}

async function relationsOf(
  { inputs }: LinkedModel,
  relationOf: (name: string) => Promise<SeedBuild>,
): Promise<ReadonlyMap<string, Relation> | (SeedBuild & { readonly kind: 'not-built' })> {
  const relations = new Map<string, Relation>()
  for (const input of inputs) {
    const build = await relationOf(input)
    if (build.kind !== 'built') return { kind: 'not-built', because: `it reads "${input}", which could not be built` }
    relations.set(input, build.relation)
  }
  return relations
}
