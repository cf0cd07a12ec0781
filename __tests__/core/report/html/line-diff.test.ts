import fc from 'fast-check'
import { describe, expect, it } from '@jest/globals'
import { diffLines, type DiffLine } from '../../../../src/core/report/html/line-diff.ts'

const signs = { same: ' ', removed: '-', added: '+' } as const
const told = (base: string, head: string): readonly string[] =>
  diffLines(base, head).map(({ kind, text }) => `${signs[kind]}${text}`)

describe('diffLines', () => {
  it.each([
    { of: 'equal texts', base: 'a\nb', head: 'a\nb\n', lines: [' a', ' b'] },
    { of: 'nothing and a text', base: '', head: 'a\nb', lines: ['+a', '+b'] },
    { of: 'a line in the middle', base: 'a\nb\nc', head: 'a\nx\nc', lines: [' a', '-b', '+x', ' c'] },
    { of: 'a line that moved', base: 'a\nb\nc', head: 'b\nc\na', lines: ['-a', ' b', ' c', '+a'] },
    { of: 'line ends of Windows', base: 'a\r\nb', head: 'a\nb', lines: [' a', ' b'] },
  ])('tells $of', ({ base, head, lines }) => {
    expect(told(base, head)).toEqual(lines)
  })

  it('holds both texts, whole, in order and with their numbers', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 })
    fc.assert(
      fc.property(text, text, (base, head) => {
        const lines = diffLines(base.join('\n'), head.join('\n'))
        expect(sideOf(lines, 'base')).toEqual(base)
        expect(sideOf(lines, 'head')).toEqual(head)
      }),
    )
  })

  it('tells a middle that is too long to compare as replaced', () => {
    const many = (letter: string): string => Array.from({ length: 1_001 }, (_, n) => `${letter}${String(n)}`).join('\n')
    const lines = diffLines(`same\n${many('a')}\nend`, `same\n${many('b')}\nend`)
    expect(lines.filter(({ kind }) => kind === 'same')).toHaveLength(2)
    expect(lines).toHaveLength(2 + 2_002)
  })
})

function sideOf(lines: readonly DiffLine[], side: 'base' | 'head'): readonly string[] {
  const own = lines.filter((line) => line.kind === 'same' || line.kind === (side === 'base' ? 'removed' : 'added'))
  const numbers = own.map((line) => (side in line ? (line as Record<typeof side, number>)[side] : 0))
  expect(numbers).toEqual(own.map((_, index) => index + 1))
  return own.map(({ text }) => text)
}
