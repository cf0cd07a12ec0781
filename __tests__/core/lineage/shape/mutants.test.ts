import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePlan } from '../../../../src/core/lineage/shape/read-plan.ts'
import { provenEqual, shapeOf, type Shape } from '../../../../src/core/lineage/shape/shape.ts'
import type { Column } from '../../../../src/core/ports/warehouse.ts'
import { DIFFERENT, TABLES } from './pairs.ts'
import { openBench, type Bench } from './shapes.ts'

type Node = Record<string, unknown>
interface Planned {
  readonly json: string
  readonly columns: readonly Column[]
}

let bench: Bench
let pairs: readonly (readonly [Planned, Planned])[]
beforeAll(async () => {
  bench = await openBench(TABLES)
  const planned: (readonly [Planned, Planned])[] = []
  for (const [base, head] of DIFFERENT) planned.push([await bench.plan(base), await bench.plan(head)])
  pairs = planned
})
afterAll(() => {
  bench.close()
})

/** A prover that does not see something: the plan reaches it with that blotted out. */
type Blindness = (node: Node) => void

const set =
  (fields: Node, where: (node: Node) => boolean = () => true): Blindness =>
  (node) => {
    if (!where(node)) return
    for (const [field, value] of Object.entries(fields)) if (field in node) node[field] = value
  }
const isA =
  (...types: readonly string[]) =>
  (node: Node): boolean =>
    types.includes(String(node['type'])) || types.includes(String(node['expression_class']))

const BLIND: readonly (readonly [what: string, Blindness])[] = [
  [
    'literals',
    (node) => {
      const { value } = node
      if (isA('BOUND_CONSTANT')(node)) node['value'] = { ...(value as Node), is_null: false, value: 0 }
    },
  ],
  ['filters', set({ expressions: [] }, isA('LOGICAL_FILTER'))],
  ['kinds of join', set({ join_type: 'INNER' }, (node) => /LEFT|RIGHT|OUTER/.test(String(node['join_type'])))],
  ['semi and anti', set({ join_type: 'SEMI' }, (node) => node['join_type'] === 'ANTI')],
  ['join conditions', set({ conditions: [] })],
  ['comparisons of joins', set({ comparison: 'COMPARE_EQUAL' })],
  ['comparisons', set({ type: 'COMPARE_EQUAL' }, isA('BOUND_COMPARISON'))],
  ['and and or', set({ type: 'CONJUNCTION_AND' }, isA('BOUND_CONJUNCTION'))],
  ['operators', set({ type: 'OPERATOR_X' }, isA('BOUND_OPERATOR'))],
  ['order of windows', set({ orders: [] }, isA('BOUND_WINDOW'))],
  ['partitions', set({ partitions: [] }, isA('BOUND_WINDOW'))],
  ['frames', set({ start: 'CURRENT_ROW_RANGE', start_expr: null })],
  ['exclusions', set({ exclude_clause: 'NO_OTHER' })],
  ['ignored nulls', set({ ignore_nulls: false })],
  ['kinds of window', set({ type: 'WINDOW_RANK' }, isA('BOUND_WINDOW'))],
  ['filters of windows', set({ filters: null }, isA('BOUND_WINDOW'))],
  ['distinct windows', set({ distinct: false }, isA('BOUND_WINDOW'))],
  ['offsets of lag', set({ offset_expr: null })],
  ['defaults of lag', set({ default_expr: null })],
  ['names of functions', set({ name: 'f' }, isA('BOUND_FUNCTION', 'BOUND_AGGREGATE'))],
  ['what functions keep', set({ function_data: {} }, isA('BOUND_FUNCTION', 'BOUND_AGGREGATE'))],
  ['lambdas', set({ lambda_expr: null })],
  ['distinct aggregates', set({ aggregate_type: 'NON_DISTINCT' })],
  ['filters of aggregates', set({ filter: null }, isA('BOUND_AGGREGATE'))],
  ['order in aggregates', set({ order_bys: null })],
  ['directions', set({ type: 'ASCENDING' }, isA('DESCENDING'))],
  ['places of nulls', set({ null_order: 'NULLS LAST' })],
  ['grouping sets', set({ grouping_sets: [] })],
  ['grouping()', set({ grouping_functions: [[0]] }, (node) => String(node['grouping_functions']) !== '')],
  ['limits', set({ limit_val: null, offset_val: null })],
  [
    'kinds of set operation',
    set({ type: 'LOGICAL_UNION', setop_all: true }, isA('LOGICAL_EXCEPT', 'LOGICAL_INTERSECT')),
  ],
  ['TRY of casts', set({ try_cast: false })],
  ['steps of recursions', set({ expressions: [] }, isA('LOGICAL_EXPRESSION_GET'))],
  ['arguments of table functions', set({ parameters: [] })],
  ['names of table functions', set({ name: 'range' }, isA('LOGICAL_GET'))],
  ['positions of columns', set({ index: 0 }, isA('BOUND_REF'))],
  [
    'tables',
    (node) => {
      if (typeof node['table'] === 'string') node['table'] = 'same'
    },
  ],
  [
    'names of columns',
    (node) => {
      if (isA('LOGICAL_GET')(node)) node['names'] = (node['names'] as unknown[]).map(() => 'x')
    },
  ],
  [
    'DISTINCT',
    (node) => {
      const [child] = (node['children'] ?? []) as Node[]
      if (isA('LOGICAL_DISTINCT')(node) && child !== undefined) overwrite(node, child)
    },
  ],
]

function overwrite(node: Node, by: Node): void {
  for (const field of Object.keys(node)) Reflect.deleteProperty(node, field)
  Object.assign(node, by)
}

function blinded(value: unknown, blindness: Blindness): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) blindness(value as Node)
  for (const child of Object.values(value)) blinded(child, blindness)
}

function shapeBy({ json, columns }: Planned, read: (json: string) => unknown): Shape {
  return shapeOf(read(json), columns, ({ schema, table }) => `${schema}.${table}`)
}

const isFooled = (read: (json: string) => unknown): boolean =>
  pairs.some(([base, head]) => provenEqual(shapeBy(base, read), shapeBy(head, read)))

describe('the corpus of pairs that differ', () => {
  it('is told apart by the prover', () => {
    expect(isFooled(parsePlan)).toBe(false)
  })

  it.each(BLIND)('finds out a prover that is blind to %s', (_, blindness) => {
    const read = (json: string): unknown => {
      const plan = parsePlan(json)
      blinded(plan, blindness)
      return plan
    }
    expect(isFooled(read)).toBe(true)
  })

  it('finds out a prover that rounds the numbers of a plan', () => {
    const rounding = (json: string): unknown => JSON.parse(json.replaceAll(/-?Infinity|NaN/g, '0'))
    expect(isFooled(rounding)).toBe(true)
  })
})

describe('shapeOf', () => {
  const planOf = async (query: string, change: Blindness): Promise<Shape> => {
    const { json, columns } = await bench.plan(query)
    return shapeBy({ json, columns }, (text) => {
      const plan = parsePlan(text)
      blinded(plan, change)
      return plan
    })
  }
  const queries = [
    'select a, sum(b) as s from t where a > 1 group by a order by s limit 2',
    'select t.a, rank() over (order by u.b) as r from t left join u on t.a = u.a',
    'select t.a, u.b from t join u on t.a = u.a',
    'select a from t union all select a from u except select unnest([1, 2])',
    'select distinct (select max(b) from u where u.a = t.a) as m from t, range(3)',
    'with recursive r(n) as (select 1 union select n + 1 from r where n < 5) select * from r, (values (1)) q',
  ]

  /** What an operator or expression of another DuckDB might say beside what we know. */
  it.each(queries)('never overlooks a field that it does not know, in %s', async (query) => {
    const plain = await planOf(query, () => undefined)
    const { json } = await bench.plan(query)
    const count = json.split('"type":"LOGICAL_').length - 1 + json.split('"expression_class":').length - 1
    for (let one = 0; one < count; one += 1) {
      let seen = 0
      let told = ''
      const changed = await planOf(query, (node) => {
        if (!String(node['type']).startsWith('LOGICAL_') && !('expression_class' in node)) return
        if (seen === one) {
          told = String(node['expression_class'] ?? node['type'])
          node['new_field'] = 'something'
        }
        seen += 1
      })
      // A reference is its column: nothing that it says beside is of its own.
      if (told !== 'BOUND_REF') expect([told, provenEqual(plain, changed)]).toEqual([told, false])
    }
  })

  it.each(['LOGICAL_FILTER', 'LOGICAL_AGGREGATE_AND_GROUP_BY'])('proves nothing about an unknown %s', async (type) => {
    const shape = await planOf(queries[0] ?? '', set({ type: 'LOGICAL_NEW' }, isA(type)))
    expect(shape.unknown).toEqual(['LOGICAL_NEW'])
    expect(provenEqual(shape, shape)).toBe(false)
    expect(shape.outputs[0]?.reads.map(({ column }) => column)).toEqual('a b big c d dt e l s ts'.split(' '))
    expect(shape.rows.reads).toEqual(shape.outputs[0]?.reads)
  })

  it('proves nothing about an unknown kind of expression', async () => {
    const shape = await planOf(queries[0] ?? '', set({ expression_class: 'BOUND_NEW' }, isA('BOUND_COMPARISON')))
    expect(shape.unknown).toEqual(['BOUND_NEW'])
    expect(shape.outputs).toHaveLength(2)
  })
})
