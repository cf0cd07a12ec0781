import { afterEach, describe, expect, it } from '@jest/globals'
import { closeComment, upsertComment } from '../../src/github/comment.ts'
import { connectGitHub, type GitHubClient } from '../../src/github/client.ts'
import { readPage } from '../../src/github/page.ts'
import { openThread } from '../../src/github/thread.ts'
import { readContent } from '../../src/github/comment-body.ts'
import { startFakeGitHub, type FakeGitHub, type FakeGitHubOptions } from '../support/fake-github.ts'
import { aComment, BASE, connect, HEAD, KEY } from './builders.ts'

const TOKEN = 'token-0123456789'
let fake: FakeGitHub

afterEach(async () => {
  await fake.close()
  expect(fake.unexpected).toEqual([])
})

async function open(login: string, options: FakeGitHubOptions = {}): Promise<void> {
  fake = await startFakeGitHub({ accounts: { [TOKEN]: { login, access: 'write' } }, ...options })
  fake.repository.setPull({ number: 1, head: HEAD })
}

const request = { pullRequest: 1, key: KEY, base: BASE, head: HEAD, run: { id: 7, attempt: 1 } }
const write = (content: string, client = connect(fake, TOKEN)) =>
  upsertComment(client, { ...request, content, create: true, fromFork: false })
const all = () => fake.repository.comments(1).map(({ login, body }) => [login, readContent(body)])

describe('whose comments are ours', () => {
  it.each([
    ['an app’s, where GraphQL does not answer', 'previewer[bot]'],
    ['a person’s, where GraphQL does not answer', 'ada'],
    ['a job’s, where GraphQL does not answer', 'github-actions[bot]'],
  ])('are %s', async (_whose, login) => {
    await open(login, { graphql: false })
    fake.repository.post(1, login, aComment(1, { nonce: 'before', content: 'before' }).body)
    expect(await write('news')).toMatchObject({ kind: 'updated', id: 501 })
    expect(all()).toEqual([[login, 'news']])
  })

  it('are not those of a person who bears the name of an app', async () => {
    await open('previewer[bot]')
    fake.repository.post(1, 'previewer', aComment(1, { nonce: 'theirs', content: 'All is well.' }).body)
    expect(await write('news')).toMatchObject({ kind: 'created', id: 502 })
    expect(all()).toEqual([
      ['previewer', 'All is well.'],
      ['previewer[bot]', 'news'],
    ])
  })
})

describe('a run when nothing goes wrong', () => {
  it('takes five requests to create and six to update, and no more when the page was read before', async () => {
    for (const reads of [false, true]) {
      await open('github-actions[bot]')
      const page = async (client: GitHubClient) =>
        reads ? { page: await readPage(openThread(client, 1, KEY), HEAD) } : {}
      const sent: number[] = []
      for (const content of ['one', 'two']) {
        const client = connect(fake, TOKEN)
        const before = fake.requests.length
        await upsertComment(client, { ...request, ...(await page(client)), content, create: true, fromFork: false })
        sent.push(fake.requests.length - before)
        expect(client.tally()).toMatch(
          new RegExp(`^${String(sent.at(-1))} requests to GitHub, (?:1\\.[5-9]|2\\.[0-5]) s of waiting$`),
        )
      }
      expect(sent).toEqual([5, 6])
      if (!reads) await fake.close()
    }
  })

  it('tells those who debug what it saw, decided and sent', async () => {
    await open('github-actions[bot]')
    const lines: string[] = []
    const debug = (line: string) => lines.push(line)
    await write('one', connectGitHub(fake.environment(), TOKEN, { fetch: globalThis.fetch, debug }))
    const told = lines.join('\n')
    expect(told).toMatch(/state \{"v":1,"head":"1+"[^]*round 1: live 1111111; ours: no comment; create/)
    expect(told).toMatch(/→ 201 FAKE:3\nGET [^]*round 2: live 1111111; ours: 501 of 1111111 by this run; landed/)
    expect(told).not.toContain(TOKEN)
  })
})

describe('the end of a pull request', () => {
  const end = () => closeComment(connect(fake, TOKEN), { pullRequest: 1, key: KEY })
  const merge = (head = HEAD) => {
    fake.repository.setPull({ number: 1, head, state: 'closed', mergedAt: '2026-11-21T13:05:59Z' })
  }

  it('stands below the comment, once, and a run that comes late keeps it', async () => {
    await open('github-actions[bot]')
    await write('one')
    merge()
    expect(await end()).toMatchObject({ kind: 'updated', id: 501 })
    expect(await end()).toMatchObject({ kind: 'unchanged', id: 501 })
    const ended = expect.stringMatching(
      /^one\n\n<!-- rocky-preview-closed -->\n<sub>Merged 2026-11-21 13:05 UTC, at <code>1{7}<\/code>\. [^\n]*<\/sub>$/,
    )
    expect(all()).toEqual([['github-actions[bot]', ended]])
    expect(await write('late')).toMatchObject({ kind: 'updated' })
    expect(all()[0]?.[1]).toMatch(/^late\n\n<!-- rocky-preview-closed -->/)
    fake.repository.setPull({ number: 1, state: 'open', mergedAt: null })
    expect(await end()).toMatchObject({ reason: 'stale' })
    await write('open again')
    expect(all()).toEqual([['github-actions[bot]', 'open again']])
  })

  it('says so when the last commit has no report', async () => {
    await open('github-actions[bot]')
    await write('one')
    merge('2'.repeat(40))
    await end()
    expect(all()[0]?.[1]).toMatch(
      /at <code>2{7}<\/code>\. That commit has no report: what stands above is about <code>1{7}</,
    )
  })

  it('creates no comment, and says what GitHub refuses', async () => {
    await open('github-actions[bot]')
    merge()
    expect(await end()).toMatchObject({ reason: 'not-asked' })
    fake.repository.post(1, 'github-actions[bot]', aComment(1).body)
    fake.fail({ match: /^PATCH/, times: 9, kind: { kind: 'status', status: 403, message: 'no' } })
    expect(await end()).toMatchObject({ reason: 'forbidden' })
    fake.forget()
    fake.fail({ match: /^PATCH/, kind: { kind: 'reset-after' } })
    expect(await end()).toMatchObject({ kind: 'updated' })
  })
})
