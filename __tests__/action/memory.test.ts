import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { deflateRawSync } from 'node:zlib'
import { memoryOf, withMemory } from '../../src/action/memory.ts'
import { toRunOutput, type RunOutput } from '../../src/core/contract/run.ts'
import { renderComment } from '../../src/core/report/comment.ts'
import { MOST_REMEMBERED, MOST_WITH_BEFORE, remember, reportedRun, since } from '../../src/core/report/since.ts'
import { marker } from '../../src/github/comment-body.ts'
import { measured, previewResult, rowCounts, twinFailure, type ModelCase } from '../support/preview-result.ts'

const changed = (name: string, n = 1): ModelCase => ({
  name,
  comparison: measured({ rows: rowCounts({ changed: n }) }),
})
const same = (name: string): ModelCase => ({ name, comparison: measured() })

function report(models: readonly ModelCase[], head = 'c'): RunOutput {
  const result = previewResult(models)
  const refs = { ...result.refs, head: head.repeat(40) as typeof result.refs.head }
  return toRunOutput({ ...result, refs }, { diff: () => '', cost: () => '', run: () => '' })
}

const body = (run: RunOutput): string =>
  `${marker('k')}\n<!-- rocky-preview-state x -->\n${withMemory(remember(reportedRun(run), undefined), 'Text.')}`

describe('what a comment remembers', () => {
  it('tells the next report what is resolved, new, found otherwise and unchanged', () => {
    const first = report([changed('a'), changed('b'), changed('c'), changed('gone'), changed('later'), same('d')])
    const second = report(
      [same('a'), changed('b'), changed('c', 2), changed('d'), { name: 'later', outcome: { base: twinFailure() } }],
      'd',
    )
    const earlier = memoryOf(body(first))
    expect(since(reportedRun(second), earlier)).toEqual({
      head: 'c'.repeat(40),
      resolved: ['a'],
      gone: 1,
      fresh: ['d'],
      otherwise: ['c'],
      unchanged: 1,
      unchecked: 1,
      unknown: 0,
    })
    const text = renderComment(second, { ...(earlier !== undefined && { earlier }) })
    expect(text).toContain(
      'Commit <code>ddddddd</code> · <b>since the report on <code>ccccccc</code></b>: 2 resolved (<code>a</code>), 1 new (<code>d</code>), 1 found otherwise (<code>c</code>), 1 unchanged, 1 not checked any more',
    )
  })

  it('says nothing about a commit that was reported before', () => {
    const run = report([changed('a')])
    expect(since(reportedRun(run), memoryOf(body(run)))).toBeUndefined()
  })

  it.each([0, 1, 300, 3_000])('takes at most 2 kB for %i models, and keeps the worst', (models) => {
    const names = Array.from({ length: models }, (_, n) => `model_${String(n)}`)
    const run = report(names.map((name, n) => changed(name, n + 1)))
    const [, , line = ''] = body(run).split('\n')
    expect(line.length).toBeLessThanOrEqual(2_048)
    expect(line).toMatch(/^<!-- rocky-preview-seen [\w-]+ -->$/)
    const earlier = memoryOf(body(run))
    expect(earlier).toMatchObject({ of: models, findings: { size: Math.min(models, MOST_REMEMBERED) } })
    const more = report([...names.map((name, n) => changed(name, n + 1)), changed('more')], 'd')
    const next = since(reportedRun(more), earlier)
    const isWhole = models <= MOST_REMEMBERED
    expect(next?.fresh).toEqual(isWhole ? ['more'] : [])
    expect(next).toMatchObject({ resolved: [], gone: 0, unchanged: Math.min(models, MOST_REMEMBERED) })
  })

  it('compares a run that is repeated with the commit before, as the first one did', () => {
    const [first, second] = [report([changed('a'), changed('b')]), report([same('a'), changed('b'), changed('c')], 'd')]
    const one = memoryOf(body(first))
    const two = remember(reportedRun(second), one)
    const read = memoryOf(`${marker('k')}\nx\n${withMemory(two, 'Text.')}`)
    expect(read).toEqual(two)
    expect(since(reportedRun(second), read)).toEqual(since(reportedRun(second), one))
    expect(since(reportedRun(second), read)).toMatchObject({ resolved: ['a'], fresh: ['c'], unchanged: 1 })
    expect(remember(reportedRun(second), read)).toEqual(two)
    expect(remember(reportedRun(report([], 'e')), read)).toMatchObject({ before: { head: 'd'.repeat(40) } })
  })

  it.each([1, 30, 120, 400])('keeps the report before as far as there is room, with %i models in each', (models) => {
    const of = (prefix: string) => Array.from({ length: models }, (_, n) => changed(`${prefix}_${String(n)}`, n + 1))
    const one = remember(reportedRun(report(of('a'))), undefined)
    const two = remember(reportedRun(report(of('b'), 'd')), one)
    const [line = ''] = withMemory(two, 'Text.').split('\n')
    expect(line.length).toBeLessThanOrEqual(2_048)
    expect(memoryOf(`${marker('k')}\nx\n${line}\nText.`)).toEqual(two)
    const own = Math.min(models, MOST_REMEMBERED)
    expect(two.findings.size).toBe(own)
    expect(two.before?.findings.size).toBe(Math.min(own, MOST_WITH_BEFORE - own))
  })

  const packed = (value: unknown): string => deflateRawSync(JSON.stringify(value)).toString('base64url')
  const head = 'c'.repeat(40)

  it.each([
    ['nothing', ''],
    ['no deflate', 'aGVsbG8'],
    ['another version', packed({ v: 2, head, of: 0, found: '' })],
    ['no commit', packed({ v: 1, head: '<script>', of: 0, found: '' })],
    ['half a digest', packed({ v: 1, head, of: 1, found: 'abcdef' })],
    ['other letters', packed({ v: 1, head, of: 1, found: '@everyone!!!' })],
    ['a bomb', packed({ v: 1, head, of: 1, found: 'a'.repeat(12 * 40_000) })],
  ])('is not read from %s', (_what, text) => {
    expect(memoryOf(`${marker('k')}\nx\n<!-- rocky-preview-seen ${text} -->\nText.`)).toBeUndefined()
  })

  it('is read from its place only, whatever a line says', () => {
    const [, , line = ''] = body(report([changed('a')])).split('\n')
    expect(memoryOf(`${marker('k')}\nx\nText.\n${line}`)).toBeUndefined()
    expect(memoryOf(`${marker('k')}\r\nx\r\n${line}\r\nText.`)).toBeDefined()
  })

  it('never fails on what somebody wrote', () => {
    fc.assert(
      fc.property(fc.base64String(), fc.string(), (coded, text) => {
        memoryOf(`${marker('k')}\nx\n<!-- rocky-preview-seen ${coded.replace(/[+/=]/g, '-')} -->\n${text}`)
        memoryOf(text)
      }),
      { numRuns: Number(process.env['ROCKY_PREVIEW_RUNS'] ?? 300) },
    )
  })
})
