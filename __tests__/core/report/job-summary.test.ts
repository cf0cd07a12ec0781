import { describe, expect, it } from '@jest/globals'
import { renderComment } from '../../../src/core/report/comment.ts'
import { renderJobSummary, SUMMARY_BYTES } from '../../../src/core/report/job-summary.ts'
import { runOf, wideResult } from './scenes.ts'

describe('renderJobSummary', () => {
  it('tells more than a comment, and sends nobody to itself', () => {
    const run = runOf(wideResult(300))
    const links = { runUrl: 'https://github.com/o/r/actions/runs/1' }
    const text = renderJobSummary(run, links)
    expect(text.length).toBeGreaterThan(renderComment(run, { links }).length)
    expect(text).not.toContain('summary of')
    expect(text).toContain('area&#95;2&#95;model&#95;0299')
  })

  it.each([8_000, 30_000, SUMMARY_BYTES])('never takes more than %i bytes, whatever alphabet names are in', (most) => {
    const run = runOf(wideResult(300))
    const models = run.models.map((row) => ({ ...row, model_name: `${'模型'.repeat(60)}${row.model_name}` }))
    const text = renderJobSummary({ ...run, models }, {}, most)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most)
    expect(text).toMatch(/^## 🔴 8 models fail/)
  })
})
