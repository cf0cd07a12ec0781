import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'parse5'
import type { RunOutput } from '../../../../src/core/contract/run.ts'
import { renderHtml } from '../../../../src/core/report/html/page.ts'
import { elementsIn, named, strayIn, textIn } from '../../../support/html-tree.ts'
import { nastyStrings, portions } from '../nasty.ts'
import { runOf, scenes, wideResult } from '../scenes.ts'
import { richRun } from './rich-run.ts'

describe('renderHtml', () => {
  it('is the same bytes for the same document, of every scene', () => {
    for (const result of Object.values(scenes)) expect(renderHtml(runOf(result))).toBe(renderHtml(runOf(result)))
  })

  it('lets run only the script and the styles that it holds, by their hashes', () => {
    const page = parse(renderHtml(richRun()))
    const policy = named(page, 'meta').flatMap(({ attrs }) =>
      attrs.some(({ value }) => value === 'Content-Security-Policy')
        ? attrs.filter(({ name }) => name === 'content').map(({ value }) => value)
        : [],
    )
    expect(policy).toHaveLength(1)
    expect(policy[0]).toMatch(
      /^default-src 'none'; script-src 'sha256-[^ ]+'; style-src 'sha256-[^ ]+' 'sha256-[^ ]+'; /,
    )
    const parts = [...named(page, 'script'), ...named(page, 'style')]
    expect(parts).toHaveLength(2)
    for (const part of parts) expect(policy[0]).toContain(`'sha256-${sha256(textIn(part))}'`)
  })

  it('names nothing to load', () => {
    const loading = ['src', 'srcset', 'data', 'action', 'formaction', 'background', 'style', 'ping']
    for (const { tagName, attrs } of elementsIn(parse(renderHtml(richRun())))) {
      expect([
        'link',
        'img',
        'iframe',
        'object',
        'embed',
        'base',
        'form',
        'video',
        'audio',
        'use',
        'image',
      ]).not.toContain(tagName)
      expect(attrs.filter(({ name }) => loading.includes(name) || name.startsWith('on'))).toEqual([])
    }
  })

  it('has the same elements whatever texts the document holds', () => {
    const plain = shapeOf(renderHtml(withTexts(() => 'x')))
    for (const nasty of portions(nastyStrings, 8)) {
      expect(shapeOf(renderHtml(withTexts(() => nasty.join(' '))))).toEqual(plain)
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (text) => {
        expect(shapeOf(renderHtml(withTexts(() => text)))).toEqual(plain)
      }),
      { numRuns: 8 },
    )
  })

  it('shows the SQL of both sides, facts of both sides and whatever was found about the reasons', () => {
    const text = textIn(parse(renderHtml(richRun())))
    expect(text).toContain('o.gross_amount - o.discount as net_amount')
    expect(text).toContain('join fx_rates as fx using (currency)')
    expect(text).toContain('0 % → 0.98 %')
    expect(text).toContain('50,112 → 61,870')
    expect(text).toContain('Where the changes live')
    expect(text).toContain('<b>USD</b>')
  })

  it('tells every model, of however many', () => {
    const page = parse(renderHtml(runOf(wideResult(400))))
    const bodies = named(page, 'tbody').filter(({ attrs }) => attrs.some(({ name }) => name === 'data-mark'))
    expect(bodies).toHaveLength(400)
  })
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64')

/** Texts of the document that somebody else chose, and that stand in the page once each, replaced. */
function withTexts(replaced: () => string): RunOutput {
  const run = richRun()
  const models = run.models.map((row) => ({
    ...row,
    path: replaced(),
    evidence: { ...row.evidence, detail: replaced().replaceAll('`', "'") },
    tests: [
      { name: replaced(), kind: 'data' as const, type: 'unique', severity: 'error' as const, status: 'fixed' as const },
    ],
    columns: (row.columns ?? []).map((column) => ({ ...column, name: replaced(), type_base: replaced() })),
  }))
  const refs = { ...run.create, branch_name: replaced(), base_ref: replaced() }
  return { ...run, models, create: refs, notices: [], version: replaced() }
}

/** The elements alone; a sentence may set a word of its own as code, so those are not counted. */
function shapeOf(html: string): readonly string[] {
  const page = parse(html)
  expect(strayIn(page)).toBe(1)
  return elementsIn(page)
    .map(({ tagName }) => tagName)
    .filter((tag) => tag !== 'code')
}
