import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { marker, readContent, readState } from '../../src/github/comment-body.ts'
import { FORK_TOKEN, JOB_TOKEN, startFakeGitHub, type Fault, type FakeGitHub } from '../support/fake-github.ts'
import { aComment, HEAD, KEY, NEWER_HEAD, runOnce } from './builders.ts'

const BOT = 'github-actions[bot]'
let fake: FakeGitHub

beforeEach(async () => {
  fake = await startFakeGitHub()
  fake.repository.setPull({ number: 1, head: HEAD })
})

afterEach(async () => {
  await fake.close()
  expect(fake.unexpected).toEqual([])
})

function contents(): readonly string[] {
  const own = fake.repository.comments(1).filter(({ login, body }) => login === BOT && body.startsWith(marker(KEY)))
  return own.map(({ body }) => readContent(body))
}

describe('upsertComment', () => {
  it('creates one comment with the marker, the state and the content', async () => {
    expect(await runOnce(fake)).toEqual({ kind: 'created', id: 501, url: expect.stringContaining('#issuecomment-501') })
    const [comment] = fake.repository.comments(1)
    expect(comment?.body).toMatch(
      /^<!-- rocky-preview:v1 key=preview\.yml\/preview -->\n<!-- rocky-preview-state [\w-]+ -->\ncontent$/,
    )
    expect(readState(comment?.body ?? '')).toMatchObject({ head: HEAD, run: 7, t: Date.parse('2026-11-21T12:00:00Z') })
  })

  it('updates it on the next run, and leaves it alone when the content is the same', async () => {
    await runOnce(fake)
    expect(await runOnce(fake, { content: 'news' })).toMatchObject({ kind: 'updated', id: 501 })
    expect(await runOnce(fake, { content: 'news' })).toMatchObject({ kind: 'unchanged', id: 501 })
    expect(contents()).toEqual(['news'])
  })

  it('finds its comment behind more than a page of others', async () => {
    for (let n = 0; n < 130; n += 1) fake.repository.post(1, 'ada', `comment ${String(n)}`)
    await runOnce(fake)
    expect(await runOnce(fake, { content: 'news' })).toMatchObject({ kind: 'updated' })
    expect(contents()).toEqual(['news'])
  })

  it.each([
    ['a forged marker of another account', 'ada', aComment(1).body],
    ['a marker that is quoted further down', BOT, `> ${aComment(1).body}`],
    ['a comment of another key', BOT, aComment(1).body.replace(KEY, `${KEY}2`)],
  ])('takes no notice of %s', async (_what, login, body) => {
    const other = fake.repository.post(1, login, body)
    expect(await runOnce(fake, { content: 'news' })).toMatchObject({ kind: 'created' })
    expect(fake.repository.comments(1)[0]).toEqual(other)
  })

  it('keeps the lowest of several own comments and deletes the rest', async () => {
    for (const nonce of ['a', 'b', 'c']) fake.repository.post(1, BOT, aComment(1, { nonce, content: nonce }).body)
    expect(await runOnce(fake, { content: 'news' })).toMatchObject({ kind: 'updated', id: 501 })
    expect(contents()).toEqual(['news'])
  })

  it('creates none in quiet mode, but brings an existing one up to date', async () => {
    expect(await runOnce(fake, { create: false })).toMatchObject({ kind: 'not-written', reason: 'not-asked' })
    await runOnce(fake)
    expect(await runOnce(fake, { create: false, content: 'all quiet again' })).toMatchObject({ kind: 'updated' })
  })

  it('leaves the comment to the newer head', async () => {
    await runOnce(fake)
    fake.repository.setPull({ number: 1, head: NEWER_HEAD })
    expect(await runOnce(fake, { content: 'late' })).toMatchObject({ kind: 'not-written', reason: 'stale' })
    expect(contents()).toEqual(['content'])
  })

  it('leaves the comment to a newer run of the same head, and a later re-run takes it back', async () => {
    fake.repository.post(1, BOT, aComment(1, { t: Date.parse('2026-11-21T13:00:00Z'), content: 'newer' }).body)
    expect(await runOnce(fake, { content: 'older' })).toMatchObject({ kind: 'not-written', reason: 'older-run' })
    expect(contents()).toEqual(['newer'])
    fake.advance(7_200_000)
    expect(await runOnce(fake, { content: 'rerun' })).toMatchObject({ kind: 'updated' })
  })

  it('says in its own comment that it is outdated when the head moves while it writes', async () => {
    fake.hooks.onRequest = (_n, line) => {
      if (line.startsWith('POST /repos')) fake.repository.setPull({ number: 1, head: NEWER_HEAD })
    }
    expect(await runOnce(fake)).toMatchObject({ kind: 'not-written', reason: 'stale' })
    expect(contents()).toEqual([
      expect.stringMatching(/^> \[!WARNING\]\n> \*\*Outdated:\*\* .*`2222222`\.\n\ncontent$/),
    ])
  })

  it('writes a new one when somebody deletes the comment between the list and the write', async () => {
    const [old] = [fake.repository.post(1, BOT, aComment(1, { nonce: 'old', content: 'old' }).body)]
    fake.hooks.afterList = () => {
      fake.repository.remove(old.id)
    }
    expect(await runOnce(fake, { content: 'news' })).toMatchObject({ id: 502 })
    expect(contents()).toEqual(['news'])
  })

  it('asks once for something smaller when the content is too long', async () => {
    const content = 'x'.repeat(66_000)
    expect(await runOnce(fake, { content, smaller: () => 'short' })).toMatchObject({ kind: 'created' })
    expect(contents()).toEqual(['short'])
    expect(await runOnce(fake, { content })).toMatchObject({ kind: 'not-written', reason: 'rejected' })
    const smaller = () => content
    expect(await runOnce(fake, { content, smaller })).toMatchObject({ kind: 'not-written', reason: 'rejected' })
  })

  it.each([
    [
      'a job without write access what to add to it',
      FORK_TOKEN,
      false,
      /permissions: \{ contents: read, pull-requests: write \}/,
    ],
    ['a fork that its token is read-only', FORK_TOKEN, true, /forks get a read-only token/],
    ['a bad token where to look', 'nonsense', false, /`github-token`/],
  ])('tells %s', async (_whom, token, fromFork, sentence) => {
    const because = expect.stringMatching(sentence)
    expect(await runOnce(fake, { fromFork }, token)).toEqual({ kind: 'not-written', reason: 'forbidden', because })
  })

  it('writes nothing on a locked conversation', async () => {
    fake.repository.setPull({ number: 1, locked: true })
    expect(await runOnce(fake)).toMatchObject({ kind: 'not-written', reason: 'locked' })
  })

  it('knows its comments by the account of its own token', async () => {
    await fake.close()
    const accounts = { app: { login: 'my-app[bot]', access: 'write' as const } }
    fake = await startFakeGitHub({ accounts })
    fake.repository.setPull({ number: 1, head: HEAD })
    await runOnce(fake, {}, 'app')
    expect(await runOnce(fake, { content: 'news' }, 'app')).toMatchObject({ kind: 'updated' })
  })

  it('takes the job’s account for its own where there is no GraphQL', async () => {
    await fake.close()
    fake = await startFakeGitHub({ graphql: false })
    fake.repository.setPull({ number: 1, head: HEAD })
    await runOnce(fake)
    expect(await runOnce(fake, { content: 'news' })).toMatchObject({ kind: 'updated' })
  })
})

const limited = { 'retry-after': '30' }

describe('upsertComment, when GitHub or the network fails', () => {
  const listing = /^GET .*comments/
  const posting = /^POST \/repos/
  const patching = /^PATCH/
  it.each<[string, Fault]>([
    ['a server error on the list', { match: listing, times: 2, kind: { kind: 'status', status: 502 } }],
    ['a cut-off list', { match: listing, kind: { kind: 'truncate' } }],
    ['a list that is no JSON', { match: listing, kind: { kind: 'bad-json' } }],
    ['a dropped connection on reading the pull request', { match: /^GET .*pulls/, kind: { kind: 'reset-before' } }],
    ['a server error instead of the new comment', { match: posting, kind: { kind: 'status', status: 503 } }],
    ['a server error after the comment was made', { match: posting, kind: { kind: 'status-after', status: 502 } }],
    ['a dropped connection before the comment was made', { match: posting, kind: { kind: 'reset-before' } }],
    ['a dropped connection after the comment was made', { match: posting, kind: { kind: 'reset-after' } }],
    ['a cut-off answer after the comment was made', { match: posting, kind: { kind: 'truncate' } }],
    ['a rate limit on the list', { match: listing, kind: { kind: 'status', status: 429, headers: limited } }],
    [
      'a secondary limit on the new comment',
      { match: posting, kind: { kind: 'status', status: 403, message: 'You have exceeded a secondary rate limit' } },
    ],
    ['a server that does not say who we are', { match: /graphql/, times: 9, kind: { kind: 'status', status: 500 } }],
  ])('ends with one comment after %s', async (_what, fault) => {
    fake.fail(fault)
    expect(await runOnce(fake)).toMatchObject({ kind: 'created' })
    expect(contents()).toEqual(['content'])
  })

  it.each<[string, Fault]>([
    ['a server error instead of the change', { match: patching, times: 2, kind: { kind: 'status', status: 500 } }],
    ['a server error after the change', { match: patching, kind: { kind: 'status-after', status: 500 } }],
    ['a dropped connection after the change', { match: patching, kind: { kind: 'reset-after' } }],
    [
      'a limit that names its end',
      {
        match: patching,
        kind: {
          kind: 'status',
          status: 403,
          headers: {
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset': String(Date.parse('2026-11-21T12:00:40Z') / 1_000),
          },
        },
      },
    ],
  ])('ends with the change made after %s', async (_what, fault) => {
    await runOnce(fake)
    fake.fail(fault)
    expect(await runOnce(fake, { content: 'news' })).toMatchObject({ kind: 'updated', id: 501 })
    expect(contents()).toEqual(['news'])
  })

  it.each<[string, Fault]>([
    ['the server is down', { match: /./, times: 99, kind: { kind: 'status', status: 503 } }],
    [
      'the limit lasts an hour',
      {
        match: posting,
        times: 99,
        kind: { kind: 'status', status: 403, message: 'API rate limit exceeded', headers: { 'retry-after': '3600' } },
      },
    ],
    ['every write fails', { match: posting, times: 99, kind: { kind: 'reset-before' } }],
  ])('gives up, with a sentence, when %s', async (_what, fault) => {
    fake.fail(fault)
    const outcome = await runOnce(fake)
    expect(outcome).toMatchObject({ kind: 'not-written', reason: 'unreachable' })
    expect(fake.requests.length).toBeLessThan(40)
  })

  it.each([
    ['list', listing],
    ['word that the comment was made', posting],
  ])('waits no longer than its timeout for a %s', async (_what, match) => {
    fake.fail({ match, kind: { kind: 'delay', ms: 60_000 } })
    expect(await runOnce(fake, {}, JOB_TOKEN, 1_000)).toMatchObject({ kind: 'created', id: 501 })
    expect(contents()).toEqual(['content'])
  })

  it('does not lose a comment that was written when the second look fails', async () => {
    fake.fail({ match: /^GET .*pulls/, after: 1, times: 99, kind: { kind: 'status', status: 503 } })
    expect(await runOnce(fake)).toMatchObject({ kind: 'created', id: 501 })
  })

  it('looks again at the head when the list kept it waiting', async () => {
    await runOnce(fake)
    fake.fail({ match: listing, kind: { kind: 'status', status: 429, headers: limited } })
    fake.hooks.onRequest = (_n, line) => {
      if (line.includes('/comments')) fake.repository.setPull({ number: 1, head: NEWER_HEAD })
    }
    expect(await runOnce(fake, { content: 'late' }, JOB_TOKEN)).toMatchObject({ reason: 'stale' })
    expect(contents()).toEqual(['content'])
  })

  it('looks again at the head after it has waited for a limit', async () => {
    await runOnce(fake)
    fake.fail({ match: patching, kind: { kind: 'status', status: 429, headers: limited } })
    fake.hooks.onRequest = (_n, line) => {
      if (line.startsWith('PATCH')) fake.repository.setPull({ number: 1, head: NEWER_HEAD })
    }
    expect(await runOnce(fake, { content: 'late' }, JOB_TOKEN)).toMatchObject({ reason: 'stale' })
    expect(contents()).toEqual(['content'])
  })
})
