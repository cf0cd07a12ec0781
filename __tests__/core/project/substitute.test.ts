import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { missingVariable, substitute } from '../../../src/core/project/substitute.ts'

describe('substitute', () => {
  const env = { NAME: 'poc', EMPTY: '', GITHUB_TOKEN: 'secret', INPUT_X: 'secret', NESTED: '${NAME}' }
  it.each([
    ['a given name', 'c = "${NAME}"', 'c = "poc"'],
    ['several on a line', '"${NAME}_${NAME}"', '"poc_poc"'],
    ['a default when unset', '"${OTHER:-dev}"', '"dev"'],
    ['a default when empty', '"${EMPTY:-dev}"', '"dev"'],
    ['no default when given', '"${NAME:-dev}"', '"poc"'],
    ['an empty default', '"${OTHER:-}"', '""'],
    ['a default up to the first :-', '"${OTHER:-a:-b}"', '"a:-b"'],
    ['an empty value without a default', '"${EMPTY}"', '""'],
    ['no value of a value', '"${NESTED}"', '"${NAME}"'],
    ['nothing in comment lines', '  # ${NAME}\nc = "${NAME}"', '  # ${NAME}\nc = "poc"'],
    ['but behind a value', 'c = 1 # ${NAME}', 'c = 1 # poc'],
    ['a name that is not given stays', 'c = "x${OTHER}"', 'c = "x${OTHER}"'],
    ['and is quoted where it is a whole value', 'port = ${PORT} # why\nx = 1', "port = '${PORT}' # why\nx = 1"],
    ['the runner’s own are not given', '"${GITHUB_TOKEN}${INPUT_X}"', '"${GITHUB_TOKEN}${INPUT_X}"'],
    ['nor what objects inherit', '"${constructor}"', '"${constructor}"'],
    ['no braces, no name', '$NAME ${}', '$NAME ${}'],
  ])('replaces %s', (_, text, expected) => {
    expect(substitute(text, env).text).toBe(expected)
  })

  it('leads offsets back to the author’s text', () => {
    const { text, authorOffset } = substitute('a${NAME}b${OTHER:-d}c', env)
    expect(text).toBe('apocbdc')
    expect([0, 1, 3, 4, 5, 6].map(authorOffset)).toEqual([0, 1, 1, 8, 9, 20])
  })

  it('leads every offset behind the last reference back exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('${NAME}', '${A:-b}', 'x', '\n')), (parts) => {
        const author = `${parts.join('')}!`
        const { text, authorOffset } = substitute(author, env)
        expect(authorOffset(text.length - 1)).toBe(author.length - 1)
      }),
    )
  })
})

describe('missingVariable', () => {
  it('names the first variable that is left', () => {
    expect(missingVariable('a${B}${C}')).toBe('B')
    expect(missingVariable('plain $B')).toBeUndefined()
  })
})
