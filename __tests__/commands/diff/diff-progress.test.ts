import { describe, expect, it } from '@jest/globals'
import { PassThrough } from 'node:stream'
import { progressOn } from '../../../src/cli/progress.ts'
import { builtRows, rowProgress } from '../../../src/commands/diff/diff-progress.ts'
import type { ProgressEvent } from '../../../src/commands/services.ts'

describe('rowProgress', () => {
  it('tells the time left by the speed so far, once there is one', () => {
    expect(rowProgress(0, 400, 100)).toEqual({ done: 0, of: 400 })
    expect(rowProgress(100, 400, 2_000)).toEqual({ done: 100, of: 400, leftMs: 6_000 })
    expect(rowProgress(0, 0, 100)).toBeUndefined()
  })

  it('counts the rows of both twins, as far as they were told', () => {
    const relation = { catalog: 'c', schema: 's', table: 't' }
    const twin = (rows: number | undefined) =>
      ({ kind: 'built', relation, ...(rows !== undefined && { usage: { durationMs: 1, rows } }) }) as const
    expect(builtRows({ model: 'm', base: twin(3), head: twin(4) })).toBe(7)
    expect(builtRows({ model: 'm', base: { kind: 'absent' }, head: twin(4) })).toBe(4)
    expect(builtRows({ model: 'm', base: twin(undefined), head: { kind: 'absent' } })).toBe(0)
    expect(builtRows(undefined)).toBe(0)
  })
})

describe('progressOn', () => {
  const shown = (isTTY: boolean, event: ProgressEvent): string => {
    const stream = Object.assign(new PassThrough(), { isTTY, columns: 120 })
    progressOn(stream as unknown as NodeJS.WriteStream).report(event)
    return String(stream.read() ?? '')
  }
  const rows = { done: 1_200_000, of: 30_000_000, leftMs: 40_200 }
  const event = { kind: 'model', stage: 'compare', model: 'fct_orders', done: 3, of: 12 } as const

  it('says rows and time left on a terminal alone', () => {
    expect(shown(true, { ...event, rows })).toBe(
      '\rcomparing … 3 of 12 (1.20 M of 30 M rows, about 40 s left): fct_orders',
    )
    expect(shown(true, { ...event, rows: { ...rows, leftMs: 200_000 } })).toContain('about 3 min left')
    expect(shown(true, { ...event, rows: { done: 9, of: 9 } })).toBe('\rcomparing … 3 of 12: fct_orders')
    expect(shown(true, event)).toBe('\rcomparing … 3 of 12: fct_orders')
    expect(shown(false, { ...event, rows })).toBe('')
  })
})
