import type { CostReport } from '../core/cost/cost.ts'
import { costReport } from '../core/cost/report.ts'
import type { Location } from '../core/base/location.ts'
import type { ModelOutcome } from '../core/environment/outcome.ts'
import { nameOn, plannedModel, pointTo } from '../core/environment/layout.ts'
import { placeIn } from '../core/lineage/link.ts'
import { DEFAULT_SCHEMA } from '../core/lineage/names.ts'
import type { Prepared } from './prepared.ts'

/** What the run costs on each side. Prices, budgets and settings are base's: a pull request must not loosen its own limits. */
export function costOf(prepared: Prepared, outcomes: readonly ModelOutcome[], previewMs: number): CostReport {
  const { plan, sides, request } = prepared
  return costReport(plan, outcomes, {
    config: sides.base.project.config,
    own: sides.cost,
    runsPerMonth: request.cost?.runsPerMonth,
    runnerPerMinute: request.cost?.runnerPerMinute,
    previewMs,
    locate: (model, relation) => placeOfRead(prepared, model, relation),
  })
}

/** Where head's SQL first names what became `relation`. Undefined where it is read through a view, a macro or an ephemeral model. */
function placeOfRead({ layout, head }: Prepared, name: string, relation: string): Location | undefined {
  const model = plannedModel(layout, name)
  const linked = model && head.side.linked.get(nameOn('head', model))
  const link = linked?.links.find(({ target }) => {
    const { schema = DEFAULT_SCHEMA, table } = pointTo(layout, 'head', linked, target)
    return `${schema}.${table}`.toLowerCase() === relation.toLowerCase()
  })
  return linked && link && placeIn(linked.model, link.reference.start).location
}
