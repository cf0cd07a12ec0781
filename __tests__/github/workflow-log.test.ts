import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { untrustedLine, untrustedLines } from '../../src/github/workflow-log.ts'

describe('untrustedLines', () => {
  it.each([
    ['::error::x', [': :error::x']],
    ['  ::set-output name=a::b', ['  : :set-output name=a::b']],
    ['\ufeff::error::x', ['\\u{feff}::error::x']],
    ['ok\n::stop-commands::t\r\r\n##[error]x', ['ok', ': :stop-commands::t', '', '## [error]x']],
    ['text ##[group]x', ['text ## [group]x']],
    ['\u001b[2J\u202eabc', ['\\u{1b}[2J\\u{202e}abc']],
    ['select a::int', ['select a::int']],
    ['a\tb', ['a\tb']],
  ])('makes %j harmless', (text, expected) => {
    expect(untrustedLines(text)).toEqual(expected)
  })

  it('never leaves a line that the runner takes for a command', () => {
    const nasty = fc.array(
      fc.constantFrom(':', '::', '##[', '#', '[', '\n', '\r', ' ', '\u00a0', '\ufeff', '\u0085', 'error'),
    )
    fc.assert(
      fc.property(nasty, (parts) => {
        for (const line of untrustedLines(parts.join(''))) {
          expect(line.trimStart().startsWith('::')).toBe(false)
          expect(line).not.toContain('##[')
          expect(line).not.toMatch(/[\r\n]/)
        }
        expect(untrustedLine(parts.join(''))).not.toMatch(/[\r\n]/)
      }),
    )
  })
})
