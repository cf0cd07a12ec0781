import { describe, expect, it } from '@jest/globals'
import { isLfsPointer } from '../../src/git/lfs.ts'

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 12345\n`

describe('isLfsPointer', () => {
  it.each([
    ['a pointer', pointer, true],
    ['a pointer with an extension', pointer.replace('oid', `ext-0-foo sha256:${'ab'.repeat(32)}\noid`), true],
    ['nothing', '', false],
    ['a query', 'select 1', false],
    ['the first line alone', 'version https://git-lfs.github.com/spec/v1\n', false],
    ['a text about pointers', `A pointer looks so:\n${pointer}`, false],
    ['something larger than a pointer may be', pointer.padEnd(1_024, ' '), false],
  ])('tells %s', (_, text, is) => {
    expect(isLfsPointer(Buffer.from(text))).toBe(is)
  })
})
