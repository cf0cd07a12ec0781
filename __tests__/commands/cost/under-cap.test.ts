import { describe, expect, it } from '@jest/globals'
import { underCap } from '../../../src/commands/cost/preflight.ts'
import type { PreviewRequest } from '../../../src/commands/request.ts'
import type { Preflight } from '../../../src/core/cost/preflight.ts'

const expected: Preflight = {
  builds: 2,
  buildMs: 60_000,
  compareMs: 30_000,
  bytes: 0,
  memoryBytes: 0,
  from: 'sizes',
  course: { kind: 'as-asked' },
}
const request = (parts: Partial<PreviewRequest> = {}) =>
  ({ cost: { maxUsd: 0.5, runnerPerMinute: 0.4 }, ...parts }) as PreviewRequest

describe('underCap', () => {
  it('leaves a run as it was asked for that is within its cap', () => {
    const asked = request()
    expect(underCap({ ...expected, capMs: 95_000 }, asked)).toEqual({
      request: asked,
      planOnly: undefined,
      notices: [],
    })
  })

  it('says that a cap without a price has no effect', () => {
    expect(underCap(expected, request()).notices).toEqual([
      {
        code: 'cost-cap-unpriced',
        message: 'max-cost-usd has no effect: without runner-price-per-minute it is not known what a run costs.',
      },
    ])
    expect(underCap(expected, request({ cost: {} as never })).notices).toEqual([])
  })

  it.each([
    [undefined, 15_000],
    [90_000, 15_000],
    [10_000, 10_000],
  ])('lets comparisons, asked for within %s ms, share what is left, and says so', (timeBudgetMs, given) => {
    const course = { kind: 'compare-within', leftMs: 15_000 } as const
    const diff = { timeBudgetMs, sampleSize: 7 } as unknown as PreviewRequest['diff']
    const { request: changed, planOnly, notices } = underCap({ ...expected, capMs: 75_000, course }, request({ diff }))
    expect(changed.diff).toEqual({ timeBudgetMs: given, sampleSize: 7 })
    expect(planOnly).toBeUndefined()
    expect(notices).toEqual([
      {
        code: 'cost-cap',
        message:
          'The run would take about 1m to build and 30s to compare, and max-cost-usd of $0.5 pays for 75s more: what does not fit is compared less closely.',
      },
    ])
  })

  it('only plans where building alone is too dear', () => {
    const { planOnly, notices } = underCap({ ...expected, capMs: 10_000, course: { kind: 'plan-only' } }, request())
    expect(planOnly).toEqual({
      because: 'the run would take about 1m to build and 30s to compare, and max-cost-usd of $0.5 pays for 10s more',
      remedy: ['Raise max-cost-usd, or leave it out.'],
    })
    expect(notices).toEqual([])
  })
})
