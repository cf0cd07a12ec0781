import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { provenEqual, provenProjection, shapeDifference, type Shape } from '../../../../src/core/lineage/shape/shape.ts'
import { edited, madeQuery, OTHER, PLAIN, sqlOf } from './made-query.ts'
import { openBench, type Bench } from './shapes.ts'

/** Queries; each is bound and executed some eight times. */
const RUNS = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 30)
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 4_711)
const TABLES = ['t0', 't1', 't2'] as const
const COLUMNS = ['k', 'a', 'b'] as const

type Cell = number | null
type Table = readonly (readonly [Cell, Cell, Cell])[]

/** Every combination of a few values, so that most differences show. */
const DENSE: readonly Table[] = [0, 1, 2].map((shift) =>
  [0, 1, 2, null].flatMap((k) =>
    [0, 1, 3].map((a): Table[number] => [k, k === null ? null : a - shift, (a * 2 + (k ?? 3) + shift) % 5]),
  ),
)

const cell = fc.option(fc.integer({ min: -1, max: 4 }), { freq: 5 })
const table: fc.Arbitrary<Table> = fc.array(fc.tuple(cell, cell, cell), { minLength: 0, maxLength: 9 })
const made = fc.record({
  query: madeQuery,
  edits: fc.array(fc.tuple(fc.nat(30), fc.nat(6_999)), { minLength: 12, maxLength: 12 }),
  style: fc.constantFrom(...OTHER),
  tables: fc.tuple(table, table, table),
  /** Where the data are disturbed, and how. */
  disturbed: fc.record({ table: fc.nat(2), column: fc.nat(2), cells: fc.array(cell, { minLength: 9, maxLength: 9 }) }),
})

let bench: Bench
beforeAll(async () => {
  bench = await openBench([])
})
afterAll(() => {
  bench.close()
})

async function fill(tables: readonly Table[]): Promise<void> {
  const statements = tables.map((rows, index) => {
    const values = [['NULL::INTEGER', 'NULL::INTEGER', 'NULL::INTEGER'], ...rows.map((row) => row.map(String))]
    const list = values.map((row) => `(${row.join(', ')})`).join(', ')
    return `CREATE OR REPLACE TABLE w.main.${String(TABLES[index])} AS FROM (VALUES ${list} OFFSET 1) AS v(k, a, b)`
  })
  await bench.run(...statements)
}

/** The rows, cut down to some columns by their place; the first line of the answer, names and types, is left away. */
async function projected(sql: string, keep: readonly number[]): Promise<readonly string[]> {
  const rows = (await bench.rows(sql)).slice(1)
  return rows
    .map((row) => {
      const cells = row.split('|')
      return keep.map((index) => cells[index]).join('|')
    })
    .sort()
}

const ALL = [0, 1, 2]
const isFirm = ({ orderSensitive, volatile, unknown }: Shape): boolean =>
  orderSensitive === undefined && volatile === undefined && unknown.length === 0

function unaffected(shape: Shape, changed: readonly string[]): readonly number[] {
  return ALL.filter((index) => !changed.includes(String(shape.outputs[index]?.name)))
}

describe('a shape', () => {
  it('tells no lie about any query', async () => {
    const seen = { firm: 0, proven: 0, differ: 0, stable: 0, columns: 0, taken: 0, undisturbed: 0 }
    await fc.assert(
      fc.asyncProperty(made, async ({ query, edits, style, tables, disturbed }) => {
        const base = sqlOf(query, PLAIN)
        const respelled = sqlOf(query, style)
        const heads = new Set(edits.map(([at, change]) => sqlOf(edited(query, at, change), style)))
        heads.delete(respelled)
        await fill(tables)
        const shape = await bench.shape(base)
        const respelledShape = await bench.shape(respelled)
        expect(shape.unknown).toEqual([])

        // What is only written in another way is proven.
        if (isFirm(shape)) {
          seen.firm += 1
          expect([respelled, provenEqual(shape, respelledShape)]).toEqual([respelled, true])
        }
        // What is claimed: queries that give the same, in all columns or in some.
        const claims = new Map<string, readonly number[]>()
        if (provenEqual(shape, respelledShape)) claims.set(respelled, ALL)
        for (const head of heads) {
          const headShape = await bench.shape(head)
          const difference = shapeDifference(shape, headShape)
          if (difference.rows) seen.differ += 1
          if (provenEqual(shape, headShape)) seen.proven += 1
          // The places of columns are compared below, so none may have moved.
          if (provenEqual(shape, headShape)) claims.set(head, ALL)
          else if (!difference.rows && !difference.reordered && isFirm(shape)) {
            claims.set(head, unaffected(shape, difference.columns))
            seen.columns += 1
          }
        }

        // A query that only has columns more, one of which may fail, and is read in their place.
        const few = `SELECT k, a FROM (\n${base}\n) AS q`
        const fewShape = await bench.shape(few)
        const wider: string[] = []
        for (const head of [respelled, ...heads].slice(0, 4)) {
          const many = `SELECT b, k, a + b AS x, a FROM (\n${head}\n) AS q`
          if (provenProjection(fewShape, await bench.shape(many)) !== undefined) wider.push(many)
        }
        seen.taken += wider.length

        // It holds on several data, and where the order of rows is said not to matter, in another order too.
        for (const data of [tables, tables.toReversed(), DENSE]) {
          await fill(data)
          for (const [head, same] of claims) {
            expect([head, same, await projected(head, same)]).toEqual([head, same, await projected(base, same)])
          }
          for (const many of wider) {
            expect([many, await projected(many, [1, 3])]).toEqual([many, await projected(few, [0, 1])])
          }
          if (!isFirm(shape)) continue
          const rows = await projected(base, ALL)
          await fill(data.map((one) => one.toReversed()))
          seen.stable += 1
          expect([base, await projected(base, ALL)]).toEqual([base, rows])
        }

        // Outputs that are not said to read a column do not move with it.
        const relation = `main.${String(TABLES[disturbed.table])}`
        const column = COLUMNS[disturbed.column]
        const reads = (list: readonly { readonly relation: string; readonly column: string }[]): boolean =>
          list.some((read) => read.relation === relation && read.column === column)
        if (isFirm(shape) && !reads(shape.rows.reads)) {
          const still = ALL.filter((index) => !reads(shape.outputs[index]?.reads ?? []))
          seen.undisturbed += 1
          await fill(tables)
          const before = await projected(base, still)
          await fill(tables.map((one, index) => (index === disturbed.table ? disturb(one, disturbed) : one)))
          expect([base, relation, column, await projected(base, still)]).toEqual([base, relation, column, before])
        }
        if (!shape.rows.relations.includes(relation)) {
          await fill(tables)
          const before = await projected(base, ALL)
          await fill(tables.map((one, index) => (index === disturbed.table ? [] : one)))
          expect([base, await projected(base, ALL)]).toEqual([base, before])
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env['ROCKY_PREVIEW_SHRINK'] !== '1' },
    )
    process.stderr.write(`${String(RUNS)} queries: ${JSON.stringify(seen)}\n`)
    // A law that never comes to the point holds nothing.
    for (const [what, count] of Object.entries(seen)) expect([what, count > 0]).toEqual([what, true])
  }, 3_600_000)
})

function disturb(rows: Table, { column, cells }: { readonly column: number; readonly cells: readonly Cell[] }): Table {
  return rows.map((row, at) => row.map((old, index) => (index === column ? (cells[at] ?? null) : old)) as never)
}
