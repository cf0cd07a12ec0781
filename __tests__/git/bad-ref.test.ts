import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseRef } from '../../src/git/ref.ts'
import type { ObjectReader } from '../../src/git/reader.ts'
import { repositoryOf } from '../../src/git/repository.ts'

/** Fails whatever it is asked: a ref that reaches it has been let through. */
const untouchable = new Proxy({} as ObjectReader, {
  get: () => () => {
    throw new Error('the reader was asked')
  },
})

const hostile = [
  '--upload-pack=touch /tmp/x',
  '--output=x',
  '-',
  '',
  ' ',
  'main feature',
  'main\n',
  'main\0',
  'ma\u001b[31min',
  'a..b',
  'a...b',
  '../../etc/passwd',
  '@{-1}',
  '@{u}',
  'main@{1}',
  'stash@{0}',
  'HEAD:secret.txt',
  ':/message',
  ':0:file',
  '^main',
  'main^!',
  'main^@',
  'main^-',
  'main^{tree}',
  'main^{/fix}',
  'main~99999999999',
  'main?',
  'ma*n',
  'ma[i]n',
  'ma\\in',
  '/main',
  'main/',
  'a//b',
  'a/.b',
  'main.',
  'x'.repeat(1_001),
]

describe('parseRef', () => {
  it.each(hostile.map((ref) => [ref.slice(0, 40), ref]))('refuses %j before anything is executed', async (_, ref) => {
    await expect(repositoryOf(untouchable).resolve(ref)).rejects.toMatchObject({ code: 'git.bad-ref', blame: 'user' })
  })

  it('prints what it refuses without its control characters', () => {
    expect(() => parseRef('a\u001b[2Jb')).toThrow('"a\\u001b[2Jb" cannot name a commit.')
  })

  it('lets nothing through that begins with a dash or holds a space, a control character or a colon', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          return !/^-|[\u0000-\u0020\u007f:]|\.\.|@\{/.test(parseRef(text).text)
        } catch {
          return true
        }
      }),
    )
  })

  it.each([
    [
      'main~2^2',
      'main',
      [
        { kind: 'ancestor', generations: 2 },
        { kind: 'parent', nth: 2 },
      ],
    ],
    ['v1^{}', 'v1', [{ kind: 'parent', nth: 0 }]],
    ['a-b/c@d.e_f', 'a-b/c@d.e_f', []],
  ])('reads %s as a name and its steps', (text, name, steps) => {
    expect(parseRef(text)).toEqual({ text, name, steps })
  })

  it.each(['--all', 'HEAD', 'abc', `${'a'.repeat(40)}\n--batch`])('takes no id that is not one: %j', async (id) => {
    const repository = repositoryOf(untouchable)
    const refused = { code: 'git.bad-ref' }
    await expect(repository.has(id as never)).rejects.toMatchObject(refused)
    await expect(repository.list(id as never, '')).rejects.toMatchObject(refused)
    await expect(repository.read([id as never])).rejects.toMatchObject(refused)
    await expect(repository.mergeBase(id as never, id as never)).rejects.toMatchObject(refused)
  })
})
