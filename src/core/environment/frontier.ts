import { byText } from '../base/compare.ts'
import type { Plan, PlannedModel } from '../plan/plan.ts'
import type { Decision } from './cut-off.ts'
import { isReadInPlace, plannedModel, type Layout, type SideName } from './layout.ts'

/** One thing to build. A model that both sides share is built on base's side. */
export interface Step {
  readonly id: string
  readonly model: string
  readonly side: SideName
  /** Ids of the steps whose relations this one reads; a step of a model that is not decided on yet may be among them. */
  readonly needs: readonly string[]
}

/**
 * The steps that are known to be asked for, in plan order, base before head: the twins of every model that is decided to
 * be built, each shared model that one of them reads, at any depth, and those that tests alone read. Where base's twin is
 * derived from head's, that comes first.
 */
export function stepsOf(plan: Plan, layout: Layout, decisions: ReadonlyMap<string, Decision>): readonly Step[] {
  const wanted = new Map<string, Step>()
  const want = (side: SideName, model: PlannedModel): void => {
    const id = stepId(side, model.name)
    if (wanted.has(id) || !isBuilt(layout, side, model)) return
    const inputs = (side === 'base' ? model.baseInputs : model.headInputs).flatMap((name) => {
      const input = plannedModel(layout, name)
      return input === undefined ? [] : [input]
    })
    const needs = inputs.filter((input) => isBuilt(layout, sideOf(side, input), input))
    const source = side === 'base' && layout.derived.has(model.name) ? [stepId('head', model.name)] : []
    wanted.set(id, {
      id,
      model: model.name,
      side,
      needs: [...new Set([...source, ...needs.map((input) => stepId(sideOf(side, input), input.name))])].sort(byText),
    })
    for (const input of inputs) if (input.placement === 'shared') want('base', input)
  }
  for (const model of plan.models) {
    if (model.forTests === true) want('base', model)
    if (decisions.get(model.name)?.kind !== 'build') continue
    want('base', model)
    want('head', model)
  }
  return plan.models.flatMap(({ name }) =>
    (layout.derived.has(name) ? HEAD_FIRST : BASE_FIRST).flatMap((side) => wanted.get(stepId(side, name)) ?? []),
  )
}

const BASE_FIRST = ['base', 'head'] as const
const HEAD_FIRST = ['head', 'base'] as const

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
  return planned === undefined ? stepId(side, input) : stepId(sideOf(side, planned), planned.name)
}

export function stepId(side: SideName, model: string): string {
  return `${side}:${model}`
}

function sideOf(side: SideName, { placement }: PlannedModel): SideName {
  return placement === 'shared' ? 'base' : side
}

/** Whether one side of a model is, or may come to be, built. */
export function isBuilt(layout: Layout, side: SideName, model: PlannedModel): boolean {
  if (model.placement === 'shared') return side === 'base'
  if (model.placement !== 'prune') return false
  return side === 'base'
    ? model.change.kind !== 'added' && !isReadInPlace(layout, model)
    : model.change.kind !== 'removed'
}
