import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { judgeRows } from '../../../src/core/contract/verdict.ts'
import { parseTolerances } from '../../../src/core/base/tolerance.ts'
import type { Comparison } from '../../../src/core/diff/result.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { compare, countsOf, fill } from './compare.ts'

/** Enough for buckets. */
const many = 'SELECT range AS id, range % 7 AS a, range * 1.5 AS b, CAST(range AS VARCHAR) AS c FROM range(300000)'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => {
  engine.close()
})

describe('the ladder', () => {
  it.each<[string, string, readonly string[], string, readonly [number, number, number]]>([
    ['nothing differs', many, ['id'], 'in_step', [0, 0, 0]],
    ['nothing differs, in another order', `SELECT * FROM (${many}) ORDER BY id DESC`, ['id'], 'gate', [0, 0, 0]],
    [
      'little differs',
      `SELECT id, CASE id WHEN 8 THEN 0 ELSE a END + (id = 9)::INT AS a, b, c FROM (${many}) WHERE id <> 5`,
      ['id'],
      'bucket_drill',
      [1, 0, 2],
    ],
    [
      'one column differs in every row',
      `SELECT id, a, b + 1 AS b, c FROM (${many})`,
      ['id'],
      'in_step',
      [0, 0, 300000],
    ],
    [
      'one column differs in every row, in another order',
      `SELECT id, a, b + 1 AS b, c FROM (${many}) ORDER BY id DESC`,
      ['id'],
      'keyed_columns',
      [0, 0, 300000],
    ],
    ['every key moves', `SELECT id + 1 AS id, a, b, c FROM (${many})`, ['id'], 'keyed_columns', [1, 1, 299999]],
    [
      'a key repeats in head',
      `${many} UNION ALL SELECT * FROM (${many}) WHERE id = 3`,
      ['id'],
      'keyed_multiset',
      [0, 1, 0],
    ],
    ['a repeated key comes', `${many} UNION ALL SELECT -1, 0, 0, '' FROM range(2)`, ['id'], 'bucket_drill', [0, 2, 0]],
    ['a key is NULL', `${many} UNION ALL SELECT NULL, 0, 0, ''`, ['id'], 'keyed_multiset', [0, 1, 0]],
    [
      'there is no key',
      `SELECT id, CASE id WHEN 7 THEN 0 ELSE a END AS a, b, c FROM (${many}) WHERE id <> 5`,
      [],
      'multiset',
      [1, 0, 0],
    ],
  ])('when %s', async (_, head, key, method, expected) => {
    await fill(engine, { base: many, head })
    const found = measured(await compare(engine, { key }, { keyless: 'whole-rows' }))
    expect([found.method, ...countsOf(found)]).toEqual([method, ...expected])
    expect(found.because).toContain('300,000 rows or more')
  })

  it('stays in step where rows were deleted', async () => {
    await fill(engine, {
      base: many,
      head: `SELECT id, CASE id WHEN 7 THEN 9 ELSE a END AS a, b, c FROM (${many} UNION ALL SELECT -range, 0, 0, '' FROM range(1, 5000)) ORDER BY abs(id), id`,
    })
    await engine.run('DELETE FROM w.main.h WHERE id < 0')
    const found = measured(await compare(engine, { key: ['id'] }))
    expect([found.method, ...countsOf(found), found.key.uniqueHead]).toEqual(['in_step', 0, 0, 1, true])
    expect(found.samples).toEqual([
      { kind: 'changed', key: { id: '7' }, changes: [{ column: 'a', base: '0', head: '9' }] },
    ])
  })

  it('looks up the keys of rows that differ where keys do not ascend', async () => {
    const shuffled = `SELECT c AS id, a, b FROM (${many}) ORDER BY hash(id)`
    await fill(engine, {
      base: shuffled,
      head: `SELECT id, a, CASE WHEN id = '77' THEN NULL ELSE b END AS b FROM (${shuffled})`,
    })
    const found = measured(await compare(engine, { key: ['id'] }))
    expect([found.method, ...countsOf(found), found.key.uniqueHead]).toEqual(['in_step', 0, 0, 1, undefined])
    expect(found.columns.find(({ name }) => name === 'b')?.nulls).toEqual({ base: 0n, head: 1n })
  })

  it('finds repeated and NULL keys among the rows in play, and claims nothing of the others', async () => {
    await fill(engine, {
      base: many,
      head: `${many} UNION ALL SELECT -1, 0, 0, '' FROM range(2) UNION ALL SELECT NULL, 0, 0, ''`,
    })
    const { key } = measured(await compare(engine, { key: ['id'] }))
    expect(key).toMatchObject({
      uniqueHead: false,
      nullsBase: 0n,
      nullsHead: 1n,
      duplicatesHead: { keys: 1n, rows: 2n },
    })
    await fill(engine, { base: many, head: `SELECT * FROM (${many}) WHERE id <> 5` })
    expect(measured(await compare(engine, { key: ['id'] })).key).toMatchObject({
      uniqueBase: undefined,
      uniqueHead: undefined,
    })
  })

  it('samples when the budget is short, with a bound that covers the truth', async () => {
    await fill(engine, { base: many, head: `SELECT id, a + (id % 100 = 0)::INT AS a, b, c FROM (${many})` })
    const found = await compare(engine, { key: ['id'] }, { budget: { timeMs: 30 }, sampleSize: 20_000 })
    if (found.kind !== 'sampled') throw new Error(found.kind)
    expect(Number(found.keys)).toBeGreaterThan(19_000)
    expect(Number(found.keys)).toBeLessThan(21_000)
    expect(found.atMost).toBeGreaterThan(0.01)
    expect(found.atMost).toBeLessThan(0.013)
    expect(judgeRows(found)).toMatchObject({ verdict: 'changed', evidence: { kind: 'sampled' } })
    expect(found.because).toContain('time budget')
  })

  it('never calls a sample identical', async () => {
    await fill(engine, { base: many, head: many })
    const found = await compare(engine, { key: ['id'] }, { algorithm: 'sampled', sampleSize: 1_000 })
    if (found.kind !== 'sampled') throw new Error(found.kind)
    expect(countsOf(found)).toEqual([0, 0, 0])
    expect(found.atMost).toBeCloseTo(3 / Number(found.keys))
    expect(judgeRows(found)).toMatchObject({ verdict: 'not_checked', evidence: { kind: 'sampled' } })
  })

  it('only counts when not even a sample can be paid for', async () => {
    await fill(engine, { base: many, head: `SELECT * FROM (${many}) WHERE id <> 5` })
    expect(await compare(engine, { key: ['id'] }, { budget: { bytes: 1_000 } })).toMatchObject({
      kind: 'not-compared',
      totals: { base: 300_000n, head: 299_999n },
    })
  })
})

describe('a key', () => {
  it.each<[string, string, string, readonly string[]]>([
    [
      'is found by its name',
      'SELECT range AS n, range AS order_id FROM range(50)',
      'SELECT range AS n, range AS order_id FROM range(51)',
      ['order_id'],
    ],
    [
      'is one column before two',
      'SELECT range // 5 AS a_id, range % 5 AS b_id, range AS x FROM range(50)',
      'SELECT range // 5 AS a_id, range % 5 AS b_id, range AS x FROM range(51)',
      ['x'],
    ],
    [
      'may be two columns',
      'SELECT range // 5 AS a, range % 5 AS b, 1 AS v FROM range(50)',
      'SELECT range // 5 AS a, range % 5 AS b, 2 AS v FROM range(50)',
      ['a', 'b'],
    ],
    [
      'may be three',
      'SELECT range // 9 AS a, range // 3 % 3 AS b, range % 3 AS c, 1 AS v FROM range(45)',
      'SELECT range // 9 AS a, range // 3 % 3 AS b, range % 3 AS c, 2 AS v FROM range(45)',
      ['a', 'b', 'c'],
    ],
    [
      'is unique on both sides or none',
      'SELECT range AS id FROM range(9)',
      'SELECT range AS id FROM range(9) UNION ALL SELECT 3',
      [],
    ],
    ['holds no NULL', 'SELECT range AS id FROM range(9)', 'SELECT range AS id FROM range(9) UNION ALL SELECT NULL', []],
    [
      'is no number with a fraction',
      'SELECT range / 3 AS v FROM range(9)',
      'SELECT range / 3 + 1 AS v FROM range(9)',
      [],
    ],
  ])('%s', async (_, base, head, expected) => {
    await fill(engine, { base, head })
    const { key } = measured(await compare(engine, {}))
    expect([key.columns, key.source]).toEqual([expected, expected.length === 0 ? 'none' : 'measured'])
  })

  it('is the primary key where nothing is declared', async () => {
    await fill(engine, { base: 'SELECT 1 AS x', head: 'SELECT 2 AS x' })
    await engine.run(
      'DROP TABLE w.main.h',
      'CREATE TABLE w.main.h (a INTEGER, b INTEGER, x INTEGER, PRIMARY KEY (a, b))',
      'INSERT INTO w.main.h VALUES (1, 2, 3)',
    )
    await engine.run('CREATE OR REPLACE TABLE w.main.b AS SELECT 1 AS a, 2 AS b, 4 AS x')
    const found = measured(await compare(engine, {}))
    expect([found.key.columns, found.key.source, ...countsOf(found)]).toEqual([['a', 'b'], 'constraint', 0, 0, 1])
  })

  it('that names a missing column is told, and another is found', async () => {
    await fill(engine, {
      base: 'SELECT range AS id, 1 AS v FROM range(5)',
      head: 'SELECT range AS id, 2 AS v FROM range(5)',
    })
    const { key } = measured(await compare(engine, { key: ['id', 'gone'] }))
    expect(key).toMatchObject({
      columns: ['id'],
      source: 'measured',
      unusable: { columns: ['id', 'gone'], missing: ['gone'] },
    })
  })

  it('with one NULL is told as such, and not as repeated', async () => {
    await fill(engine, {
      base: 'SELECT range AS id, 1 AS v FROM range(5)',
      head: 'SELECT range AS id, 1 AS v FROM range(5) UNION ALL SELECT NULL, 1',
    })
    const { key } = measured(await compare(engine, { key: ['id'] }))
    expect(key).toMatchObject({ uniqueBase: true, uniqueHead: false, nullsHead: 1n, duplicatesHead: { keys: 0n } })
  })
})

describe('a tolerance', () => {
  it.each<[string, string, string, string, readonly [changed: number, within: number]]>([
    ['of floats', 'float=0.01', '1.0::DOUBLE', '1.009::DOUBLE', [0, 1]],
    ['that is passed', 'float=0.01', '1.0::DOUBLE', '1.011::DOUBLE', [1, 0]],
    ['relative to the greater', 'float=1%', '100.0::DOUBLE', '101.0::DOUBLE', [0, 1]],
    ['relative, and passed', 'float=1%', '100.0::DOUBLE', '101.1::DOUBLE', [1, 0]],
    ['that infinity is not within', 'float=1e30', "'inf'::DOUBLE", "'-inf'::DOUBLE", [1, 0]],
    ['relative, of infinity', 'float=100%', "'inf'::DOUBLE", '1.0::DOUBLE', [1, 0]],
    ['that NaN is not within', 'float=1e30', "'nan'::DOUBLE", '1.0::DOUBLE', [1, 0]],
    ['that NULL is not within', 'float=1e30', 'NULL::DOUBLE', '1.0::DOUBLE', [1, 0]],
    ['of decimals, exact at its edge', 'decimal=0.01', '0.10::DECIMAL(10,2)', '0.11::DECIMAL(10,2)', [0, 1]],
    ['of decimals, past its edge', 'decimal=0.01', '0.100::DECIMAL(10,3)', '0.111::DECIMAL(10,3)', [1, 0]],
    ['of integers at both ends', 'integer=1', '(-9223372036854775808)::BIGINT', '9223372036854775807::BIGINT', [1, 0]],
    ['of another type', 'integer=1', '1.0::DOUBLE', '1.5::DOUBLE', [1, 0]],
    ['of a column', 'integer=0,v=2', '1', '3', [0, 1]],
    ['across a retype', 'float=0.01', '1::INTEGER', '1.005::DOUBLE', [0, 1]],
  ])('%s', async (_, tolerance, base, head, [changed, within]) => {
    for (const [table, value] of [
      ['b', base],
      ['h', head],
    ] as const) {
      await engine.run(`DROP VIEW IF EXISTS w.main.${table}`).catch(() => undefined)
      await engine.run(`CREATE OR REPLACE TABLE w.main.${table} AS SELECT 1 AS id, ${value} AS v`)
    }
    const tolerances = parseTolerances(tolerance)
    for (const algorithm of ['fitting', 'bucket_drill', 'keyed_columns', 'keyed_multiset'] as const) {
      const found = measured(await compare(engine, { key: ['id'] }, { algorithm, tolerances }))
      expect([algorithm, Number(found.rows.changed), Number(found.within)]).toEqual([algorithm, changed, within])
    }
  })
})

describe('what cannot be told apart', () => {
  it('keeps equal rows from being called identical', async () => {
    await fill(engine, {
      base: 'SELECT 1 AS id, [1]::VARIANT AS v',
      head: "SELECT 1 AS id, ['1']::VARIANT AS v",
      stored: 'VIEW',
    })
    const found = measured(await compare(engine, { key: ['id'] }))
    expect(found.unchecked.map(({ name }) => name)).toEqual(['v'])
    expect(judgeRows(found).verdict).toBe('not_checked')
  })

  it('does not, where every variant holds one plain value', async () => {
    await fill(engine, {
      base: 'SELECT 1 AS id, 1::VARIANT AS v',
      head: 'SELECT 1 AS id, 1::VARIANT AS v',
      stored: 'VIEW',
    })
    expect(judgeRows(measured(await compare(engine, { key: ['id'] }))).verdict).toBe('identical')
  })
})

describe('shapes', () => {
  it('compares 2,000 columns', async () => {
    const columns = (change: string) =>
      Array.from(
        { length: 2_000 },
        (_, i) => `range + ${String(i)} ${i === 1_999 ? change : ''} AS c${String(i)}`,
      ).join(', ')
    await fill(engine, {
      base: `SELECT range AS id, ${columns('')} FROM range(3)`,
      head: `SELECT range AS id, ${columns('+ (range = 1)::INT')} FROM range(3)`,
    })
    for (const algorithm of ['fitting', 'bucket_drill', 'keyed_columns'] as const) {
      expect([algorithm, ...countsOf(await compare(engine, { key: ['id'] }, { algorithm }))]).toEqual([
        algorithm,
        0,
        0,
        1,
      ])
    }
  }, 120_000)

  it('compares cells of many megabytes, and shows little of them', async () => {
    await fill(engine, {
      base: "SELECT 1 AS id, repeat('x', 20000000) AS v",
      head: "SELECT 1 AS id, repeat('x', 20000000) || 'y' AS v",
    })
    const found = measured(await compare(engine, { key: ['id'] }))
    expect(countsOf(found)).toEqual([0, 0, 1])
    expect(found.samples[0]?.changes[0]?.base?.length).toBeLessThan(1_000)
  })

  it.each<[string, string, string, readonly [number, number, number]]>([
    ['an empty base', 'SELECT range AS id FROM range(0)', 'SELECT range AS id FROM range(4)', [0, 4, 0]],
    ['an empty head', 'SELECT range AS id FROM range(4)', 'SELECT range AS id FROM range(0)', [4, 0, 0]],
  ])('compares %s', async (_, base, head, expected) => {
    await fill(engine, { base, head })
    for (const algorithm of ['fitting', 'bucket_drill', 'keyed_columns', 'sampled'] as const) {
      expect([algorithm, ...countsOf(await compare(engine, { key: ['id'] }, { algorithm }))]).toEqual([
        algorithm,
        ...expected,
      ])
    }
  })

  it('says when one side is not there', async () => {
    expect(await compare(engine, { base: 'nowhere' })).toEqual({
      kind: 'not-compared',
      because: 'one side is not there',
    })
  })
})

describe('samples', () => {
  it('show those that differ in most columns first, then by key', async () => {
    await fill(engine, {
      base: 'SELECT range AS id, 1 AS a, 1 AS b FROM range(6)',
      head: 'SELECT range + 2 AS id, CASE WHEN range = 3 THEN 2 ELSE 1 END AS a, 2 AS b FROM range(6)',
    })
    const { samples } = measured(await compare(engine, { key: ['id'] }, { samples: 2 }))
    expect(samples.map(({ kind, key }) => `${kind} ${String(key['id'])}`)).toEqual([
      'added 6',
      'added 7',
      'changed 5',
      'changed 2',
      'removed 0',
      'removed 1',
    ])
  })

  it('are none where none may be shown', async () => {
    expect(measured(await compare(engine, { key: ['id'] }, { samples: 0 })).samples).toEqual([])
  })
})

function measured(comparison: Comparison): Extract<Comparison, { kind: 'measured' }> {
  if (comparison.kind !== 'measured') throw new Error(`${comparison.kind}: ${comparison.because}`)
  return comparison
}

describe('facts', () => {
  it('tell what each side holds of a column, exactly where it is small', async () => {
    await fill(engine, {
      base: "SELECT range AS id, (range * 0.1)::DECIMAL(10, 2) AS v, 'a' AS t, DATE '2026-01-01' AS d FROM range(10)",
      head: "SELECT range AS id, nullif((range * 0.1)::DECIMAL(10, 2), 0.5) AS v, 'b' AS t, DATE '2026-01-02' AS d FROM range(10)",
    })
    const { columns } = measured(await compare(engine, { key: ['id'] }, { explaining: 'always' }))
    const facts = new Map(columns.map((column) => [column.name, column.facts]))
    expect(facts.get('v')).toEqual({
      base: { nulls: 0n, distinct: 10n, min: '0.00', max: '0.90', mean: '0.45', sum: '4.50' },
      head: { nulls: 1n, distinct: 9n, min: '0.00', max: '0.90', mean: '0.444444444444', sum: '4.00' },
    })
    expect(facts.get('t')).toEqual({ base: { nulls: 0n, distinct: 1n }, head: { nulls: 0n, distinct: 1n } })
    expect(facts.get('d')?.head.min).toBe('2026-01-02')
  })
})
