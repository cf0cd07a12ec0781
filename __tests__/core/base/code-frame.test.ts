import { describe, expect, it } from '@jest/globals'
import { codeFrame, lineAndColumn } from '../../../src/core/base/code-frame.ts'

describe('codeFrame', () => {
  it.each([
    ['the line before and a caret', 'a\nbcd\ne', 2, 3, '  1 │ a\n  2 │ bcd\n    │   ^'],
    ['the first line alone', 'abc', 1, 1, '  1 │ abc\n    │ ^'],
    ['a place just behind the line', 'ab', 1, 3, '  1 │ ab\n    │   ^'],
    ['lines that end as on Windows', 'a\r\nb\r\n', 2, 1, '  1 │ a\n  2 │ b\n    │ ^'],
    ['numbers of different width', `${'\n'.repeat(8)}i\nj`, 10, 1, '   9 │ i\n  10 │ j\n     │ ^'],
    ['tabs above tabs', '\tab', 1, 3, '  1 │ \tab\n    │ \t ^'],
    ['control and direction characters as dots', 'a\u001b[31m\u202eb', 1, 1, '  1 │ a·[31m·b\n    │ ^'],
    ['no caret behind what is shown', 'x'.repeat(300), 1, 200, `  1 │ ${'x'.repeat(160)}…`],
    ['nothing for a line that is not there', 'a', 2, 1, undefined],
  ])('shows %s', (_, text, line, column, expected) => {
    expect(codeFrame(text, line, column)).toBe(expected)
  })
})

describe('lineAndColumn', () => {
  it.each([
    ['', 0, 1, 1],
    ['ab', 1, 1, 2],
    ['a\nb', 2, 2, 1],
    ['a\n', 2, 2, 1],
    ['a\nbc', 99, 2, 3],
  ])('of %j at %i is %i:%i', (text, offset, line, column) => {
    expect(lineAndColumn(text, offset)).toEqual({ line, column })
  })
})
