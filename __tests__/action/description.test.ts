import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { expectationsMayHaveChanged } from '../../src/action/description.ts'

const block = '```rocky-preview\nothers: identical\n```'

describe('expectationsMayHaveChanged', () => {
  it.each([
    ['a block is added', 'Hello', `Hello\n\n${block}`, true],
    ['a block is taken away', block, '', true],
    ['a block stands beside an edited sentence', `a\n${block}`, `b\n${block}`, true],
    ['a block is fenced by tildes, in a list, with words behind', '', '- ~~~~ rocky-preview strict\n  x\n  ~~~~', true],
    ['a block is quoted, with the line ends of a browser', '', `> ${block.replaceAll('\n', '\r\n> ')}`, true],
    ['nothing is edited', block, block, false],
    ['nobody ever expected anything', 'a', 'b', false],
    ['the words stand in a sentence', '', 'We use ```rocky-preview``` here, see rocky-preview', false],
    ['the block is for another reader', '', '```rocky-previews\n```', false],
  ])('knows whether it may when %s', (_when, before, after, expected) => {
    expect(expectationsMayHaveChanged(before, after)).toBe(expected)
  })

  it('says yes whenever a line begins a block, whatever stands around it', () => {
    const line = fc.string().map((text) => text.replace(/[\r\n]/g, ' '))
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (above, below) => {
        expect(expectationsMayHaveChanged('', [...above, '```rocky-preview', ...below].join('\n'))).toBe(true)
      }),
    )
  })
})
