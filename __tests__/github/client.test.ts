import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { connectGitHub } from '../../src/github/client.ts'
import { classify } from '../../src/github/failure.ts'
import { scaleOfWaits } from '../../src/github/patience.ts'
import { mergeBase, readPullRequest } from '../../src/github/pull-request.ts'
import type { CommitId } from '../../src/core/ports/git.ts'
import { JOB_TOKEN, startFakeGitHub, type FakeGitHub } from '../support/fake-github.ts'
import { BASE, connect, HEAD } from './builders.ts'

let fake: FakeGitHub

beforeEach(async () => {
  fake = await startFakeGitHub()
})

afterEach(async () => {
  await fake.close()
})

describe('readPullRequest', () => {
  it.each([
    ['a branch of this repository', { headRepositoryId: 1001 }, { fromFork: false }],
    ['a fork', { headRepositoryId: 2002 }, { fromFork: true }],
    ['a fork that is gone', { headRepositoryId: null }, { fromFork: true }],
    ['a draft', { draft: true }, { draft: true, locked: false, closing: undefined }],
    [
      'a locked one that is closed',
      { locked: true, state: 'closed' as const },
      { locked: true, closing: { merged: false, head: HEAD } },
    ],
  ])('tells %s', async (_what, pull, expected) => {
    fake.repository.setPull({ number: 7, head: HEAD, base: BASE, ...pull })
    const found = await readPullRequest(connect(fake), 7)
    expect(found).toMatchObject({
      number: 7,
      head: { commit: HEAD, branch: 'feature' },
      base: { commit: BASE },
      ...expected,
    })
    expect(fake.unexpected).toEqual([])
  })

  it('fails for one that is not there, and for a server that is down', async () => {
    await expect(readPullRequest(connect(fake), 8)).rejects.toMatchObject({ code: 'github.forbidden' })
    fake.fail({ match: /./, times: 99, kind: { kind: 'status', status: 502 } })
    await expect(readPullRequest(connect(fake), 8)).rejects.toMatchObject({
      code: 'github.unreachable',
      blame: 'transient',
    })
  })
})

describe('mergeBase', () => {
  const [base, head, fork] = [BASE, HEAD, 'f'.repeat(40)] as CommitId[] as [CommitId, CommitId, CommitId]

  it('asks the server', async () => {
    fake.repository.setMergeBase(base, head, fork)
    expect(await mergeBase(connect(fake), base, head)).toBe(fork)
  })

  it('fails when the commits share nothing', async () => {
    await expect(mergeBase(connect(fake), base, head)).rejects.toMatchObject({ code: 'git.no-merge-base' })
  })
})

describe('connectGitHub', () => {
  it.each([
    ['no API', { GITHUB_API_URL: undefined }],
    ['an API that is a file', { GITHUB_API_URL: 'file:///etc/passwd' }],
    ['no repository', { GITHUB_REPOSITORY: 'shop' }],
  ])('refuses an environment with %s', (_what, changes) => {
    expect(() => connectGitHub({ ...fake.environment(), ...changes }, undefined)).toThrow(/expected/)
  })

  it('takes the time of the first answer for the start of the run', async () => {
    fake.repository.setPull({ number: 7 })
    const client = connect(fake)
    await readPullRequest(client, 7)
    await readPullRequest(client, 7)
    expect(new Date(client.startedAt()).toISOString()).toBe('2026-11-21T12:00:00.000Z')
  })

  it('says what it did without saying the token', async () => {
    const lines: string[] = []
    const debug = (line: string) => lines.push(line)
    const client = connectGitHub(fake.environment(), JOB_TOKEN, { fetch: globalThis.fetch, debug })
    await client.send({ route: 'GET /nowhere', repeatable: true }, z.unknown())
    expect(lines).toEqual(['GET /nowhere → 404 FAKE:1'])
    expect(fake.unexpected).toEqual(['GET /nowhere'])
  })
})

describe('classify', () => {
  it.each([
    [401, {}, 'Bad credentials', { kind: 'unauthorized' }],
    [403, {}, 'Resource not accessible by integration', { kind: 'forbidden' }],
    [403, {}, 'Unable to create comment because issue is locked.', { kind: 'locked' }],
    [403, {}, 'You have exceeded a secondary rate limit', { kind: 'limited', waitMs: 60_000 }],
    [403, { 'retry-after': '7' }, '', { kind: 'limited', waitMs: 7_000 }],
    [429, {}, '', { kind: 'limited', waitMs: 60_000 }],
    [404, {}, 'Not Found', { kind: 'not-found' }],
    [422, {}, 'body is too long (maximum is 65536 characters)', { kind: 'too-long' }],
    [422, {}, 'Validation Failed', { kind: 'rejected' }],
    [500, {}, 'read ECONNRESET', { kind: 'unreachable' }],
    [400, {}, 'two\nlines\u001b[31m', { kind: 'rejected', message: 'two lines [31m' }],
  ])('takes %d %j %j for %j', (status, headers, message, expected) => {
    expect(classify({ status, headers, message })).toMatchObject(expected)
  })
})

describe('scaleOfWaits', () => {
  const hurried = { ROCKY_PREVIEW_TEST_BACKOFF_MS: '1' }
  it.each([
    ['a loopback server', 'http://127.0.0.1:1234/api/v3', hurried, 0.001],
    ['a real server', 'https://git.example/api/v3', hurried, 1],
    ['a name that begins like loopback', 'https://localhost.example', hurried, 1],
    ['nobody who asks', 'http://127.0.0.1:1234', {}, 1],
    ['nonsense', 'http://127.0.0.1:1234', { ROCKY_PREVIEW_TEST_BACKOFF_MS: '-1' }, 1],
  ])('hurries or not for %s', (_whom, url, environment, expected) => {
    expect(scaleOfWaits(environment, new URL(url))).toBe(expected)
  })
})
