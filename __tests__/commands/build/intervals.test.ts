import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { chooseIntervals } from '../../../src/commands/build/intervals.ts'
import type { Strategy } from '../../../src/core/project/model.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { aModel } from '../../support/model.ts'

const STORED = { catalog: 'w', schema: 'main', table: 'stored' }
const EMPTY = { catalog: 'w', schema: 'main', table: 'empty' }
const daily: Strategy = { kind: 'time_interval', timeColumn: 'Day', granularity: 'day', firstPartition: '2020-05-01' }

type Choosing = Parameters<typeof chooseIntervals>
let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
  await engine.run(
    `CREATE TABLE w.main.stored AS SELECT DATE '2026-01-01' + CAST(i AS INTEGER) AS day FROM range(9) AS r (i)`,
  )
  await engine.run(`CREATE TABLE w.main.empty AS FROM w.main.stored LIMIT 0`)
})
afterAll(() => {
  engine.close()
})

async function starts(
  strategy: Strategy,
  {
    existing = STORED,
    intervals,
    readsItself = false,
  }: { existing?: typeof STORED; intervals?: number; readsItself?: boolean },
): Promise<readonly string[]> {
  const model = aModel({ name: 'm', strategy })
  const linked = new Map([['m', { links: readsItself ? [{ target: { kind: 'self' } }] : [] }]])
  const side = { side: { linked } }
  const planned = { name: 'm', base: model, head: model, change: { kind: 'none' } } as unknown as Choosing[1]
  const prepared = { base: side, head: side, request: { intervals } } as unknown as Choosing[3]
  return (await chooseIntervals(engine.warehouse, planned, existing, prepared)).map(({ start }) => start.slice(0, 10))
}

describe('chooseIntervals', () => {
  it('takes the last three that have rows', async () => {
    expect(await starts(daily, {})).toEqual(['2026-01-07', '2026-01-08', '2026-01-09'])
  })

  it('takes as many as are asked for', async () => {
    expect(await starts(daily, { intervals: 5 })).toHaveLength(5)
  })

  it('takes the last one alone of a model that reads itself', async () => {
    expect(await starts(daily, { readsItself: true })).toEqual(['2026-01-09'])
  })

  it.each([
    ['is empty', EMPTY, daily],
    ['has no such column', STORED, { ...daily, timeColumn: 'hour' }],
  ])('takes all time from the first partition where the relation %s', async (_, existing, strategy) => {
    expect(await starts(strategy as Strategy, { existing })).toEqual(['2020-05-01'])
  })
})
