import { describe, expect, it } from '@jest/globals'
import { bullets, details, document, fence, paragraph, quote, table } from '../../../src/core/report/markdown.ts'
import { visible, visibleLines } from '../../../src/core/report/escape.ts'
import { name, said, words } from '../../../src/core/report/phrase.ts'
import { codeHtml, markup, text } from '../../../src/core/report/html/html.ts'
import { elementsIn, named, strayIn, textIn, treeOfHtml, treeOfMarkdown } from '../../support/html-tree.ts'
import { hostileStrings, portions } from './nasty.ts'

const CAP = 200
const SENTENCE = 300
const strings = hostileStrings()
const expected = (given: readonly string[]): readonly string[] => given.map((each) => visible(each, CAP))
/** A sentence's backticks set names apart, and are not shown. */
const spoken = (given: readonly string[]): readonly string[] =>
  given.map((each) =>
    visible(each, SENTENCE)
      .split(/`([^`]*)`/)
      .join(''),
  )

/** Where untrusted text stands, and where it must come out again: the same text, and no element that is not ours. */
const places = {
  'a table cell': {
    write: (given: readonly string[]) =>
      document([
        table(
          [{ title: words('x') }],
          given.map((each) => [name(each)]),
        ),
      ]),
    read: 'td',
    own: ['table', 'thead', 'tbody', 'tr', 'th', 'td', 'code'],
    expected,
  },
  'a sentence in a table cell': {
    write: (given: readonly string[]) =>
      document([
        table(
          [{ title: words('x') }],
          given.map((each) => [said(each)]),
        ),
      ]),
    read: 'td',
    own: ['table', 'thead', 'tbody', 'tr', 'th', 'td', 'code'],
    expected: spoken,
  },
  'a summary': {
    write: (given: readonly string[]) => document(given.map((each) => details(name(each), [paragraph(words('x'))]))),
    read: 'summary',
    own: ['details', 'summary', 'p', 'code'],
    expected,
  },
  'a list item': {
    write: (given: readonly string[]) => document([bullets(given.map((each) => name(each)))]),
    read: 'li',
    own: ['ul', 'li', 'code'],
    expected,
  },
  'a quotation': {
    write: (given: readonly string[]) => document(given.map((each) => quote([name(each)]))),
    read: 'p',
    own: ['blockquote', 'p', 'code'],
    expected,
  },
  'a fence': {
    write: (given: readonly string[]) => document(given.map((each) => fence('text', each))),
    read: 'pre',
    own: ['pre', 'code'],
    // A block of code ends in a line end.
    expected: (given: readonly string[]) => given.map((each) => `${visibleLines(each)}\n`),
  },
} as const

describe('Markdown', () => {
  it.each(Object.keys(places) as (keyof typeof places)[])(
    'keeps whatever stands in %s there, and exact',
    (place) => {
      const { write, read, own, expected: texts } = places[place]
      for (const given of portions(strings)) {
        const tree = treeOfMarkdown(write(given))
        const found = named(tree, read).map((each) => trimmed(place, textIn(each)))
        expect(found).toEqual(texts(given).map((each) => trimmed(place, each)))
        expect(elementsIn(tree).filter(({ tagName }) => !(own as readonly string[]).includes(tagName))).toEqual([])
        expect(strayIn(tree)).toBe(0)
      }
    },
    600_000,
  )
})

describe('HTML', () => {
  it('keeps whatever stands in an element or an attribute there, and exact', () => {
    for (const given of portions(strings)) {
      const tree = treeOfHtml(
        given.map((each) => markup`<p title="${text(each)}">${text(each)}${codeHtml(each)}</p>`).join(''),
      )
      const found = named(tree, 'p')
      expect(found.map(({ attrs }) => attrs)).toEqual(
        given.map((each) => [{ name: 'title', value: visible(each, 4_000) }]),
      )
      expect(found.map((each) => textIn(each))).toEqual(given.map((each) => visible(each, 4_000) + visible(each, CAP)))
      expect(elementsIn(tree)).toHaveLength(2 * given.length)
      expect(strayIn(tree)).toBe(0)
    }
  }, 600_000)
})

/** Blanks at the ends of a cell are nobody's; a name is set apart, and keeps its own. */
function trimmed(place: keyof typeof places, found: string): string {
  return place === 'a sentence in a table cell' ? found.replace(/^\s+|\s+$/g, '') : found
}
