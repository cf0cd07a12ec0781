import type { Plan } from '../../src/core/plan/plan.ts'
import type { Model } from '../../src/core/project/model.ts'

/** One side's models in the order of the plan, and those among them that a preview has to run. */
export function loadedModels(
  { models, failures }: Plan,
  side: 'base' | 'head',
): { readonly all: readonly Model[]; readonly run: readonly Model[] } {
  const bad = new Set(failures.filter((failure) => failure.side === side).map(({ model }) => model))
  const of = (planned: Plan['models'][number]): Model | undefined => planned[side]
  const sorted = models.flatMap((planned) => {
    const model = of(planned)
    return model === undefined || bad.has(planned.name) ? [] : [{ planned, model }]
  })
  return {
    all: sorted.map(({ model }) => model),
    run: sorted
      .filter(({ planned: { placement } }) => placement === 'prune' || placement === 'shared')
      .map(({ model }) => model),
  }
}
