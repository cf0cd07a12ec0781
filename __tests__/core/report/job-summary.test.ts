import { describe, expect, it } from '@jest/globals'
import { renderComment } from '../../../src/core/report/comment.ts'
import { renderJobSummary, SUMMARY_BYTES } from '../../../src/core/report/job-summary.ts'
import { remember, reportedRun } from '../../../src/core/report/since.ts'
import { runOf, wideResult } from './scenes.ts'

describe('renderJobSummary', () => {
  it('tells more than a comment, and sends nobody to itself', () => {
    const run = runOf(wideResult(300))
    const links = { runUrl: 'https://github.com/o/r/actions/runs/1' }
    const text = renderJobSummary(run, { links })
    expect(text.length).toBeGreaterThan(renderComment(run, { links }).length)
    expect(text).not.toContain('summary of')
    expect(text).toContain('area&#95;2&#95;model&#95;0299')
  })

  it('says, as the comment does, what became of an earlier report', () => {
    const run = runOf(wideResult(30))
    const earlier = remember({ ...reportedRun(run), head: 'd'.repeat(40) }, undefined)
    const line = /^Commit .*since the report on <code>ddddddd<\/code>.*unchanged$/m
    expect(renderJobSummary(run, { earlier })).toMatch(line)
    expect(renderComment(run, { earlier, maxUnits: 20_000 })).toMatch(line)
  })

  it.each([8_000, 30_000, SUMMARY_BYTES])('never takes more than %i bytes, whatever alphabet names are in', (most) => {
    const run = runOf(wideResult(300))
    const models = run.models.map((row) => ({ ...row, model_name: `${'模型'.repeat(60)}${row.model_name}` }))
    const text = renderJobSummary({ ...run, models }, {}, most)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most)
    expect(text).toMatch(/^## 🔴 8 models fail/)
  })
})
