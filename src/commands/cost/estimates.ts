import { estimateFromSizes, type Estimate } from '../../core/cost/estimate.ts'
import { recordedEstimate, recordedSpeed } from '../../core/cost/records.ts'
import { nameOn, type SideName } from '../../core/environment/layout.ts'
import { keyOf } from '../../core/lineage/names.ts'
import type { PlannedModel } from '../../core/plan/plan.ts'
import type { CostRecord } from '../../core/ports/records.ts'
import type { Relation } from '../../core/sql/relation.ts'
import { fingerprintsOf, type Fingerprint } from './fingerprints.ts'
import type { Prepared } from '../prepared.ts'

/** What one build of each model is expected to take: of head, else of base. Empty where there is no warehouse. */
export function estimatesOf(
  prepared: Prepared,
  records: readonly CostRecord[],
  machine: string,
): ReadonlyMap<string, Estimate> {
  const { plan, attached } = prepared
  if (attached === undefined) return new Map()
  const codes = (side: SideName): ReadonlyMap<string, Fingerprint> =>
    records.length === 0 ? new Map<string, Fingerprint>() : fingerprintsOf(prepared, side)
  const known = { base: codes('base'), head: codes('head') }
  const speed = recordedSpeed(records, machine)
  const cellsOf = ({ schema = '', table }: Relation): number | undefined => {
    const size = attached.stored.get(keyOf(schema, table))?.size
    return size && size.rows * size.columns
  }
  const stored = ({ base, target }: PlannedModel): number | undefined => cellsOf(base?.target ?? target)
  /** What a reader of each model reads, inputs first: a view, or what is not stored yet, stands for what it reads itself. */
  const standsFor = new Map<string, number>()
  return new Map(
    plan.models.map((model): readonly [string, Estimate] => {
      const side = model.head === undefined ? 'base' : 'head'
      const name = nameOn(side, model)
      const links = prepared[side].side.linked.get(name)?.links ?? []
      const read = links.reduce((sum, { target }) => {
        if (target.kind === 'source') return sum + (cellsOf(target.relation) ?? 0)
        // A file of the repository is small: it came out of git.
        if (target.kind === 'file') return sum
        return sum + (target.kind === 'self' ? (stored(model) ?? 0) : (standsFor.get(target.name) ?? 0))
      }, 0)
      standsFor.set(model.name, stored(model) ?? read)
      const code = known[side].get(name)?.code
      const recorded = code === undefined ? undefined : recordedEstimate(records, machine, code)
      return [model.name, recorded ?? estimateFromSizes(read, stored(model) ?? 0, speed)]
    }),
  )
}
