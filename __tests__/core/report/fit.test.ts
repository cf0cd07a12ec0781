import fc from 'fast-check'
import { describe, expect, it } from '@jest/globals'
import type { ModelCase } from '../../support/preview-result.ts'
import { aModel, measured, previewResult, rowCounts, twinFailure } from '../../support/preview-result.ts'
import { renderComment } from '../../../src/core/report/comment.ts'
import { renderCostMarkdown, renderDiffMarkdown } from '../../../src/core/report/documents.ts'
import { runOf, scenes, wideResult } from './scenes.ts'

const limit = 60_000

describe('renderComment', () => {
  it.each([0, 1, 39, 41, 300, 1_000, 3_000])('stays whole and under the limit for %i models', (count) => {
    const comment = renderComment(runOf(wideResult(count)))
    expect(comment.length).toBeLessThanOrEqual(limit)
    expectWhole(comment)
  })

  it('stays whole and under any limit, whatever the names and numbers are', () => {
    fc.assert(
      fc.property(fc.array(cases, { maxLength: 60 }), fc.integer({ min: 2_000, max: 70_000 }), (models, maxUnits) => {
        const named = models.map((model, index) => ({ ...model, name: `${model.name}${String(index)}` }))
        const comment = renderComment(runOf(previewResult(named)), { maxUnits })
        expect(comment.length).toBeLessThanOrEqual(maxUnits)
        expectWhole(comment)
      }),
      { numRuns: 60 },
    )
  })

  it('tells every model or says how many it does not', () => {
    const comment = renderComment(runOf(wideResult(300)))
    expect(comment).toContain('280 more, by folder; each one is in the JSON document:')
  })

  it('keeps the verdict however small the room', () => {
    const result = scenes['300-models']
    if (result === undefined) throw new Error('no such scene')
    expect(renderComment(runOf(result), { maxUnits: 6_000 })).toMatch(/^## 🔴 8 models fail/)
  })

  it('links only to details that it holds', () => {
    for (const result of Object.values(scenes)) {
      for (const maxUnits of [4_000, 9_000, 20_000, limit]) {
        const comment = renderComment(runOf(result), { maxUnits })
        for (const [, anchor = ''] of comment.matchAll(/#user-content-(m\d+)/g))
          expect(comment).toContain(`<a id="${anchor}">`)
      }
    }
  })
})

describe('renderDiffMarkdown and renderCostMarkdown', () => {
  it.each([0, 1, 3_000])('stay whole and under the limit for %i models', (count) => {
    const run = runOf(wideResult(count))
    for (const text of [renderDiffMarkdown(run.diff), renderCostMarkdown(run.cost)]) {
      expect(text.length).toBeLessThanOrEqual(limit)
      expectWhole(text)
    }
  })
})

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 250 }),
  fc.constantFrom('</details>', '```', '| x |', '_'.repeat(250)),
)
const cases: fc.Arbitrary<ModelCase> = fc.record({
  name: text,
  inputs: fc.array(text, { maxLength: 3 }),
  outcome: fc.oneof(
    fc.constant({}),
    text.map((message) => ({ head: twinFailure(message) })),
    text.map((because) => ({ instability: { kind: 'rows' as const, because } })),
  ),
  comparison: fc.record({ column: text, changed: fc.nat(1_000), value: text }).map(({ column, changed, value }) =>
    measured({
      rows: rowCounts({ base: 1_000, changed }),
      columns: [{ name: column, change: 'same', typeBase: value, typeHead: value, rowsChanged: BigInt(changed) }],
      samples: [{ kind: 'changed', key: { [column]: value }, changes: [{ column, base: value, head: null }] }],
    }),
  ),
  target: fc.constant(aModel('t').target),
})

/** Details, tables and fences are opened and closed; nothing is cut. */
function expectWhole(markdown: string): void {
  expect(markdown.match(/<details/g)?.length ?? 0).toBe(markdown.match(/<\/details>/g)?.length ?? 0)
  expect((markdown.match(/^```/gm)?.length ?? 0) % 2).toBe(0)
  for (const block of markdown.split('\n\n')) {
    const lines = block.split('\n')
    if (!lines[0]?.startsWith('|')) continue
    const cells = new Set(lines.map((line) => line.split('|').length))
    expect(lines.every((line) => line.startsWith('|') && line.endsWith('|'))).toBe(true)
    expect(cells.size).toBe(1)
  }
}
