import { describe, expect, it } from '@jest/globals'
import { readEngineMessage } from '../../../src/core/environment/engine-message.ts'

describe('readEngineMessage', () => {
  it.each([
    ["Conversion Error: no 'x'\n\nLINE 2: SELECT CAST(a AS INT)\n       ^", "Conversion Error: no 'x'", 2],
    ['Out of Memory Error: too much', 'Out of Memory Error: too much', undefined],
    ['Binder Error: two\nlines\n\nLINE 14: x', 'Binder Error: two\nlines', 14],
    ['it says LINE 3: inline', 'it says LINE 3: inline', undefined],
  ])('parts the excerpt from %j', (text, message, line) => {
    expect(readEngineMessage(text)).toEqual({ message, line })
  })
})
