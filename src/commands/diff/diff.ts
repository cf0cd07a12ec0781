import { turnEnd } from '../../core/base/turn.ts'
import { hidden, type MaskValue } from '../../core/diff/mask-value.ts'
import { maskedComparison } from '../../core/diff/masked.ts'
import type { Comparison, ModelDiff } from '../../core/diff/result.ts'
import type { ModelOutcome } from '../../core/environment/outcome.ts'
import { columnMasks, maskValue } from '../../core/project/masking.ts'
import type { Warehouse } from '../../core/ports/warehouse.ts'
import { builtRows, rowProgress } from './diff-progress.ts'
import { compareHistory, compareSafely, type Asked } from './diff-model.ts'
import { bytesOf, combined, comparing } from './diff-settings.ts'
import { withFanOut } from './fan-out.ts'
import type { Prepared } from '../prepared.ts'
import type { PreviewRequest } from '../request.ts'
import type { Services } from '../services.ts'

/** Differing rows that a model brings along where data values may be shown. */
const SAMPLES = 5

/** Compares the twins of every model of the prune set, in plan order; each is handed over as soon as it is compared. */
export async function* diffModels(
  services: Services,
  { plan, sides, layout, base, head }: Pick<Prepared, 'plan' | 'sides' | 'layout' | 'base' | 'head'>,
  unlimited: Warehouse,
  outcomes: readonly ModelOutcome[],
  { sampleValues, diff, fullRefresh = false }: Pick<PreviewRequest, 'sampleValues' | 'diff' | 'fullRefresh'>,
): AsyncGenerator<ModelDiff, void> {
  services.progress({ kind: 'stage', stage: 'compare' })
  const outcomeByModel = new Map(outcomes.map((outcome) => [outcome.model, outcome]))
  const pruned = plan.models.filter(
    ({ name, placement }) => placement === 'prune' && outcomeByModel.get(name)?.cutOff === undefined,
  )
  const policies = [sides.base.project.config.mask, sides.head.project.config.mask]
  const settings = combined(sides.diff, diff ?? {})
  const begun = services.clock.now()
  let bytesLeft = settings.maxBytes
  const rowsInAll = pruned.reduce((sum, { name }) => sum + builtRows(outcomeByModel.get(name)), 0)
  let rowsDone = 0
  for (const [index, model] of pruned.entries()) {
    const outcome = outcomeByModel.get(model.name)
    const started = services.clock.now()
    const spentMs = started - begun
    const warehouse = unlimited.until(turnEnd(started, services.clock.deadline))
    const asked: Asked = {
      ...comparing(settings, model.name, spentMs, bytesLeft),
      fullRefresh,
      samples: sampleValues === 'none' ? 0 : SAMPLES,
    }
    const counted = await compareSafely(warehouse, model, outcome, asked)
    const compared = await withFanOut(warehouse, { model, outcome, layout, base, head, policies }, counted)
    const maskOf = columnMasks([model.base, model.head], policies)
    const masked: MaskValue = (column, value) => maskValue(maskOf(column), value, services.digest)
    const shown = underBothNames(masked, compared)
    const comparison = maskedComparison(
      compared,
      sampleValues === 'none' ? hidden : shown,
      sampleValues === 'all' ? shown : hidden,
    )
    const history = await compareHistory(warehouse, model, outcome, { ...asked, samples: 0, explaining: undefined })
    bytesLeft = bytesLeft === undefined ? undefined : Math.max(1, bytesLeft - bytesOf(comparison))
    yield {
      model: model.name,
      comparison,
      ...(history !== undefined && { history }),
      durationMs: services.clock.now() - started,
    }
    rowsDone += builtRows(outcome)
    const rows = rowProgress(rowsDone, rowsInAll, services.clock.now() - begun)
    const done = { model: model.name, done: index + 1, of: pruned.length }
    services.progress({ kind: 'model', stage: 'compare', ...done, ...(rows !== undefined && { rows }) })
  }
}

/** A renamed column is as private as base's column was. */
function underBothNames(mask: MaskValue, { columns = [] }: Comparison): MaskValue {
  const before = new Map(
    columns.flatMap(({ name, renamedFrom }) => (renamedFrom === undefined ? [] : [[name, renamedFrom]])),
  )
  return (column, value) => {
    const from = before.get(column)
    const shown = mask(column, value)
    return from === undefined || shown !== value ? shown : mask(from, value)
  }
}
