import { describe, expect, it } from '@jest/globals'
import { cronRunsPerMonth } from '../../../src/core/project/cron.ts'
import { DAYS_PER_MONTH, freshnessRuns, scheduledRuns } from '../../../src/core/project/schedule.ts'

describe('cronRunsPerMonth', () => {
  it.each([
    ['0 4 * * *', DAYS_PER_MONTH],
    ['@daily', DAYS_PER_MONTH],
    ['@midnight', DAYS_PER_MONTH],
    ['@hourly', DAYS_PER_MONTH * 24],
    [' @Weekly ', DAYS_PER_MONTH / 7],
    ['@monthly', 1],
    ['@yearly', 1 / 12],
    ['@annually', 1 / 12],
    ['10/20 * * * *', DAYS_PER_MONTH * 24 * 3],
    ['0 8-18/5 * * *', DAYS_PER_MONTH * 3],
    // The first of a month, and every Monday that is not one.
    ['0 0 1 * 1', 1 + (DAYS_PER_MONTH - 1) / 7],
    // An hour that clocks skip in spring some repeat in autumn: it counts as once a day.
    ['30 2 * * *', DAYS_PER_MONTH],
    ['*/15 * * * *', DAYS_PER_MONTH * 96],
    ['0 */6 * * *', DAYS_PER_MONTH * 4],
    ['0 9-17 * * 1-5', (DAYS_PER_MONTH * 9 * 5) / 7],
    ['0 9 * * mon,wed', (DAYS_PER_MONTH * 2) / 7],
    ['0 0 * * 0,7', DAYS_PER_MONTH / 7],
    ['0 0 1 * *', 1],
    ['0 0 1 jan *', 1 / 12],
    ['0 0 31 * *', 7 / 12],
    ['5,35 0 1,15 * *', 4],
  ])('%s', (cron, runs) => {
    expect(cronRunsPerMonth(cron)).toBeCloseTo(runs, 9)
  })

  it.each(['', '* * * *', '60 * * * *', '* * * * * *', '*/0 * * * *', '5-1 * * * *', 'a b c d e', '1-2-3 * * * *'])(
    'knows nothing of %p',
    (cron) => {
      expect(cronRunsPerMonth(cron)).toBeUndefined()
    },
  )
})

describe('scheduledRuns, freshnessRuns', () => {
  it('reads cron, a duration and a lag', () => {
    expect(scheduledRuns({ cron: '0 4 * * *' })).toEqual({ runs: DAYS_PER_MONTH, because: 'cron 0 4 * * *' })
    expect(scheduledRuns({ every: '12h' })?.runs).toBeCloseTo(DAYS_PER_MONTH * 2, 9)
    expect(freshnessRuns({ expected_lag_seconds: 3_600 })?.runs).toBeCloseTo(DAYS_PER_MONTH * 24, 9)
  })

  it.each([
    undefined,
    null,
    'daily',
    {},
    { cron: 4 },
    { cron: 'never' },
    { every: 'now' },
    { cron: '0 4 * * *', enabled: false },
  ])('says nothing of %p', (schedule) => {
    expect(scheduledRuns(schedule)).toBeUndefined()
    expect(freshnessRuns(schedule)).toBeUndefined()
  })
})
