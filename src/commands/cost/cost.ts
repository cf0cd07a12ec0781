import { PreviewError } from '../../core/base/errors.ts'
import { corrected, correctionOf, type Estimate } from '../../core/cost/estimate.ts'
import type { Preflight } from '../../core/cost/preflight.ts'
import { earlierGrowth, recordedUsage } from '../../core/cost/records.ts'
import { medianMs } from '../../core/cost/timing.ts'
import { environmentName } from '../../core/environment/name.ts'
import type { Usage } from '../../core/ports/warehouse.ts'
import type { Estimates } from './estimates.ts'
import { fingerprintsOf } from './fingerprints.ts'
import type { History } from './history.ts'
import type { Services } from '../services.ts'
import type { CostReport } from '../../core/cost/cost.ts'
import { costReport, type ReadPlace } from '../../core/cost/report.ts'
import type { ModelOutcome } from '../../core/environment/outcome.ts'
import { nameOn, plannedModel, pointTo } from '../../core/environment/layout.ts'
import { placeIn } from '../../core/lineage/link.ts'
import { keyOf } from '../../core/lineage/names.ts'
import { mayReadThrough, readRoutes, routeTo, type WarehouseRoutes } from '../../core/lineage/routes.ts'
import type { Prepared } from '../prepared.ts'

/** What a run found out that its cost depends on. */
export interface Priced {
  readonly outcomes: readonly ModelOutcome[]
  readonly durationMs: number
  readonly estimates: Estimates
  readonly expected: Preflight | undefined
  readonly history: History
}

/** What the run costs on each side. Prices, budgets and settings are base's: a pull request must not loosen its own limits. */
export async function costOf(services: Services, prepared: Prepared, found: Priced): Promise<CostReport> {
  const { machine } = services
  const { plan, sides, request } = prepared
  const { outcomes, expected, durationMs, history } = found
  const isPlan = prepared.planOnly !== undefined
  const routes = isPlan ? NO_ROUTES : await routesOf(services, prepared)
  const preview = request.name ?? environmentName(sides.refs.headRef)
  return costReport(plan, outcomes, {
    config: sides.base.project.config,
    own: sides.cost,
    runsPerMonth: request.cost?.runsPerMonth,
    runnerPerMinute: request.cost?.runnerPerMinute,
    previewMs: durationMs,
    locate: (model, relation) => placeOfRead(prepared, model, relation, routes),
    expected,
    // Where nothing was built, nothing was saved, and there is nothing to hold base's figures against.
    ...(!isPlan && { estimates: afterwards(found), recorded: recordedBases(prepared, history, machine) }),
    earlierGrowth: (model) => earlierGrowth(history.records, preview, model),
  })
}

/** What the builds of this run took tells how far guesses at the models are off that it left alone. */
function afterwards({ estimates: { best, bySize }, outcomes }: Priced): ReadonlyMap<string, Estimate> {
  const measured = new Map(
    outcomes.flatMap(({ model, head, base }) => {
      const twin = head.kind === 'built' ? head : base
      return twin.kind === 'built' && twin.usage !== undefined ? [[model, medianMs(twin.usage)] as const] : []
    }),
  )
  const correction = correctionOf(
    [...measured].map(([model, actualMs]) => ({ expectedMs: bySize.get(model)?.durationMs ?? 0, actualMs })),
  )
  return new Map(
    [...best].map(([model, estimate]) => [model, measured.has(model) ? estimate : corrected(estimate, correction)]),
  )
}

/** Base's figures by earlier runs of the same code on the same data. */
function recordedBases(prepared: Prepared, { records }: History, machine: string): ReadonlyMap<string, Usage> {
  if (records.length === 0) return new Map()
  const prints = fingerprintsOf(prepared, 'base')
  return new Map(
    prepared.plan.models.flatMap((model) => {
      const print = model.placement === 'prune' ? prints.get(nameOn('base', model)) : undefined
      const usage = print && recordedUsage(records, machine, print)
      return usage === undefined ? [] : [[model.name, usage] as const]
    }),
  )
}

/** Where head's SQL first names what became `relation`, or that through which it reads it. */
function placeOfRead(
  { layout, head }: Prepared,
  name: string,
  relation: string,
  routes: WarehouseRoutes,
): ReadPlace | undefined {
  const model = plannedModel(layout, name)
  const linked = model && head.side.linked.get(nameOn('head', model))
  if (linked === undefined) return undefined
  const readAs = linked.links.map(({ target }) => pointTo(layout, 'head', linked, target))
  const [schema = '', ...rest] = relation.split('.')
  const table = keyOf(schema, rest.join('.'))
  const direct = linked.links[readAs.findIndex((read) => keyOf(read.schema, read.table) === table)]
  if (direct !== undefined) return { location: placeIn(linked.model, direct.reference.start).location }
  const stored = readAs.map((read) => (read.catalog === layout.warehouse ? read : { schema: '', table: '' }))
  const route = routeTo(table, linked, stored, routes)
  return (
    route && {
      location: placeIn(linked.model, route.start).location,
      through: `the ${route.kind} \`${route.name.replaceAll('`', "'")}\``,
    }
  )
}

/** What views and macros read, where a model that was built may read through one. */
async function routesOf({ kernel }: Services, { plan, layout, head, attached }: Prepared): Promise<WarehouseRoutes> {
  const isNeeded = plan.models.some((model) => {
    const linked = model.placement === 'prune' ? head.side.linked.get(nameOn('head', model)) : undefined
    return linked !== undefined && attached !== undefined && mayReadThrough(linked, attached.definitions)
  })
  if (!isNeeded || attached === undefined || layout.models.size === 0) return NO_ROUTES
  try {
    return await readRoutes(kernel.binder, attached.definitions)
  } catch (error) {
    // A reason then has no line; whatever is wrong with the worker was told where it built.
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    return NO_ROUTES
  }
}

const NO_ROUTES: WarehouseRoutes = { views: new Map(), macros: new Map() }
