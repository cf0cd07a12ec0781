import type { ModelOutcome } from '../environment/outcome.ts'
import type { PlannedModel } from '../plan/plan.ts'
import type { WarehouseDefinitions } from '../ports/warehouse.ts'
import type { Relation } from '../sql/relation.ts'
import { storedRelation, type Layout, type SideName } from '../environment/layout.ts'
import { keyOf } from '../lineage/names.ts'

/** What there is of one side of a model to run a test on. */
export type Stand =
  | {
      readonly kind: 'relation'
      readonly relation: Relation
      /** It is what the warehouse holds; nothing was built. */
      readonly stored: boolean
    }
  | { readonly kind: 'none'; readonly because: string }

interface Ground {
  readonly layout: Layout
  readonly definitions: WarehouseDefinitions
  readonly outcomes: ReadonlyMap<string, ModelOutcome>
}

/** The twin of a model that was built; of one that was not to be built, what the warehouse holds. */
export function standOf({ layout, definitions, outcomes }: Ground, side: SideName, model: PlannedModel): Stand {
  if ((side === 'base' ? model.base : model.head) === undefined) {
    return { kind: 'none', because: `${side} has no such model` }
  }
  const outcome = outcomes.get(model.name)
  // One that was cut off is the same on both sides: what was built of it once, else what the warehouse holds.
  const isLeft = outcome?.cutOff !== undefined && outcome.base.kind !== 'built'
  if (isLeft || model.placement === 'copy' || model.placement === 'skipped') {
    const relation = storedRelation(layout, side, model)
    const key = keyOf(relation.schema, relation.table)
    const held = definitions.relations.some(({ schema, table }) => keyOf(schema, table) === key)
    if (held) return { kind: 'relation', relation, stored: true }
    return { kind: 'none', because: 'it is not rebuilt, and the warehouse does not hold it' }
  }
  const twin = outcome?.[side]
  switch (twin?.kind) {
    case 'built':
      return { kind: 'relation', relation: twin.relation, stored: false }
    case 'failed':
      return { kind: 'none', because: 'the model does not build' }
    case 'upstream-failed':
      return { kind: 'none', because: `upstream \`${twin.model}\` failed` }
    case 'not-built':
      return { kind: 'none', because: twin.because }
    case 'absent':
    case undefined:
      return { kind: 'none', because: 'the model was not built' }
  }
}
