import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  fillInterval,
  intervalsQuery,
  readIntervals,
  standIn,
  type TimeInterval,
} from '../../../src/core/environment/interval.ts'
import { recipeOf } from '../../../src/core/environment/strategy.ts'
import { touchedRows } from '../../../src/core/environment/touched.ts'
import type { Strategy } from '../../../src/core/project/model.ts'
import { sql } from '../../../src/core/sql/sql.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { aModel } from '../../support/model.ts'

const DAILY: TimeInterval = { kind: 'time_interval', timeColumn: 'day', granularity: 'day' }
const EXISTING = { catalog: 'w', schema: 'main', table: 'existing' }
const DELTA = { catalog: 'w', schema: 'main', table: 'delta' }
const session = { mode: 'build', searchPath: [] } as const

const day = (number: number) => `2026-01-0${String(number)} 00:00:00`
const days = (...numbers: readonly number[]) => numbers.map((n) => ({ start: day(n), end: day(n + 1) }))

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
  await engine.run(
    `CREATE TABLE w.main.existing AS SELECT * FROM (VALUES (DATE '2026-01-01', 'a'), ('2026-01-02', 'b'), ('2026-01-05', 'c'), ('2026-01-06', 'd'), ('infinity', 'i'), (NULL, 'n')) t (day, v)`,
  )
})
afterAll(() => {
  engine.close()
})

describe('fillInterval', () => {
  const text = '-- @end_date\nselect @start_date, x, @end_date as e, y'
  const filled = fillInterval(text, { start: day(1), end: day(2) })

  it('writes both dates as texts, and leaves comments alone', () => {
    expect(filled.text).toBe(`-- @end_date\nselect '${day(1)}', x, '${day(2)}' as e, y`)
  })

  it('knows the way back', () => {
    for (const word of [', x', 'as e', ', y', 'select'])
      expect(filled.originalOffset(filled.text.indexOf(word))).toBe(text.indexOf(word))
    expect(filled.originalOffset(filled.text.indexOf('01-02'))).toBe(text.lastIndexOf('@end_date'))
  })

  it('has a stand-in of the same length, with a text for each date', () => {
    const parsed = standIn(text)
    expect(parsed).toBe(`-- @end_date\nselect 'start_dat', x, 'end_dat' as e, y`)
    expect(parsed).toHaveLength(text.length)
  })
})

describe('intervalsQuery', () => {
  it.each<[string, Partial<TimeInterval>, number, readonly string[]]>([
    ['the last days that have rows', {}, 3, ['2026-01-02+1', '2026-01-05+1', '2026-01-06+1']],
    ['no more than there are', {}, 9, ['2026-01-01+1', '2026-01-02+1', '2026-01-05+1', '2026-01-06+1']],
    ['days to look back on', { lookback: 2 }, 2, ['2026-01-03+1', '2026-01-04+1', '2026-01-05+1', '2026-01-06+1']],
    ['neighbours together', { batchSize: 2 }, 3, ['2026-01-02+1', '2026-01-05+2']],
    ['months', { granularity: 'month', lookback: 1 }, 3, ['2025-12-01+31', '2026-01-01+31']],
    ['years', { granularity: 'year' }, 3, ['2026-01-01+365']],
    ['hours', { granularity: 'hour' }, 1, ['2026-01-06+0']],
  ])('gives %s', async (_, changes, last, expected) => {
    const strategy = { ...DAILY, ...changes }
    const rows = await engine.warehouse.query(intervalsQuery(EXISTING, strategy, last), session)
    const told = readIntervals(rows, strategy).map(({ start, end }) => {
      const length = Math.floor((Date.parse(`${end}Z`) - Date.parse(`${start}Z`)) / 86_400_000)
      return `${start.slice(0, 10)}+${String(length)}`
    })
    expect(told).toEqual(expected)
  })
})

describe('recipeOf a time_interval model', () => {
  const recipe = (text: string, ...numbers: readonly number[]) => {
    const made = recipeOf(aModel({ name: 'm', strategy: DAILY }), text, EXISTING, days(...numbers))
    if (made.kind !== 'delta') throw new Error(made.kind)
    return made
  }
  const result = async (text: string, ...numbers: readonly number[]): Promise<readonly unknown[]> => {
    const { query, result: whole } = recipe(text, ...numbers)
    await engine.warehouse.execute(sql`DROP TABLE IF EXISTS ${DELTA}`)
    await engine.warehouse.materialize(DELTA, query, session)
    const rows = await engine.warehouse.query(
      sql`SELECT coalesce(strftime(day, '%d'), 'NULL') || ' ' || v AS line FROM (${whole(DELTA)}) WHERE v <> 'i' ORDER BY line`,
      session,
    )
    return rows.map(({ line }) => line)
  }

  it('replaces the interval, and what lies in none stays', async () => {
    const text = `SELECT CAST(@start_date AS DATE) AS day, 'new' AS v`
    expect(await result(text, 5, 6)).toEqual(['01 a', '02 b', '05 new', '06 new', 'NULL n'])
  })

  it('empties an interval that the query has no rows for', async () => {
    expect(await result(`SELECT CAST(@start_date AS DATE) AS day, 'x' AS v WHERE false`, 6)).toEqual([
      '01 a',
      '02 b',
      '05 c',
      'NULL n',
    ])
  })

  it('lets a later run delete what an earlier one has put into its interval, and no other', async () => {
    const text = `SELECT CAST(@start_date AS DATE) + CAST(i AS INTEGER) AS day, 'of ' || @start_date[9:10] AS v FROM range(-1, 2) AS r (i) -- all`
    expect(await result(text, 5, 6)).toEqual([
      '01 a',
      '02 b',
      '04 of 05',
      '05 of 05',
      '05 of 06',
      '06 of 06',
      '07 of 06',
      'NULL n',
    ])
  })

  it('is one run of all that it is given where there is no earlier state', () => {
    expect(recipeOf(aModel({ name: 'm', strategy: DAILY }), 'SELECT @start_date', undefined, days(1)).kind).toBe(
      'table',
    )
  })
})

describe('touchedRows of time_interval models', () => {
  const built = { kind: 'built', relation: EXISTING, delta: DELTA, usage: { durationMs: 0 } } as const

  it.each<[string, Strategy, Strategy, boolean]>([
    ['the deltas', DAILY, { ...DAILY, timeColumn: 'DAY', lookback: 3 }, true],
    ['all where the time columns differ', DAILY, { ...DAILY, timeColumn: 'at' }, false],
    ['all where the other only adds', { kind: 'incremental', timestampColumn: 'day' }, DAILY, false],
    ['all where the other is of another kind', DAILY, { kind: 'merge', uniqueKey: ['day'] }, false],
  ])('compares %s', (_, base, head, expected) => {
    expect(touchedRows('m', built, built, { base, head }) !== undefined).toBe(expected)
  })
})
