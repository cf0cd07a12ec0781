import { formatDuration } from '../../core/base/quantities.ts'
import type { Notice } from '../../core/base/notice.ts'
import type { PlanOnly } from '../../core/contract/result.ts'
import { BYTES_A_CELL } from '../../core/cost/estimate.ts'
import { preflight, type Preflight } from '../../core/cost/preflight.ts'
import { isBuilt } from '../../core/environment/frontier.ts'
import { keyOf } from '../../core/lineage/names.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import { estimatesOf, NO_ESTIMATES, type Estimates } from './estimates.ts'
import type { History } from './history.ts'
import { measurePace } from './pace.ts'
import type { Prepared } from '../prepared.ts'
import type { Services } from '../services.ts'
import type { PreviewRequest } from '../request.ts'

/** The plan, with what its build is expected to take; under a cap less may be asked of the run than was. */
export async function lookAhead(
  services: Services,
  prepared: Prepared,
  {
    history,
    isBuilding,
    spentMs,
  }: { readonly history: History; readonly isBuilding: boolean; readonly spentMs: number },
): Promise<{
  readonly prepared: Prepared
  readonly estimates: Estimates
  readonly expected: Preflight | undefined
}> {
  const { attached } = prepared
  if (attached === undefined) return { prepared, estimates: NO_ESTIMATES, expected: undefined }
  const pace = await measurePace(attached.warehouse, services.clock, services.kernel.concurrency)
  const estimates = await estimatesOf(prepared, history.records, { machine: services.machine, pace })
  if (!isBuilding) return { prepared, estimates, expected: undefined }
  const { request, planOnly, notices, expected } = flightOf(prepared, estimates, services.kernel.concurrency, spentMs)
  // A dry run is told what a build would take, and goes no further anyway.
  if (prepared.planOnly !== undefined) return { prepared, estimates, expected }
  return {
    prepared: { ...prepared, request, planOnly, notices: [...prepared.notices, ...notices] },
    estimates,
    expected,
  }
}

/** How a run goes on under its cap. */
interface Flight {
  readonly expected: Preflight
  /** What comparisons may take: the asked settings, or less. */
  readonly request: PreviewRequest
  readonly planOnly: PlanOnly | undefined
  readonly notices: readonly Notice[]
}

/** Looks ahead, before anything is built. `spentMs`: of the cap, until now. */
function flightOf(
  prepared: Prepared,
  { best, base }: Pick<Estimates, 'best' | 'base'>,
  sideBySide: number,
  spentMs: number,
): Flight {
  const { plan, layout, request } = prepared
  const models = plan.models.flatMap((model) => {
    if (model.placement !== 'prune') return []
    const isDerived = layout.derived.has(model.name)
    const builds = (['base', 'head'] as const).flatMap((side) => {
      const estimate = (side === 'base' ? base : best).get(model.name)
      if (estimate === undefined || !isBuilt(layout, side, model)) return []
      return isDerived && side === 'base' ? [] : [estimate]
    })
    const written = [base, best].reduce((sum, of) => sum + (of.get(model.name)?.bytesWritten ?? 0), 0)
    return builds.length === 0 ? [] : [{ builds, cells: isDerived ? 0 : cellsOf(prepared, model, written) }]
  })
  const capMs = capOf(request)
  const expected = preflight(models, sideBySide, capMs === undefined ? undefined : Math.max(0, capMs - spentMs))
  return { expected, ...underCap(expected, request) }
}

/** What `max-cost-usd` pays for. Undefined: it was not given, or nothing has a price. */
function capOf({ cost: { maxUsd, runnerPerMinute } = {} }: PreviewRequest): number | undefined {
  return maxUsd === undefined || runnerPerMinute === undefined ? undefined : (maxUsd / runnerPerMinute) * 60_000
}

/** What is asked of a run that is expected to take so much: no more than its cap pays for, and what is left out is said. */
export function underCap(expected: Preflight, request: PreviewRequest): Omit<Flight, 'expected'> {
  const maxUsd = request.cost?.maxUsd
  const about = `${formatDuration(expected.buildMs)} to build and ${formatDuration(expected.compareMs)} to compare`
  const cap = `max-cost-usd of $${String(maxUsd)} pays for ${formatDuration(expected.capMs ?? 0)} more`
  switch (expected.course.kind) {
    case 'as-asked':
      return {
        request,
        planOnly: undefined,
        notices: maxUsd !== undefined && expected.capMs === undefined ? [UNPRICED] : [],
      }
    case 'compare-within': {
      const asked = request.diff?.timeBudgetMs
      const timeBudgetMs = Math.max(1, Math.min(expected.course.leftMs, asked ?? Infinity))
      const message = `The run would take about ${about}, and ${cap}: what does not fit is compared less closely.`
      return {
        request: { ...request, diff: { ...request.diff, timeBudgetMs } },
        planOnly: undefined,
        notices: [{ code: 'cost-cap', message }],
      }
    }
    case 'plan-only':
      return {
        request,
        planOnly: {
          because: `the run would take about ${about}, and ${cap}`,
          remedy: ['Raise max-cost-usd, or leave it out.'],
        },
        notices: [],
      }
  }
}

const UNPRICED: Notice = {
  code: 'cost-cap-unpriced',
  message: 'max-cost-usd has no effect: without runner-price-per-minute it is not known what a run costs.',
}

/** Of both sides: as the warehouse has the model, else as it is expected to come out. */
function cellsOf({ attached }: Prepared, { base, target }: PlannedModel, bytesWritten: number): number {
  const { schema, table } = base?.target ?? target
  const size = attached?.stored.get(keyOf(schema, table))?.size
  return size === undefined ? bytesWritten / BYTES_A_CELL : 2 * size.rows * size.columns
}
