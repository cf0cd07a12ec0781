import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { recipeOf } from '../../../src/core/environment/strategy.ts'
import type { Strategy } from '../../../src/core/project/model.ts'
import { authored, sql } from '../../../src/core/sql/sql.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { aModel } from '../../support/model.ts'

const EXISTING = { catalog: 'w', schema: 'main', table: 'existing' }
const DELTA = { catalog: 'w', schema: 'main', table: 'delta' }

/** What the warehouse holds: (1, a, x), (2, b, x), (3, c, y), (NULL, n, z). */
const existing = `SELECT * FROM (VALUES (1, 'a', 'x'), (2, 'b', 'x'), (3, 'c', 'y'), (NULL, 'n', 'z')) t(id, v, p)`

describe('recipeOf a stateful model', () => {
  let engine: TestEngine
  beforeAll(async () => {
    engine = await openTestEngine()
    await engine.run(`CREATE TABLE w.main.existing AS ${existing}`)
  })
  afterAll(() => {
    engine.close()
  })

  it.each<[string, Strategy, string, readonly string[]]>([
    [
      'incremental adds',
      { kind: 'incremental', timestampColumn: 't' },
      `SELECT 3 AS id, 'd' AS v, 'x' AS p`,
      ['1 a x', '2 b x', '3 c y', '3 d x', 'NULL n z'],
    ],
    [
      'merge replaces by key and adds',
      { kind: 'merge', uniqueKey: ['id'] },
      `SELECT * FROM (VALUES (2, 'B', 'q'), (9, 'N', 'q')) t(id, v, p)`,
      ['1 a x', '2 B q', '3 c y', '9 N q', 'NULL n z'],
    ],
    [
      'merge never matches a NULL key',
      { kind: 'merge', uniqueKey: ['id'] },
      `SELECT CAST(NULL AS INTEGER) AS id, 'M' AS v, 'q' AS p`,
      ['1 a x', '2 b x', '3 c y', 'NULL M q', 'NULL n z'],
    ],
    [
      'merge updates only the columns it names',
      { kind: 'merge', uniqueKey: ['id'], updateColumns: ['v'] },
      `SELECT * FROM (VALUES (2, 'B', 'q'), (9, 'N', 'q')) t(id, v, p)`,
      ['1 a x', '2 B x', '3 c y', '9 N q', 'NULL n z'],
    ],
    [
      'delete_insert replaces whole partitions',
      { kind: 'delete_insert', partitionBy: ['p'] },
      `SELECT 7 AS id, 'G' AS v, 'x' AS p`,
      ['3 c y', '7 G x', 'NULL n z'],
    ],
    [
      'a delta may bring a column',
      { kind: 'incremental', timestampColumn: 't' },
      `SELECT 4 AS id, 'd' AS v, 'x' AS p, 5 AS extra`,
      ['1 a x', '2 b x', '3 c y', '4 d x', 'NULL n z'],
    ],
  ])('%s', async (_, strategy, delta, expected) => {
    await engine.run(`CREATE OR REPLACE TABLE w.main.delta AS ${delta}`)
    const recipe = recipeOf(aModel({ name: 'm', strategy }), delta, EXISTING, [])
    if (recipe.kind !== 'delta') throw new Error(recipe.kind)
    const rows = await engine.warehouse.query(
      sql`SELECT coalesce(CAST(id AS VARCHAR), 'NULL') || ' ' || v || ' ' || p AS line FROM (${recipe.result(DELTA)}) ORDER BY line`,
      { mode: 'compare', searchPath: [] },
    )
    expect(rows.map(({ line }) => line)).toEqual(expected)
  })
})

describe('recipeOf', () => {
  it.each<[Strategy['kind'], string]>([
    ['full_refresh', 'table'],
    ['view', 'table'],
    ['ephemeral', 'table'],
    ['materialized_view', 'unsupported'],
    ['dynamic_table', 'unsupported'],
  ])('%s is %s', (kind, expected) => {
    expect(recipeOf(aModel({ name: 'm', strategy: { kind } as Strategy }), 'SELECT 1', EXISTING, []).kind).toBe(
      expected,
    )
  })

  it('is a first run where the warehouse holds nothing', () => {
    const strategy: Strategy = { kind: 'merge', uniqueKey: ['id'] }
    expect(recipeOf(aModel({ name: 'm', strategy }), 'SELECT 1 AS id', undefined, [])).toEqual({
      kind: 'table',
      query: authored('SELECT 1 AS id'),
    })
  })
})
