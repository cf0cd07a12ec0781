import { byText } from '../base/compare.ts'
import type { Plan } from '../plan/plan.ts'
import { isReadInPlace, plannedModel, type Layout, type SideName } from './layout.ts'

/** One thing to build. A model that both sides share is built on base's side. */
export interface Step {
  readonly id: string
  readonly model: string
  readonly side: SideName
  /** Ids of the steps whose relations this one reads. */
  readonly needs: readonly string[]
}

/** Every step that a plan asks for, in plan order, base before head. */
export function stepsOf(plan: Plan, layout: Layout): readonly Step[] {
  const built = new Set<string>()
  for (const model of plan.models) {
    if (model.placement === 'shared') built.add(stepId('base', model.name))
    if (model.placement !== 'prune') continue
    if (model.change.kind !== 'added' && !isReadInPlace(layout, model)) built.add(stepId('base', model.name))
    if (model.change.kind !== 'removed') built.add(stepId('head', model.name))
  }
  return plan.models.flatMap((model) =>
    (['base', 'head'] as const)
      .filter((side) => built.has(stepId(side, model.name)))
      .map((side): Step => {
        const inputs = side === 'base' ? model.baseInputs : model.headInputs
        const needs = inputs.map((input) => stepFor(layout, side, input)).filter((id) => built.has(id))
        return { id: stepId(side, model.name), model: model.name, side, needs: [...new Set(needs)].sort(byText) }
      }),
  )
}

/** Steps whose inputs are all finished and that were not begun; in the order given. */
export function readySteps(
  steps: readonly Step[],
  begun: ReadonlySet<string>,
  finished: ReadonlySet<string>,
): readonly Step[] {
  return steps.filter(({ id, needs }) => !begun.has(id) && needs.every((need) => finished.has(need)))
}

/** The step that makes what `side` reads under a model's name. */
export function stepFor(layout: Layout, side: SideName, input: string): string {
  const planned = plannedModel(layout, input)
  return stepId(planned?.placement === 'shared' ? 'base' : side, planned?.name ?? input)
}

function stepId(side: SideName, model: string): string {
  return `${side}:${model}`
}
