import { estimateFromSizes, type Estimate, type TableSize } from '../core/cost/estimate.ts'
import { recordedEstimate, recordedSpeed } from '../core/cost/records.ts'
import { nameOn } from '../core/environment/layout.ts'
import { keyOf } from '../core/lineage/names.ts'
import type { PlannedModel } from '../core/plan/plan.ts'
import type { CostRecord } from '../core/ports/records.ts'
import { fingerprintsOf } from './fingerprints.ts'
import type { Prepared } from './prepared.ts'

/** What one build of each model is expected to take: of head, else of base. Empty where there is no warehouse. */
export function estimatesOf(
  prepared: Prepared,
  records: readonly CostRecord[],
  machine: string,
): ReadonlyMap<string, Estimate> {
  const { plan, attached } = prepared
  if (attached === undefined) return new Map()
  const planned = new Map(plan.models.map((model) => [model.name, model]))
  const codes = { base: fingerprintsOf(prepared, 'base'), head: fingerprintsOf(prepared, 'head') }
  const speed = recordedSpeed(records, machine)
  const stored = ({ base, target }: PlannedModel): TableSize | undefined =>
    attached.stored.get(keyOf(base?.target.schema ?? target.schema, base?.target.table ?? target.table))?.size
  /** A view, or what is not stored yet, stands for what it reads. */
  const sizesOf = (model: PlannedModel, seen: ReadonlySet<string>): readonly (TableSize | undefined)[] => {
    const side = model.head === undefined ? 'base' : 'head'
    const linked = prepared[side].side.linked.get(nameOn(side, model))
    return (linked?.links ?? []).flatMap(({ target }) => {
      if (target.kind === 'source')
        return [attached.stored.get(keyOf(target.relation.schema, target.relation.table))?.size]
      if (target.kind === 'file') return []
      const input = target.kind === 'self' ? model : planned.get(target.name)
      if (input === undefined || seen.has(input.name)) return []
      const size = stored(input)
      return size === undefined ? sizesOf(input, new Set([...seen, input.name])) : [size]
    })
  }
  return new Map(
    plan.models.map((model) => {
      const side = model.head === undefined ? 'base' : 'head'
      const code = codes[side].get(nameOn(side, model))?.code
      const recorded = code === undefined ? undefined : recordedEstimate(records, machine, code)
      return [
        model.name,
        recorded ?? estimateFromSizes(sizesOf(model, new Set([model.name])), stored(model), speed),
      ] as const
    }),
  )
}
