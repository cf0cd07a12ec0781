import type { Model } from '../../src/core/project/model.ts'

/** A model with defaults; a test names only what it is about. */
export function aModel(overrides: Partial<Model> & { readonly name: string }): Model {
  const { name } = overrides
  return {
    path: `models/${name}.sql`,
    sql: 'SELECT 1 AS id',
    sqlLineOffset: 0,
    target: { catalog: 'shop', schema: 'main', table: name },
    strategy: { kind: 'full_refresh' },
    dependsOn: [],
    surrogateKeys: [],
    tests: [],
    metadata: {},
    ...overrides,
  }
}
