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
import { costReport } from '../../core/cost/report.ts'
import type { Location } from '../../core/base/location.ts'
import type { ModelOutcome } from '../../core/environment/outcome.ts'
import { nameOn, plannedModel, pointTo } from '../../core/environment/layout.ts'
import { placeIn } from '../../core/lineage/link.ts'
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
export function costOf({ machine }: Pick<Services, 'machine'>, prepared: Prepared, found: Priced): CostReport {
  const { plan, sides, request } = prepared
  const { outcomes, expected, durationMs, history } = found
  const isPlan = prepared.planOnly !== undefined
  const preview = request.name ?? environmentName(sides.refs.headRef)
  return costReport(plan, outcomes, {
    config: sides.base.project.config,
    own: sides.cost,
    runsPerMonth: request.cost?.runsPerMonth,
    runnerPerMinute: request.cost?.runnerPerMinute,
    previewMs: durationMs,
    locate: (model, relation) => placeOfRead(prepared, model, relation),
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

/** Where head's SQL first names what became `relation`. Undefined where it is read through a view, a macro or an ephemeral model. */
function placeOfRead({ layout, head }: Prepared, name: string, relation: string): Location | undefined {
  const model = plannedModel(layout, name)
  const linked = model && head.side.linked.get(nameOn('head', model))
  const link = linked?.links.find(({ target }) => {
    const { schema, table } = pointTo(layout, 'head', linked, target)
    return `${schema}.${table}`.toLowerCase() === relation.toLowerCase()
  })
  return linked && link && placeIn(linked.model, link.reference.start).location
}
