import fc from 'fast-check'
import { describe, expect, it } from '@jest/globals'
import { code, fence, inline, prose } from '../../../src/core/report/markdown.ts'
import { link, phrase, said } from '../../../src/core/report/phrase.ts'
import { visible } from '../../../src/core/report/escape.ts'

const nasty = [
  '</details><h1>hi',
  '@everyone #12 org/repo#5 GH-7',
  '| a | b |',
  '`x` ``y``',
  '![](https://evil.example/x.png)',
  '<!-- rocky-preview:v1 key=default -->',
  'a\nb\r\nc\td',
  '\u202Eabc\u200B\uFEFF',
  '\uD800',
  '&lt;b&gt; &#60;',
  '$x$ :smile: ~~no~~ __a__ www.evil.example 0123abc4567',
  '\u001b[2J',
]
const anything = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
)

describe('code', () => {
  it.each(nasty)('leaves nothing that Markdown or HTML could read: %j', (text) => {
    expectInert(code(text, 200))
  })

  it('leaves nothing that Markdown or HTML could read, whatever the text, and keeps it exact', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expectInert(code(text, 200))
        expect(decoded(code(text, 200))).toBe(visible(text, 200))
      }),
    )
  })

  it('cuts at its cap and says so', () => {
    expect(decoded(code('a'.repeat(300), 200))).toBe(`${'a'.repeat(200)}…`)
  })
})

describe('prose', () => {
  it('leaves words as words and sets names apart', () => {
    expect(prose('upstream `stg` failed')).toBe('upstream <code>stg</code> failed')
    expect(prose('no column fct.revenue here')).toBe('no column <code>fct&#46;revenue</code> here')
    expect(prose('thanks @octocat')).toBe('thanks <code>&#64;octocat</code>')
  })

  it('leaves nothing that Markdown or HTML could read, and no mention or link outside of code, whatever the text', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const written = prose(text)
        expectInert(written)
        const outside = decoded(written.replace(/<code>.*?<\/code>/gu, ' '))
        expect(outside).not.toMatch(/[@#/\\<>&$|`*_~^[\]{}]|\bGH-|www\.|[0-9a-f]{7}/iu)
      }),
    )
  })
})

describe('inline', () => {
  it('keeps what a name holds out of the words around it', () => {
    expect(inline(phrase`rows of ${'<b>x</b>'}: ${3}`)).toBe('rows of <code>&#60;b&#62;x&#60;&#47;b&#62;</code>: 3')
  })

  it.each(['javascript:alert(1)', 'https://x.example/"onclick="', 'https://x.example/a b', 'https://x.example/<b>'])(
    'writes no link to %s',
    (url) => {
      expect(inline(link(url, said('here')))).toBe('here')
    },
  )
})

describe('fence', () => {
  it('has more backticks than its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', '\n', '\r') }), (text) => {
        const lines = fence('sql', text).split('\n')
        const mark = lines[0]?.replace('sql', '') ?? ''
        expect(lines.slice(1, -1).join('\n')).not.toContain(mark)
      }),
    )
  })
})

/** Our own tags aside, no character that begins anything. */
function expectInert(written: string): void {
  const rest = written.replace(/<\/?code>/g, '')
  expect(rest).not.toMatch(/[<>|`@*_~[\]\\$\n\r\t]|&(?!#\d+;)|\p{Cc}|\p{Cf}|\p{Cs}/u)
}

function decoded(written: string): string {
  return written
    .replace(/<\/?code>/g, '')
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCharCode(Number(digits)))
}
