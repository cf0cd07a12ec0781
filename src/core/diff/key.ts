import type { Model } from '../project/model.ts'
import type { KeySource } from './result.ts'

/** The columns that name a row, and how they are known. */
export interface Key {
  readonly columns: readonly string[]
  readonly source: KeySource
}

export const NO_KEY: Key = { columns: [], source: 'none' }

/** The key that a model declares: its merge key, else a `unique` test, else a `composite` one. */
export function declaredKey({ strategy, tests }: Model): Key {
  if (strategy.kind === 'merge') return { columns: strategy.uniqueKey, source: 'declared' }
  const unique = tests.find(({ type, column }) => type === 'unique' && column !== undefined)
  if (unique?.column !== undefined) return { columns: [unique.column], source: 'test' }
  const composite = tests.find(({ type }) => type === 'composite')?.definition['columns']
  if (Array.isArray(composite) && composite.length > 0 && composite.every((column) => typeof column === 'string')) {
    return { columns: composite, source: 'test' }
  }
  return NO_KEY
}
