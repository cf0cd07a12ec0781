import { PreviewError } from '../../core/base/errors.ts'
import { fanOutOf } from '../../core/diff/explain/fan-out.ts'
import type { Comparison } from '../../core/diff/result.ts'
import { nameOn, plannedModel, type Layout } from '../../core/environment/layout.ts'
import type { ModelOutcome } from '../../core/environment/outcome.ts'
import type { LinkTarget } from '../../core/lineage/link.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import { COMPARE_SESSION, type Warehouse } from '../../core/ports/warehouse.ts'
import { columnMasks } from '../../core/project/masking.ts'
import type { MaskPolicy } from '../../core/project/model.ts'
import type { Linked } from '../prepared.ts'

interface Compared {
  readonly model: PlannedModel
  readonly outcome: ModelOutcome | undefined
  readonly layout: Layout
  readonly base: Linked
  readonly head: Linked
  readonly policies: readonly (MaskPolicy | undefined)[]
}

/** The comparison with the join that multiplies rows, where head's key repeats, base's does not, and it can be shown. */
export async function withFanOut(
  warehouse: Warehouse,
  { model, outcome, layout, base, head, policies }: Compared,
  comparison: Comparison,
): Promise<Comparison> {
  const linked = head.side.linked.get(model.name)
  if (comparison.kind !== 'measured' || comparison.explained === undefined || linked === undefined) return comparison
  const { key, scope, explained } = comparison
  const isLost = key.duplicatesHead.keys > 0n && key.duplicatesBase.keys === 0n
  if (!isLost || scope !== 'whole' || outcome?.head.kind !== 'built') return comparison
  const lost = {
    layout,
    base: base.side.linked.get(nameOn('base', model)),
    head: linked,
    relation: outcome.head.relation,
    key: key.columns,
    mayShow: (target: LinkTarget, column: string) => mayShow(layout, policies, target, column),
  }
  try {
    const fanOut = await fanOutOf(lost, (statement) => warehouse.query(statement, COMPARE_SESSION))
    return fanOut.length === 0 ? comparison : { ...comparison, explained: { ...explained, fanOut } }
  } catch (error) {
    if (!(error instanceof PreviewError) || error.blame === 'bug') throw error
    return { ...comparison, explained: { ...explained, leftOut: `the joins could not be counted: ${error.message}` } }
  }
}

/** The key of a join is as private as the model that it comes from says. */
function mayShow(
  layout: Layout,
  policies: readonly (MaskPolicy | undefined)[],
  target: LinkTarget,
  column: string,
): boolean {
  if (target.kind !== 'model') return true
  const planned = plannedModel(layout, target.name)
  return columnMasks([planned?.base, planned?.head], policies)(column) === 'none'
}
