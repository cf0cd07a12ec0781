import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createRedactor } from '../../src/action/redact.ts'

const SECRET = 'p@ss/w+rd & more"'

describe('createRedactor', () => {
  const redact = createRedactor(
    { DB_PASSWORD: SECRET, PLAIN: 'not-a-secret', 'INPUT_COMMENT-KEY': 'preview.yml/job' },
    ['token-0123456789'],
  )

  it.each([
    ['as it is', SECRET],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 for addresses', Buffer.from(SECRET).toString('base64url')],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded in lower case', encodeURIComponent(SECRET).replace(/%../g, (escape) => escape.toLowerCase())],
    ['inside a JSON text', JSON.stringify(SECRET).slice(1, -1)],
    ['given by the caller', 'token-0123456789'],
  ])('hides a secret %s', (_form, text) => {
    expect(redact(`before ${text} after`)).toBe('before *** after')
  })

  it('leaves other text alone, the comment key too', () => {
    expect(redact('not-a-secret in preview.yml/job')).toBe('not-a-secret in preview.yml/job')
  })

  it.each(['API_TOKEN', 'my_secret', 'DATABASE_PASSWD', 'SSH_KEY', 'AWS_CREDENTIALS', 'SENTRY_DSN', 'CONN_STR'])(
    'knows %s by its name',
    (name) => {
      expect(createRedactor({ [name]: 'hunter-hunter' }, [])('a hunter-hunter b')).toBe('a *** b')
    },
  )

  it('lets short values be, since they stand everywhere', () => {
    expect(createRedactor({ A_KEY: 'true', B_KEY: undefined }, [''])('true')).toBe('true')
  })

  it('hides each line of a key, and the longer of two secrets whole', () => {
    const both = createRedactor({ A_KEY: 'first-line\r\n  second-line\n', B_KEY: 'second-line-and-more' }, [])
    expect(both('first-line; second-line; second-line-and-more')).toBe('***; ***; ***')
  })

  it('leaves no secret standing, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 8 }), fc.string(), (secret, around) => {
        fc.pre(secret.trim().length >= 8 && !around.includes(secret) && !`${around}***${around}`.includes(secret))
        expect(createRedactor({ A_TOKEN: secret }, [])(`${around}${secret}${around}`)).not.toContain(secret)
      }),
    )
  })
})
