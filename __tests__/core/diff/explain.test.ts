import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Explained } from '../../../src/core/diff/explain/explained.ts'
import { hidden } from '../../../src/core/diff/mask-value.ts'
import { maskedComparison } from '../../../src/core/diff/masked.ts'
import type { Row } from '../../../src/core/ports/warehouse.ts'
import { engineText } from '../../../src/core/sql/sql.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { compare, fill } from './compare.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => {
  engine.close()
})

/** A shop's orders: three currencies, dates over a hundred days, some without a coupon. */
const orders = (rows: number): string =>
  `SELECT range AS order_id, ['CAD', 'EUR', 'USD'][range % 3 + 1] AS currency,
     CAST(range % 1000 * 0.25 AS DECIMAL(18, 2)) AS amount, range % 997 * 0.1 AS weight,
     DATE '2026-01-01' + CAST(range % 100 AS INTEGER) AS placed,
     CASE WHEN range % 10 = 0 THEN 'c' || (range % 7) END AS coupon FROM range(${rows})`

async function truthOf(statement: string): Promise<Row | undefined> {
  const [row] = await engine.warehouse.query(engineText(statement), { mode: 'compare', searchPath: [] })
  return row
}

async function explained(
  sides: { readonly base: string; readonly head: string },
  key: readonly string[] = ['order_id'],
  request: Parameters<typeof compare>[2] = {},
): Promise<Explained> {
  await fill(engine, sides)
  const comparison = await compare(
    engine,
    { key },
    {
      explaining: 'always',
      keyless: 'whole-rows',
      // Small ones are joined, large ones drilled.
      ...(sides.base.includes('40000') && { algorithm: 'bisection' }),
      ...request,
    },
  )
  if (comparison.kind !== 'measured' || comparison.explained === undefined) throw new Error('nothing was explained')
  return comparison.explained
}

const small = orders(3_000)
/** Enough for guesses from a sample. */
const large = orders(40_000)
const changed = (of: string, when: string, amount = 'amount * 2 + 1'): string =>
  `SELECT order_id, currency, CAST(CASE WHEN ${when} THEN ${amount} ELSE amount END AS DECIMAL(18, 2)) AS amount, weight, placed, coupon FROM (${of})`

describe('where the changes live', () => {
  it.each<[string, string, object]>([
    ['one value', "currency = 'CAD'", { column: 'currency', condition: { kind: 'value', value: 'CAD' } }],
    [
      'days at the end',
      "placed >= DATE '2026-04-05'",
      { column: 'placed', condition: { kind: 'range', from: '2026-04-05', to: '2026-04-10', open: 'to' } },
    ],
    [
      'days in the middle',
      "placed BETWEEN DATE '2026-02-01' AND DATE '2026-02-05'",
      { column: 'placed', condition: { kind: 'range', from: '2026-02-01', to: '2026-02-05' } },
    ],
    ['values, not NULL', 'coupon IS NOT NULL', { column: 'coupon', condition: { kind: 'not-null' } }],
  ])('is told of %s, in few rows and in many', async (_, when, expected) => {
    for (const [rows, of] of [
      [3_000, small],
      [40_000, large],
    ] as const) {
      const { where } = await explained({ base: of, head: changed(of, when) })
      const count = await truthOf(`SELECT count(*) AS n FROM (${of}) WHERE ${when}`)
      expect(where).toEqual([
        { kind: 'changed', ...expected, rows: count?.['n'], rowsMeeting: count?.['n'], meeting: count?.['n'] },
      ])
      expect(rows).toBeGreaterThan(Number(count?.['n']))
    }
  })

  it('tells NULL, and every value but the usual one', async () => {
    const usual = `SELECT order_id, CASE WHEN order_id % 20 = 0 THEN 'x' || (order_id % 7) ELSE 'usual' END AS kind,
      CASE WHEN order_id % 20 = 1 THEN NULL ELSE order_id % 4 END AS part, amount FROM (${small})`
    const moved = (when: string) =>
      `SELECT * REPLACE (CASE WHEN ${when} THEN amount + 1 ELSE amount END AS amount) FROM (${usual})`
    expect((await explained({ base: usual, head: moved("kind <> 'usual'") })).where).toMatchObject([
      {
        column: 'kind',
        condition: { kind: 'other-than', value: 'usual' },
        rows: 150n,
        rowsMeeting: 150n,
        meeting: 150n,
      },
    ])
    expect((await explained({ base: usual, head: moved('part IS NULL') })).where).toMatchObject([
      { column: 'part', condition: { kind: 'null' }, rows: 150n, meeting: 150n },
    ])
  })

  it('says how many more rows meet it, and how many of the kind do not', async () => {
    const when = "(currency = 'CAD' AND order_id % 2 = 0) OR order_id IN (1, 4, 7)"
    const rare = small.replace('[range % 3 + 1]', '[if(range % 30 = 0, 1, 2)]')
    const { where } = await explained({ base: rare, head: changed(rare, when) })
    expect(where).toMatchObject([{ condition: { value: 'CAD' }, rows: 103n, rowsMeeting: 100n, meeting: 100n }])
    const half = rare.replace('range % 30', 'range % 15')
    expect(
      (await explained({ base: half, head: changed(half, "currency = 'CAD' AND order_id % 2 = 0") })).where,
    ).toMatchObject([{ condition: { value: 'CAD' }, rows: 100n, rowsMeeting: 100n, meeting: 200n }])
  })

  it('is not guessed from a sample either', async () => {
    expect((await explained({ base: large, head: changed(large, 'order_id * 2654435761 % 1000 < 30') })).where).toEqual(
      [],
    )
  })

  it.each([
    ['rows fell anywhere', 'order_id * 2654435761 % 1000 < 30'],
    ['only a few changed', 'order_id < 9'],
    ['every row changed', 'true'],
    ['nearly every row changed', 'coupon IS NULL OR order_id % 20 <> 0 OR order_id > 400'],
    ['most rows meet what the changed ones have in common', "currency <> 'CAD' AND order_id % 2 = 0"],
  ])('is not guessed when %s', async (_, when) => {
    expect((await explained({ base: small, head: changed(small, when) })).where).toEqual([])
  })

  it.each<[string, readonly string[], string]>([
    ['a key', ['order_id'], ''],
    ['a key that repeats', ['order_id'], 'UNION ALL SELECT * FROM (§) WHERE order_id % 100 = 1'],
    ['no key', [], ''],
  ])('tells rows that went and came with %s', async (_, key, more) => {
    for (const made of [small, large]) {
      const base = `SELECT * FROM (${made}) ${more.replace('§', made)}`
      const head = `SELECT * FROM (${base}) WHERE currency <> 'EUR' UNION ALL SELECT order_id + 1000000, 'JPY', amount, weight, placed, coupon FROM (${small}) WHERE order_id < 50`
      const { where } = await explained({ base, head }, key)
      const gone = await truthOf(`SELECT count(*) AS n FROM (${base}) WHERE currency = 'EUR'`)
      expect(where).toEqual([
        {
          kind: 'removed',
          column: 'currency',
          condition: { kind: 'value', value: 'EUR' },
          rows: gone?.['n'],
          rowsMeeting: gone?.['n'],
          meeting: gone?.['n'],
        },
        {
          kind: 'added',
          column: 'currency',
          condition: { kind: 'value', value: 'JPY' },
          rows: 50n,
          rowsMeeting: 50n,
          meeting: 50n,
        },
      ])
    }
  })
})

describe('the bridge of a total', () => {
  it('is exact for decimals and integers, whatever was removed, added and changed', async () => {
    const base = `SELECT range AS id, (range * 1.25 - 50)::DECIMAL(38, 4) AS wide, range::HUGEINT * 1000000000000000000000000000000::HUGEINT AS huge, range::INTEGER AS whole, range * 0.1 AS part, range::DOUBLE / 7 AS float FROM range(100)`
    const head = `SELECT id, wide * 2 AS wide, huge + 1 AS huge, (whole + 1)::BIGINT AS whole, part, float * 2 AS float FROM (${base}) WHERE id >= 10 UNION ALL SELECT 1000, 0.0001, -5, 7, 1.5, 1`
    for (const key of [['id'], []]) {
      const { bridges } = await explained({ base, head }, key)
      expect(bridges.map(({ column, isExact }) => [column, isExact])).toEqual([
        ['wide', true],
        ['huge', true],
        ['whole', true],
        ['part', true],
        ['float', false],
      ])
      for (const [column, type] of [
        ['wide', 'DECIMAL(38, 4)'],
        ['whole', 'HUGEINT'],
        ['huge', 'HUGEINT'],
        ['part', 'DECIMAL(38, 1)'],
      ] as const) {
        const truth = await truthOf(
          `SELECT (SELECT CAST(sum(${column})::${type} AS VARCHAR) FROM (${base})) AS before, (SELECT CAST(sum(${column})::${type} AS VARCHAR) FROM (${head})) AS after,
           (SELECT CAST(sum(${column})::${type} AS VARCHAR) FROM (${base}) WHERE id < 10) AS removed`,
        )
        const amounts = bridges.find((bridge) => bridge.column === column)?.amounts
        expect(amounts).toMatchObject({ before: truth?.['before'], after: truth?.['after'] })
        if (key.length > 0) expect(amounts?.removed).toBe(truth?.['removed'])
      }
    }
  })

  it('does not overflow where the engine would', async () => {
    const most = '9'.repeat(38)
    const base = `SELECT range AS id, ${most}::DECIMAL(38, 0) AS d, 170141183460469231731687303715884105727::HUGEINT AS h, 340282366920938463463374607431768211455::UHUGEINT AS u FROM range(10)`
    const { bridges } = await explained({ base, head: `SELECT * FROM (${base}) WHERE id <> 3` }, ['id'])
    expect(bridges.map(({ amounts }) => amounts)).toEqual(
      [BigInt(most), 2n ** 127n - 1n, 2n ** 128n - 1n].map((one) => ({
        before: String(one * 10n),
        removed: String(one),
        added: '0',
        changed: '0',
        after: String(one * 9n),
      })),
    )
  })

  it('counts a difference within the tolerance too', async () => {
    const base = 'SELECT range AS id, range::DECIMAL(10, 2) AS v FROM range(100)'
    const { bridges } = await explained(
      { base, head: `SELECT id, v + CASE id WHEN 1 THEN 0.01 WHEN 2 THEN 5 ELSE 0 END AS v FROM (${base})` },
      ['id'],
      { tolerances: { types: { decimal: { absolute: '0.05' } }, columns: {} } },
    )
    expect(bridges).toMatchObject([{ amounts: { before: '4950.00', changed: '5.01', after: '4955.01' } }])
  })

  it('is left out where a float has no sum, and of keys', async () => {
    const base = "SELECT range AS id, range AS customer_id, if(range = 3, 'inf'::DOUBLE, range) AS f FROM range(50)"
    expect(
      (await explained({ base, head: `SELECT id, customer_id + 1 AS customer_id, f + 1 AS f FROM (${base})` }, ['id']))
        .bridges,
    ).toEqual([])
  })
})

describe('the most frequent values of a category', () => {
  it('are counted before and after', async () => {
    const head = `SELECT * REPLACE (CASE WHEN currency = 'CAD' AND order_id % 2 = 0 THEN NULL ELSE currency END AS currency) FROM (${small})`
    expect((await explained({ base: small, head })).topValues).toEqual([
      {
        column: 'currency',
        values: [
          { value: 'CAD', base: 1000n, head: 500n },
          { value: 'EUR', base: 1000n, head: 1000n },
          { value: 'USD', base: 1000n, head: 1000n },
          { value: null, base: 0n, head: 500n },
        ],
      },
    ])
  })
})

describe('the facts of a column', () => {
  const facts = async (base: string, head: string) => {
    await fill(engine, { base, head })
    const comparison = await compare(engine, { key: ['order_id'] }, { explaining: 'always' })
    return new Map((comparison.columns ?? []).map(({ name, facts: known }) => [name, known]))
  }
  const moved = `SELECT * REPLACE (CASE WHEN order_id % 3 = 0 THEN weight + 1 ELSE weight END AS weight) FROM (${orders(60_000)})`
  const few = { currency: 3n, amount: 1_000n, weight: 997n, coupon: 7n }

  it('are counted exactly where values are few, and nearly where a large relation has many', async () => {
    const known = await facts(orders(60_000), moved)
    for (const [name, distinct] of Object.entries(few))
      expect([name, known.get(name)?.base]).toEqual([name, expect.objectContaining({ distinct })])
    expect([...known].flatMap(([name, each]) => (each?.base.isDistinctAbout === true ? [name] : []))).toEqual([
      'order_id',
    ])
    const about = Number(known.get('order_id')?.base.distinct)
    expect(Math.abs(about / 60_000 - 1)).toBeLessThan(0.06)
    expect(known.get('coupon')).toMatchObject({ base: { nulls: 54_000n }, head: { nulls: 54_000n } })
  })

  it('are those of base again where nothing differs, and never where rows came or went', async () => {
    const same = await facts(orders(60_000), moved)
    expect(same.get('amount')?.head).toEqual(same.get('amount')?.base)
    expect(same.get('weight')?.head).not.toEqual(same.get('weight')?.base)
    const fewer = await facts(orders(60_000), `SELECT * FROM (${moved}) WHERE order_id < 30000`)
    const sum = (of: string) => truthOf(`SELECT CAST(sum(amount) AS VARCHAR) AS n FROM (${of})`)
    expect(fewer.get('amount')?.base.sum).toBe((await sum(orders(60_000)))?.['n'])
    expect(fewer.get('amount')?.head.sum).toBe((await sum(orders(30_000)))?.['n'])
    expect(fewer.get('order_id')?.head).toMatchObject({ min: '0', max: '29999' })
  })

  it('tell NULLs that one side alone has, of a column that differs and of rows that came', async () => {
    const gains = `SELECT * REPLACE (CASE WHEN order_id = 5 THEN NULL ELSE amount END AS amount) FROM (${small})`
    await fill(engine, { base: small, head: gains })
    const changedNulls = await compare(engine, { key: ['order_id'] })
    expect(changedNulls.columns?.find(({ name }) => name === 'amount')).toMatchObject({ nulls: { base: 0n, head: 1n } })
    await fill(engine, { base: small, head: `SELECT * FROM (${small}) UNION ALL SELECT 9999, NULL, 1, 1, NULL, NULL` })
    const cameNulls = await compare(engine, { key: ['order_id'] })
    expect(cameNulls.columns?.find(({ name }) => name === 'currency')).toMatchObject({ nulls: { base: 0n, head: 1n } })
  })
})

describe('what is left out', () => {
  it('says the limit of size, and does nothing where nothing differs', async () => {
    await fill(engine, { base: large, head: changed(large, 'order_id = 5') })
    const budget = await compare(engine, { key: ['order_id'] }, { explaining: 'fitting', budget: { timeMs: 10 } })
    expect(budget).toMatchObject({ kind: 'sampled' })
    const short = await compare(engine, { key: ['order_id'] }, { explaining: 'fitting', budget: { timeMs: 15 } })
    expect(short).toMatchObject({
      explained: { where: [], leftOut: 'both sides hold 480,000 values: more than is left of the time budget' },
    })
    expect(short).not.toHaveProperty('columns.0.facts')
    const same = await compare(engine, { head: 'b', key: ['order_id'] }, { explaining: 'fitting' })
    expect(same).not.toHaveProperty('explained')
  })

  it('never shows a value that the policy hides', async () => {
    await fill(engine, {
      base: small,
      head: `${changed(small, "currency = 'CAD'", 'amount + 1')} UNION ALL SELECT 9999, 'JPY', 8888.25, 0, DATE '2026-01-01', 'secret'`,
    })
    const whole = await compare(engine, { key: ['order_id'] }, { explaining: 'always' })
    const text = JSON.stringify(maskedComparison(whole, hidden), (_, value: unknown) =>
      typeof value === 'bigint' ? Number(value) : value,
    )
    for (const secret of ['CAD', 'JPY', '8888', 'secret', '249.75', '2026-']) {
      expect(
        JSON.stringify(whole, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)),
      ).toContain(secret)
      expect(text).not.toContain(secret)
    }
    expect(maskedComparison(whole, hidden)).toMatchObject({
      explained: {
        where: [{ column: 'currency', condition: { kind: 'value' }, rows: 1000n }],
        bridges: [{ column: 'amount', shares: { changed: 0.00266934 } }],
      },
    })
  })
})
