import type { PlannedModel } from '../plan/plan.ts'
import type { Model, TestDefinition, UnitTest } from '../project/model.ts'

/** What of a model is to be checked: everything when its rows may differ, else what the pull request changes of it. */
export interface Selected {
  readonly planned: PlannedModel
  readonly head: Model
  readonly base: Model | undefined
  readonly tests: readonly TestDefinition[]
  readonly unitTests: readonly UnitTest[]
  readonly contract: boolean
}

/** The models that have something to check, in plan order. */
export function selectChecks(models: readonly PlannedModel[]): readonly Selected[] {
  return models.flatMap((planned): readonly Selected[] => {
    const { base, head, change, placement } = planned
    if (head === undefined) return []
    const changed = change.kind === 'metadata' ? change.fields : []
    const asked = (field: string): boolean => placement === 'prune' || changed.includes(field)
    const selected = {
      planned,
      head,
      base,
      tests: asked('tests') ? head.tests : [],
      unitTests: asked('test') ? (head.unitTests ?? []) : [],
      contract: asked('contract') && head.contract !== undefined,
    }
    return selected.tests.length + selected.unitTests.length > 0 || selected.contract ? [selected] : []
  })
}

/** Base's place of each of head's tests, by what they ask: severity does not count, and equal ones are paired in order. Undefined: base has none. */
export function pairTests(
  base: readonly TestDefinition[],
  head: readonly TestDefinition[],
): readonly (number | undefined)[] {
  const places = new Map<string, number[]>()
  base.forEach((test, index) => {
    const key = identityOf(test)
    const known = places.get(key)
    if (known === undefined) places.set(key, [index])
    else known.push(index)
  })
  return head.map((test) => places.get(identityOf(test))?.shift())
}

function identityOf({ type, column, definition }: TestDefinition): string {
  const { severity: _, ...asks } = definition
  const sorted = Object.keys(asks)
    .sort()
    .map((key) => [key, asks[key]])
  return JSON.stringify([type, column?.toLowerCase() ?? null, sorted])
}
