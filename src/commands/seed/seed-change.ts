import { PreviewError } from '../../core/base/errors.ts'
import { compareRelations } from '../../core/diff/compare.ts'
import { declaredKey, NO_KEY } from '../../core/diff/key.ts'
import type { SeedChange, SeedEffect } from '../../core/diff/seed-change.ts'
import { BASE_SEED_CATALOG, BASE_SEED_SCHEMA, CATALOGS, HEAD_SEED_SCHEMA } from '../../core/environment/layout.ts'
import type { ModelOutcome } from '../../core/environment/outcome.ts'
import { graphOf, topologicalOrder } from '../../core/graph/graph.ts'
import type { LinkedModel } from '../../core/lineage/link.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { identifier, sql } from '../../core/sql/sql.ts'
import { combined, comparing, type How } from '../diff/diff-settings.ts'
import { linkSides } from '../plan/link.ts'
import type { Attached, Prepared } from '../prepared.ts'
import type { LoadedSeed } from '../load.ts'
import type { PreviewRequest } from '../request.ts'
import { changedSources, isEqual, type ChangedSources } from './seed-sources.ts'
import { buildOnBase, builtBefore, relationsOnHead, type SeedBuilder } from './seed-builder.ts'
import type { SeedBuild, SeedWorld } from './seed-world.ts'
import type { Services } from '../services.ts'

/** The share of what is left of the run's time that this may take: the code is what the run is for. */
const SHARE_OF_TIME = 0.5

/**
 * What the pull request's seed does without its code: base's code on base's seed against the same code on head's, for
 * every model that reads a table which differs. What the run has built of base's code on head's seed is taken as it is.
 * Undefined where both sides have one seed.
 */
export async function checkSeedChange(
  services: Services,
  prepared: Prepared,
  { warehouse, definitions, baseSeed }: Attached,
  outcomes: readonly ModelOutcome[],
  { diff }: Pick<PreviewRequest, 'diff'>,
): Promise<SeedChange | undefined> {
  if (baseSeed === undefined) return undefined
  const { base, head } = prepared.sides
  const path = head.seed?.path ?? base.seed?.path ?? ''
  if (baseSeed.kind === 'none') return { kind: 'not-checked', path, because: baseSeed.because }
  const { clock } = services
  const until = clock.now() + (clock.deadline - clock.now()) * SHARE_OF_TIME
  const schemas = [BASE_SEED_SCHEMA, HEAD_SEED_SCHEMA].map(
    (name) => sql`${identifier(CATALOGS.base)}.${identifier(name)}`,
  )
  try {
    for (const schema of schemas) await warehouse.execute(sql`CREATE SCHEMA IF NOT EXISTS ${schema}`)
    const earlier = await warehouse.definitions(BASE_SEED_CATALOG)
    const { base: linked } = await linkSides(services, earlier, prepared.sides, { files: prepared.files })
    const before: SeedWorld = { linked, definitions: earlier, schema: BASE_SEED_SCHEMA }
    const after: SeedWorld = { linked: prepared.base, definitions, schema: HEAD_SEED_SCHEMA }
    const how = comparing(combined(prepared.sides.diff, diff ?? {}), '', 0, undefined)
    const changed = await changedSources(warehouse, before, after, how)
    const builder = { services, warehouse, built: builtBefore(prepared.layout, outcomes), before, after }
    const models = await settleModels(builder, changed, how, until)
    for (const schema of schemas) await warehouse.execute(sql`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    const readsClock = readsTheClock(base.seed) && readsTheClock(head.seed)
    return { kind: 'checked', path, readsClock, sources: changed.sources, models }
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    return { kind: 'not-checked', path, because: error.message }
  }
}

const CLOCK = /\b(?:now|today|get_current_timestamp|uuid|gen_random_uuid)\s*\(|\bcurrent_(?:date|time|timestamp)\b/i

/** Model by model, inputs first. What came out equal stops there. */
async function settleModels(
  builder: SeedBuilder,
  changed: ChangedSources,
  how: Omit<How, 'samples'>,
  until: number,
): Promise<readonly SeedEffect[]> {
  const { before, after, services } = builder
  const sides = [before.linked.side.linked, after.linked.side.linked]
  const known = new Set(sides.flatMap((side) => [...side.keys()]))
  const inputsOf = (name: string): readonly string[] => sides.flatMap((side) => side.get(name)?.inputs ?? [])
  const { order } = topologicalOrder(graphOf(new Map([...known].map((name) => [name, inputsOf(name)]))))
  const effects = new Map<string, SeedEffect>()
  const onBase = new Map<string, Relation>()
  const onHead = relationsOnHead(builder)
  for (const name of order) {
    const [old, now] = [sides[0]?.get(name), sides[1]?.get(name)]
    const differing = inputsOf(name)
      .map((input) => effects.get(input))
      .filter((effect) => effect !== undefined && effect.kind !== 'identical')
    const reads = [old, now].some((linked) => linked !== undefined && changed.reachedBy(linked))
    if (!reads && differing.length === 0 && (old === undefined) === (now === undefined)) continue
    const settle = async (): Promise<SeedEffect> => {
      const input = differing.find((effect) => effect.kind === 'fails' || effect.kind === 'not-checked')
      if (input !== undefined) return notChecked(name, `it reads "${input.model}", which could not be compared`)
      if (services.clock.now() > until)
        return notChecked(name, 'there was no time left for what the seed does by itself')
      const chance = old?.chance ?? old?.draws ?? now?.chance ?? now?.draws
      if (chance !== undefined) return notChecked(name, chance)
      const head = await onHead(name)
      const base = await buildOnBase(builder, name, onHead, onBase)
      if (base.kind === 'built') onBase.set(name, base.relation)
      return effectOf(builder, name, old ?? now, base, head, how)
    }
    effects.set(name, await settle())
  }
  return [...effects.values()]
}

async function effectOf(
  { warehouse }: SeedBuilder,
  model: string,
  linked: LinkedModel | undefined,
  base: SeedBuild,
  head: SeedBuild,
  how: Omit<How, 'samples'>,
): Promise<SeedEffect> {
  if (base.kind === 'not-built') return notChecked(model, base.because)
  if (head.kind === 'not-built') return notChecked(model, head.because)
  if (base.kind === 'failed' && head.kind === 'failed') return notChecked(model, 'it builds on neither seed')
  if (base.kind === 'failed') return { model, kind: 'fails', on: 'base', message: base.message }
  if (head.kind === 'failed') return { model, kind: 'fails', on: 'head', message: head.message }
  if (await isEqual(warehouse, base.relation, head.relation)) return { model, kind: 'identical' }
  const comparison = await compareRelations(warehouse, {
    base: base.relation,
    head: head.relation,
    key: linked === undefined ? NO_KEY : declaredKey(linked.model),
    scope: 'whole',
    samples: 0,
    ...how,
  })
  return comparison.kind === 'not-compared'
    ? notChecked(model, comparison.because)
    : { model, kind: 'compared', comparison }
}

function readsTheClock(seed: LoadedSeed | undefined): boolean {
  return seed?.kind === 'script' && CLOCK.test(seed.script)
}

function notChecked(model: string, because: string): SeedEffect {
  return { model, kind: 'not-checked', because }
}
