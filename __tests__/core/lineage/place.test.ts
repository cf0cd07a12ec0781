import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { formatError, PreviewError } from '../../../src/core/base/errors.ts'
import { linkModel, placeIn } from '../../../src/core/lineage/link.ts'
import { Names } from '../../../src/core/lineage/names.ts'
import type { Model } from '../../../src/core/project/model.ts'
import { modelChange } from '../../../src/core/plan/change.ts'
import { authored } from '../../../src/core/sql/sql.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { load, SIDECAR } from '../project/builder.ts'

const SESSION = { mode: 'build', searchPath: [{ catalog: 'w', schema: 'main' }] } as const

let engine: TestEngine

beforeAll(async () => {
  engine = await openTestEngine()
  await engine.run(
    "CREATE TABLE w.main.orders AS SELECT 1 AS id, 2 AS customer_id, 3 AS amount, DATE '2024-01-01' AS placed",
  )
  await engine.run("CREATE TABLE w.main.customers AS SELECT 2 AS customer_id, 'Ann' AS name")
})

afterAll(() => {
  engine.close()
})

describe('what DuckDB has against the SQL of a pipeline', () => {
  it.each<[of: string, pipeline: string, place: string]>([
    ['a column that is not there', 'from orders\nwhere amount > 1\nselect { id, nope }', '3:14'],
    ['a column that is not there, in a filter', 'from orders\nwhere amount > 1 and nope == 2', '2:22'],
    [
      'a column in an expression that stands for a name',
      'from orders\nderive { x: nope + 1 }\ngroup id { s: sum(x) }',
      '2:13',
    ],
    ['a key that is not there', 'from orders as o\njoin customers as c on nope', '2:24'],
    ['a kept column that is not there', 'from orders\njoin customers as c on customer_id { keep c.nope }', '2:43'],
    ['a column of a group that is no key', 'from orders\ngroup customer_id { x: amount }', '2:24'],
    ['a function that is not there', 'from orders\nderive { x: nope(id) }', '2:13'],
    ['types that do not go together', 'from orders\nderive { x: amount + placed + amount * placed }', '2:38'],
    ['a window over nothing', 'from orders\nderive { x: sum(id) over (partition nope) }', '2:37'],
    ['a column of a binding', 'let o = from orders\nselect { id }\n\nfrom o\nselect { amount }', '5:10'],
    ['a sort by what is not there', 'from orders\nsort nope desc', '2:6'],
    ['letters outside ASCII before it', 'from orders\nderive { x: "größer 🦆", y: nope }', '2:29'],
  ])('%s is told at its place in the file', async (_, text, place) => {
    const model = modelOf(text)
    const bound = await engine.binder.bind(authored(model.sql), SESSION)
    if (bound.kind === 'bound') throw new Error('It was bound.')
    const { location, frame } = placeIn(model, bound.position === undefined ? undefined : bound.position - 1)
    expect(location).toEqual({
      path: 'models/m.rocky',
      line: Number(place.split(':')[0]),
      column: Number(place.split(':')[1]),
    })
    expect(frame?.split('\n')).toContain(
      `  ${place.split(':')[0] ?? ''} │ ${text.split('\n')[Number(place.split(':')[0]) - 1] ?? ''}`,
    )
  })

  it('a name that means nothing is told at its place, below front matter too', async () => {
    const { models } = load({
      'models/m.rocky': `---toml\n${SIDECAR}---\nfrom orders\njoin custmers as c on customer_id`,
    })
    const [model] = models
    if (model === undefined) throw new Error('It did not load.')
    const [parsed] = await engine.binder.parse([model.sql])
    const definitions = await engine.warehouse.definitions()
    const linked = linkModel(
      model,
      parsed ?? { kind: 'invalid', message: '' },
      new Names([], [], definitions),
      new Map(),
    )
    expect(linked instanceof PreviewError && formatError(linked))
      .toBe(`models/m.rocky:7:6  "custmers" is neither a model nor a table of the warehouse.
  6 │ from orders
  7 │ join custmers as c on customer_id
    │      ^
  Did you mean "customers"?`)
  })
})

describe('a name that means nothing, in a schema that a pipeline fills', () => {
  it('has the pipeline in its hint', async () => {
    const { models } = load({ 'models/m.sql': 'SELECT * FROM landed__shop.invoices', 'models/m.toml': SIDECAR })
    const [model] = models
    if (model === undefined) throw new Error('It did not load.')
    const [parsed] = await engine.binder.parse([model.sql])
    const feeds = [{ pipeline: 'copy', schema: 'landed__{source}' }]
    const names = new Names([], [], await engine.warehouse.definitions(), [], feeds)
    const linked = linkModel(model, parsed ?? { kind: 'invalid', message: '' }, names, new Map())
    expect(linked instanceof PreviewError && linked.hint).toMatch(/^The pipeline `copy` fills tables there/)
  })
})

describe('a pipeline whose text changes and whose SQL does not', () => {
  it('is unchanged', () => {
    const [base, head] = [modelOf('from orders\nwhere id > 1'), modelOf('-- the orders\nfrom orders | where id>1')]
    expect(base.source).not.toEqual(head.source)
    expect(modelChange(base, head)).toEqual({ kind: 'none' })
  })
})

function modelOf(text: string): Model {
  const [model] = load({ 'models/m.rocky': text, 'models/m.toml': SIDECAR }).models
  if (model === undefined) throw new Error('It did not load.')
  return model
}
