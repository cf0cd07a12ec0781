import type { PreviewError } from '../../src/core/base/errors.ts'
import type { LinkedModel } from '../../src/core/lineage/link.ts'
import type { Side } from '../../src/core/lineage/side.ts'
import type { Model } from '../../src/core/project/model.ts'

/** A side whose models read what `inputs` says, without any SQL being parsed. */
export function aSide(
  models: readonly Model[],
  inputs: Readonly<Record<string, readonly string[]>> = {},
  failures: Readonly<Record<string, PreviewError>> = {},
): Side {
  const linked = models
    .filter(({ name }) => !(name in failures))
    .map((model): [string, LinkedModel] => [model.name, aLinkedModel(model, inputs[model.name] ?? [])])
  return { linked: new Map(linked), failures: new Map(Object.entries(failures)) }
}

export function aLinkedModel(
  model: Model,
  inputs: readonly string[] = [],
  overrides: Partial<LinkedModel> = {},
): LinkedModel {
  return {
    model,
    query: {
      kind: 'query',
      references: [],
      qualifiedColumns: [],
      functions: [],
      sampled: false,
    },
    links: [],
    inputs: [...inputs].sort(),
    readsModelsThroughMacros: false,
    chance: undefined,
    draws: undefined,
    isSampled: false,
    ...overrides,
  }
}
