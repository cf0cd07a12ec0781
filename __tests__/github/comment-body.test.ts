import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readContent, readState, sameContent, writeBody } from '../../src/github/comment-body.ts'
import { aState, KEY } from './builders.ts'

describe('writeBody', () => {
  it('is read back, whatever the content is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (content, nonce) => {
        const body = writeBody(KEY, aState({ nonce }), content)
        expect(readState(body)).toEqual(aState({ nonce }))
        expect(sameContent(readContent(body), content)).toBe(true)
      }),
    )
  })

  it('is read back after GitHub’s editor has changed the line ends', () => {
    const body = writeBody(KEY, aState(), 'one\ntwo').replaceAll('\n', '\r\n')
    expect(readState(body)).toEqual(aState())
    expect(readContent(body)).toBe('one\ntwo')
  })
})

describe('readState', () => {
  const encoded = (text: string) => `x\n<!-- rocky-preview-state ${Buffer.from(text).toString('base64url')} -->\ny`
  it.each([
    ['no second line', 'x'],
    ['no state', 'x\ny\nz'],
    ['a state further down', `x\ny\n${encoded('{}')}`],
    ['no JSON', encoded('nonsense')],
    ['JSON of another shape', encoded('{"v":2}')],
    ['more than 2,000 characters', encoded(JSON.stringify(aState({ nonce: 'n'.repeat(2_000) })))],
  ])('finds none in %s', (_what, body) => {
    expect(readState(body)).toBeUndefined()
  })
})
