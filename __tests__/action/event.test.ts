import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readEvent, type AskedFor, type Work } from '../../src/action/event.ts'
import { PreviewError } from '../../src/core/base/errors.ts'
import { errorOf } from './error-of.ts'

const BEFORE = 'b'.repeat(40)
const AFTER = 'a'.repeat(40)
const ZERO = '0'.repeat(40)
const environment = { GITHUB_REPOSITORY: 'octo/shop', GITHUB_SERVER_URL: 'https://git.example', GITHUB_SHA: AFTER }
const nothingAsked: AskedFor = {
  prNumber: undefined,
  base: undefined,
  head: undefined,
  allowUnsafeForkSql: false,
}
const repository = { id: 1, private: true, default_branch: 'main' }

function aPullRequest(action: string, changes: object = {}, headRepository: object | null = { id: 1 }): object {
  const head = { sha: AFTER, ref: 'feature', repo: headRepository }
  const base = { sha: BEFORE, ref: 'main', repo: { id: 1 } }
  return { action, number: 7, repository, pull_request: { head, base }, ...changes }
}

function aDescription(before: string | null, after: string | null): object {
  const payload = aPullRequest('edited', { changes: { body: { from: before } } }) as { pull_request: object }
  return { ...payload, pull_request: { ...payload.pull_request, body: after } }
}

function aReview(): object {
  const { pull_request: pull } = aPullRequest('submitted') as { pull_request: object }
  return { action: 'submitted', repository, pull_request: { ...pull, number: 7 } }
}

const expectations = '```rocky-preview\nothers: identical\n```\n'
function read(name: string, payload: object, asked: Partial<AskedFor> = {}): Work {
  return readEvent(name, payload, environment, { ...nothingAsked, ...asked })
}

const previewed = { kind: 'pull-request', pull: { number: 7, base: BEFORE, head: AFTER, fromFork: false } }
const idle = { kind: 'nothing-to-do' }

describe('readEvent', () => {
  it.each<[string, string, object, Partial<AskedFor>, object]>([
    ['previews an opened pull request', 'pull_request', aPullRequest('opened'), {}, previewed],
    ['previews a push to a pull request', 'pull_request', aPullRequest('synchronize'), {}, previewed],
    ['previews a reopened pull request', 'pull_request', aPullRequest('reopened'), {}, previewed],
    ['previews a pull request that is ready', 'pull_request', aPullRequest('ready_for_review'), {}, previewed],
    [
      'previews a pull request that changes its base',
      'pull_request',
      aPullRequest('edited', { changes: { base: {} } }),
      {},
      previewed,
    ],
    ['lets an edited title be', 'pull_request', aPullRequest('edited', { changes: { title: {} } }), {}, idle],
    ['lets an edited description be', 'pull_request', aDescription('a', 'b'), {}, idle],
    ['previews when expectations are added', 'pull_request', aDescription(null, expectations), {}, previewed],
    ['previews when expectations are taken away', 'pull_request', aDescription(expectations, null), {}, previewed],
    [
      'lets a description be that still expects the same',
      'pull_request',
      aDescription(expectations, expectations),
      {},
      idle,
    ],
    [
      'tells of the end of a pull request',
      'pull_request',
      aPullRequest('closed'),
      {},
      { kind: 'closed-pull-request', number: 7, head: AFTER },
    ],
    [
      'tells of the end of a fork’s, whose SQL it does not run',
      'pull_request_target',
      aPullRequest('closed', {}, { id: 2 }),
      {},
      { kind: 'closed-pull-request', number: 7, head: AFTER },
    ],
    ['previews when a label is put on', 'pull_request', aPullRequest('labeled'), {}, previewed],
    ['previews when a label is taken off', 'pull_request', aPullRequest('unlabeled'), {}, previewed],
    ['previews when a review is asked for', 'pull_request', aPullRequest('review_requested'), {}, previewed],
    ['previews on a review', 'pull_request_review', aReview(), {}, previewed],
    [
      'lets an assignment be',
      'pull_request',
      aPullRequest('assigned'),
      {},
      { because: expect.stringContaining('"assigned"') },
    ],
    [
      'lets an action be that is named like a method',
      'pull_request',
      aPullRequest('constructor'),
      {},
      { because: expect.stringContaining('"constructor"') },
    ],
    ['knows a fork', 'pull_request', aPullRequest('opened', {}, { id: 2 }), {}, { pull: { fromFork: true } }],
    [
      'takes a deleted head repository for a fork',
      'pull_request',
      aPullRequest('opened', {}, null),
      {},
      { pull: { fromFork: true } },
    ],
    [
      'previews a branch of this repository on pull_request_target',
      'pull_request_target',
      aPullRequest('opened'),
      {},
      previewed,
    ],
    [
      'compares a push with what was there',
      'push',
      { repository, before: BEFORE, after: AFTER },
      {},
      { kind: 'commits', base: BEFORE, head: AFTER },
    ],
    [
      'compares a new branch with the default branch',
      'push',
      { repository, before: ZERO, after: AFTER },
      {},
      { kind: 'commits', base: undefined, head: AFTER },
    ],
    ['lets a deleted branch be', 'push', { repository, before: BEFORE, after: ZERO, deleted: true }, {}, idle],
    [
      'compares a merge group with its base',
      'merge_group',
      { action: 'checks_requested', repository, merge_group: { base_sha: BEFORE, head_sha: AFTER } },
      {},
      { kind: 'commits', base: BEFORE, head: AFTER },
    ],
    [
      'lets a destroyed merge group be',
      'merge_group',
      { action: 'destroyed', repository, merge_group: { base_sha: BEFORE, head_sha: AFTER } },
      {},
      idle,
    ],
    [
      'compares what was checked out on a schedule',
      'schedule',
      { repository },
      { base: 'v1' },
      { kind: 'commits', base: 'v1', head: AFTER },
    ],
    [
      'previews the pull request that was asked for',
      'workflow_dispatch',
      { repository },
      { prNumber: 9 },
      { kind: 'pull-request-number', number: 9 },
    ],
    [
      'compares the commits that were asked for',
      'workflow_dispatch',
      { repository },
      { base: 'v1', head: 'v2' },
      { kind: 'commits', base: 'v1', head: 'v2' },
    ],
    [
      'runs a fork’s SQL on pull_request_target where the workflow insists',
      'pull_request_target',
      aPullRequest('opened', {}, { id: 2 }),
      { allowUnsafeForkSql: true },
      { kind: 'pull-request', pull: { fromFork: true } },
    ],
  ])('%s', (_fact, name, payload, asked, expected) => {
    expect(read(name, payload, asked)).toMatchObject(expected)
  })

  it('says which repository, and where it is cloned from', () => {
    expect(read('schedule', { repository })).toMatchObject({
      repository: {
        owner: 'octo',
        name: 'shop',
        private: true,
        defaultBranch: 'main',
        cloneUrl: 'https://git.example/octo/shop.git',
      },
    })
    expect(read('schedule', {})).toMatchObject({ repository: { private: false, defaultBranch: undefined } })
  })

  it.each([
    ['pull_request_target', aPullRequest('opened', {}, { id: 2 })],
    ['pull_request_target', aPullRequest('synchronize', {}, null)],
  ])('does not run a fork’s SQL on %s', (name, payload) => {
    expect(errorOf(() => read(name, payload)).code).toBe('event.untrusted')
  })

  it.each<[string, string, unknown, string, string]>([
    [
      'an event that it does not know',
      'issue_comment',
      {},
      'event.unsupported',
      'expected one of pull_request, pull_request_review, pull_request_target, push',
    ],
    ['an event named like a method', 'toString', {}, 'event.unsupported', 'expected one of'],
    ['a dispatch that asks for nothing', 'workflow_dispatch', {}, 'input.invalid', 'needs input `pr-number`'],
    ['a payload that is none', 'pull_request', null, 'event.unsupported', 'not what GitHub sends'],
    [
      'a commit that is an option',
      'push',
      { before: '--upload-pack=x', after: AFTER },
      'event.unsupported',
      'at before',
    ],
    [
      'a branch name without end',
      'pull_request',
      aPullRequest('opened', { pull_request: { head: { ref: 'x'.repeat(9_999) } } }),
      'event.unsupported',
      'at pull_request.head',
    ],
  ])('refuses %s', (_what, name, payload, code, message) => {
    const error = errorOf(() => readEvent(name, payload, environment, nothingAsked))
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it('points at the comment entry on workflow_run', () => {
    const error = errorOf(() => read('workflow_run', { repository }))
    expect(error).toMatchObject({ code: 'event.unsupported', hint: expect.stringContaining('rocky-preview/comment') })
  })

  it.each([
    {},
    { GITHUB_REPOSITORY: 'octo/shop' },
    { GITHUB_REPOSITORY: 'a/b/c', GITHUB_SERVER_URL: 'https://x' },
    { GITHUB_REPOSITORY: 'a/b', GITHUB_SERVER_URL: 'file:///x' },
  ])('refuses an environment that names no repository: %j', (broken) => {
    expect(errorOf(() => readEvent('schedule', {}, broken, nothingAsked)).code).toBe('event.unsupported')
  })

  it('answers any payload with work or a PreviewError', () => {
    const names = fc.constantFrom(
      'pull_request',
      'pull_request_review',
      'push',
      'merge_group',
      'schedule',
      'workflow_run',
      'nonsense',
    )
    fc.assert(
      fc.property(names, fc.anything(), (name, payload) => {
        try {
          expect(readEvent(name, payload, environment, nothingAsked)).toHaveProperty('kind')
        } catch (error) {
          expect(error).toBeInstanceOf(PreviewError)
        }
      }),
    )
  })
})
