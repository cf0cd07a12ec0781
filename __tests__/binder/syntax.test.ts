import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => {
  engine.close()
})

async function same(a: string, b: string): Promise<boolean> {
  const [x, y] = await engine.binder.syntax([a, b])
  return x !== undefined && x === y
}

describe('syntax digests', () => {
  it.each([
    ['select a from t', 'SELECT  a\nFROM t -- why\n'],
    ['select (a) from t where ((b = 1))', 'select a from t where b = 1'],
    ['select cast(a as int) x from t', 'select a::int as x from t'],
    ['select \'"query_location":1\' from t', 'select  \'"query_location":1\' from t'],
  ])('are equal for one code: %s', async (a, b) => {
    expect(await same(a, b)).toBe(true)
  })

  it.each([
    ['select a from t', 'select b from t'],
    ['select a from t', 'select A from t'],
    ['select 1', "select '1'"],
    ["select 'x' from t", "select 'X' from t"],
    ['select \'"query_location":1,\' from t', 'select \'"query_location":2,\' from t'],
    ['select current_query()', 'select  current_query()'],
  ])('differ, or are none, for two: %s', async (a, b) => {
    expect(await same(a, b)).toBe(false)
  })

  it('are none for what DuckDB makes no tree of, and take nothing else down', async () => {
    const deep = `select ${'abs('.repeat(3_000)}1${')'.repeat(3_000)}`
    const long = `select 1 -- ${'x'.repeat(300_000)}`
    const [plain, ...none] = await engine.binder.syntax(['select 1', deep, long, ''])
    expect(plain).toBeDefined()
    expect(none).toEqual([undefined, undefined, undefined])
  })

  it('are none for what is no query', async () => {
    expect(await engine.binder.syntax(['select from', 'drop table t'])).toEqual([undefined, undefined])
  })
})
