import { PreviewError } from '../../core/base/errors.ts'
import { grouped } from '../../core/base/grouped.ts'
import { pointTo, nameOn, storedRelation, type Layout, type SideName } from '../../core/environment/layout.ts'
import type { ModelOutcome, TwinOutcome } from '../../core/environment/outcome.ts'
import { keyOf } from '../../core/lineage/names.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import { COMPARE_SESSION, type Warehouse } from '../../core/ports/warehouse.ts'
import { relationKey, type Relation } from '../../core/sql/relation.ts'
import { sql } from '../../core/sql/sql.ts'
import type { Attached, Prepared } from '../prepared.ts'
import type { Services } from '../services.ts'
import type { TwinBuilder } from './twin-builder.ts'

/** Rows, of a model's table and of all that it reads, up to which a full refresh is made beside its next run. */
const AFFORDABLE_ROWS = 5_000_000
/** The share of what is left of the run's time that such refreshes may begin in. */
const SHARE_OF_TIME = 0.25

/**
 * The outcomes, with a full refresh of both sides of each stateful model whose next run adds no row on either, and of
 * each whose own code changes, as far as that is affordable: its next run shows nothing of what it does to older rows.
 */
export async function withRefreshes(
  { clock }: Pick<Services, 'clock'>,
  outcomes: readonly ModelOutcome[],
  prepared: Prepared,
  attached: Attached,
  { builder, layout }: { readonly builder: TwinBuilder; readonly layout: Layout },
): Promise<readonly ModelOutcome[]> {
  const { warehouse } = attached
  const planned = new Map(prepared.plan.models.map((model) => [model.name, model]))
  const until = clock.now() + (clock.deadline - clock.now()) * SHARE_OF_TIME
  let sizes: Sizes | undefined
  const refreshing = async (model: PlannedModel, outcome: ModelOutcome): Promise<ModelOutcome> => {
    try {
      const isIdle = await addsNothing(warehouse, outcome)
      if (!isIdle && model.effect?.own === false) return outcome
      sizes ??= await sizesOf(warehouse)
      const because =
        clock.now() > until
          ? 'there was no time left for it'
          : reasonNotTo(prepared, attached, layout, model, { sizes, views: isIdle ? 'allowed' : 'refused' })
      const twins = because === undefined ? await refreshed(builder, model) : undefined
      return isIdle ? inPlace(outcome, twins, because) : beside(outcome, twins, because)
    } catch (error) {
      if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
      // The next run was built, and is compared.
      return beside(outcome, undefined, `it could not be made: ${error.message}`)
    }
  }
  const all: ModelOutcome[] = []
  for (const outcome of outcomes) {
    const model = planned.get(outcome.model)
    if (model?.placement !== 'prune' || outcome.cutOff !== undefined || !isDelta(outcome)) {
      all.push(outcome)
      continue
    }
    all.push(await refreshing(model, outcome))
  }
  return all
}

/** A full refresh in the place of a next run that shows nothing. */
function inPlace(outcome: ModelOutcome, twins: Twins | undefined, because: string | undefined): ModelOutcome {
  if (twins !== undefined) return { ...outcome, refresh: twins }
  if (because === undefined) return outcome
  const none = { kind: 'not-built', because } as const
  return { ...outcome, refresh: { base: none, head: none } }
}

/** A full refresh beside a next run, for the rows that this does not write. */
function beside(outcome: ModelOutcome, twins: Twins | undefined, because = NO_TABLE): ModelOutcome {
  return {
    ...outcome,
    history: twins === undefined ? { kind: 'not-built', because } : { kind: 'built', ...twins },
  }
}

const NO_TABLE = 'one side has no table yet that it could read itself from'

interface Twins {
  readonly base: TwinOutcome
  readonly head: TwinOutcome
}

/** Undefined where one side cannot be built from nothing. */
async function refreshed(builder: TwinBuilder, model: PlannedModel): Promise<Twins | undefined> {
  const base = await builder.refresh('base', model)
  const head = base === undefined ? undefined : await builder.refresh('head', model)
  return base === undefined || head === undefined ? undefined : { base, head }
}

function isDelta({ base, head }: ModelOutcome): boolean {
  return base.kind === 'built' && head.kind === 'built' && base.delta !== undefined && head.delta !== undefined
}

async function addsNothing(warehouse: Warehouse, { base, head }: ModelOutcome): Promise<boolean> {
  if (base.kind !== 'built' || head.kind !== 'built') return false
  if (base.delta === undefined || head.delta === undefined) return false
  return (await isEmpty(warehouse, base.delta)) && isEmpty(warehouse, head.delta)
}

async function isEmpty(warehouse: Warehouse, relation: Relation): Promise<boolean> {
  return (await warehouse.query(sql`SELECT 1 FROM ${relation} LIMIT 1`, COMPARE_SESSION)).length === 0
}

/** Rows of every table that is attached, by `relationKey`, as its catalog knows them without reading any. */
type Sizes = ReadonlyMap<string, number>

async function sizesOf(warehouse: Warehouse): Promise<Sizes> {
  const rows = await warehouse.query(
    sql`SELECT database_name AS c, schema_name AS s, table_name AS t, estimated_size AS n FROM duckdb_tables()`,
    COMPARE_SESSION,
  )
  return new Map(
    rows.map(({ c, s, t, n }) => [
      relationKey({ catalog: String(c), schema: String(s), table: String(t) }),
      Number(n ?? 0),
    ]),
  )
}

/** Why a full refresh of both sides is not made; undefined when it is. The size of a stored view is not known. */
function reasonNotTo(
  prepared: Prepared,
  { stored }: Attached,
  layout: Layout,
  model: PlannedModel,
  { sizes, views }: { readonly sizes: Sizes; readonly views: 'allowed' | 'refused' },
): string | undefined {
  const read = new Map<string, Relation>()
  for (const side of ['base', 'head'] as const satisfies readonly SideName[]) {
    const linked = prepared[side].side.linked.get(nameOn(side, model))
    if (linked === undefined) return 'one side cannot be understood'
    for (const relation of [
      storedRelation(layout, side, model),
      ...linked.links.map(({ target }) => pointTo(layout, side, linked, target)),
    ]) {
      const { catalog, schema, table } = relation
      const view = catalog === layout.warehouse ? stored.get(keyOf(schema, table))?.view : undefined
      if (view !== undefined && views === 'refused')
        return `it reads the view \`${table.replaceAll('`', "'")}\`, whose size is not known`
      read.set(relationKey(relation), relation)
    }
  }
  const rows = [...read.keys()].reduce((sum, key) => sum + (sizes.get(key) ?? 0), 0)
  if (rows <= AFFORDABLE_ROWS) return undefined
  return `it would read more than ${grouped(AFFORDABLE_ROWS)} rows`
}
