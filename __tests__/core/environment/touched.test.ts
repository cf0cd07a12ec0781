import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { TwinOutcome } from '../../../src/core/environment/outcome.ts'
import { recipeOf } from '../../../src/core/environment/strategy.ts'
import { touchedRows } from '../../../src/core/environment/touched.ts'
import { sql, type Sql } from '../../../src/core/sql/sql.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { aModel } from '../../support/model.ts'

type Built = TwinOutcome & { readonly kind: 'built' }

const merge = { kind: 'merge', uniqueKey: ['k'] } as const
const deleteInsert = { kind: 'delete_insert', partitionBy: ['k'] } as const
const incremental = { kind: 'incremental', timestampColumn: 'k' } as const
const session = { mode: 'compare', searchPath: [] } as const

let engine: TestEngine

beforeAll(async () => {
  engine = await openTestEngine()
  await engine.run(
    'CREATE SCHEMA w.rocky_preview_touched',
    "ATTACH ':memory:' AS __base",
    "ATTACH ':memory:' AS __head",
    'CREATE SCHEMA __base.rocky_preview_touched',
    'CREATE SCHEMA __head.rocky_preview_touched',
  )
})
afterAll(() => {
  engine.close()
})

/** The rows of the stored table (1, 1), (NULL, 2), (3, 3) that are compared when the deltas are these. */
async function compared(
  strategy: typeof merge | typeof deleteInsert | typeof incremental,
  base: string,
  head: string,
  columnsOfHead = 'k, v',
) {
  const existing = { catalog: 'w', schema: 'main', table: 'stored' }
  await engine.run('CREATE OR REPLACE TABLE w.main.stored AS FROM (VALUES (1, 1), (NULL, 2), (3, 3)) AS t (k, v)')
  const twin = async (side: string, rows: string, columns = 'k, v'): Promise<Built> => {
    const delta = { catalog: 'w', schema: 'main', table: `${side}_delta` }
    const relation = { catalog: 'w', schema: 'main', table: side }
    await engine.run(`CREATE OR REPLACE TABLE w.main.${side}_delta AS FROM (VALUES ${rows}) AS t (${columns})`)
    const recipe = recipeOf(aModel({ name: 'm', strategy }), 'SELECT 1', existing, [])
    if (recipe.kind !== 'delta') throw new Error(recipe.kind)
    await engine.warehouse.execute(sql`CREATE OR REPLACE VIEW ${relation} AS ${recipe.result(delta)}`)
    return { kind: 'built', relation, delta, usage: { durationMs: 0 } }
  }
  const strategies = { base: strategy, head: strategy }
  const touched = touchedRows('m', await twin('base', base), await twin('head', head, columnsOfHead), strategies)
  if (touched === undefined) throw new Error('compared whole')
  for (const statement of touched.statements) await engine.warehouse.execute(statement)
  const rows = async (relation: Sql): Promise<readonly string[]> =>
    (await engine.warehouse.query(sql`SELECT k || '' AS k, v FROM ${relation} ORDER BY v`, session)).map(
      ({ k, v }) => `${String(k)} ${String(v)}`,
    )
  return [await rows(sql`${touched.base}`), await rows(sql`${touched.head}`)]
}

describe('touchedRows', () => {
  it.each([
    ['what either side replaces, on both', deleteInsert, '(1, 10)', '(3, 30)', ['3 3', '1 10'], ['1 1', '3 30']],
    ['a NULL key that a merge adds', merge, '(NULL, 20)', '(NULL, 21)', ['null 2', 'null 20'], ['null 2', 'null 21']],
    ['a NULL partition', deleteInsert, '(NULL, 20)', '(NULL, 21)', ['null 20'], ['null 21']],
  ])('holds %s', async (_, strategy, base, head, ofBase, ofHead) => {
    expect(await compared(strategy, base, head)).toEqual([ofBase, ofHead])
  })

  it('holds added rows as the table does, which keeps a column that the query no longer has', async () => {
    expect(await compared(incremental, '(4, 40)', '(4, 40)', 'k, worth')).toEqual([['4 40'], ['4 null']])
  })
})
