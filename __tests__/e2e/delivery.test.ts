import { describe, expect, it } from '@jest/globals'
import { FORK_TOKEN } from '../support/fake-github.ts'
import { messages } from '../support/runner-files.ts'
import { BOT, closeShopsAfterEach, openShop, PULL, type Given, type Shop } from './shop.ts'

closeShopsAfterEach()

const unread = { 'README.md': 'Read me.\n' }
const readOnly: Given = { inputs: { 'github-token': FORK_TOKEN } }

describe('a comment that cannot be written', () => {
  it.each<[string, string, Given, (shop: Shop) => void, RegExp]>([
    [
      'the pull request is not found',
      'forbidden',
      {},
      ({ fake }) =>
        fake.fail({
          match: /^GET .*\/pulls\/7$/,
          times: 9,
          kind: { kind: 'status', status: 404, message: 'Not Found' },
        }),
      /not found.*pull-requests: write/,
    ],
    [
      'the token may only read',
      'forbidden',
      readOnly,
      () => undefined,
      /permissions: \{ contents: read, pull-requests: write \}/,
    ],
    [
      'the conversation is locked',
      'locked',
      {},
      ({ fake }) => fake.repository.setPull({ number: PULL, locked: true }),
      /locked/,
    ],
  ])('is a warning with what to do, and the summary has the report: %s', async (_, reason, given, arrange, advice) => {
    const shop = await openShop()
    arrange(shop)
    const finished = await shop.run(given)
    expect(finished.status).toBe(0)
    expect(finished.outputs).toMatchObject({
      verdict: 'changed',
      'comment-action': reason,
      'comment-id': '',
      'comment-url': '',
    })
    const onNoFile = finished.commands.filter(({ properties }) => properties['file'] === undefined)
    expect(messages(onNoFile, 'warning')).toEqual([expect.stringMatching(advice)])
    expect(finished.summary).toContain('1 model changes data')
    expect(shop.reports()).toEqual([])
  })

  it('fails the step when comment-required says so', async () => {
    const shop = await openShop()
    const finished = await shop.run({ inputs: { ...readOnly.inputs, 'comment-required': 'true' } })
    expect(finished.status).toBe(1)
    expect(messages(finished.commands, 'error')).toEqual([
      expect.stringContaining('The token may not write comments here.'),
    ])
  })

  it('is left to the run of the newer head when the pull request has moved on', async () => {
    const shop = await openShop()
    const workspace = shop.checkout()
    shop.fake.hooks.onRequest = (_, line) => {
      if (line.startsWith('GET /repos/octo/shop/pulls/7'))
        shop.fake.repository.setPull({ number: PULL, head: 'f'.repeat(40) })
    }
    const finished = await shop.run({ workspace, inputs: { 'comment-required': 'true' } })
    expect(finished).toMatchObject({ status: 0, outputs: { 'comment-action': 'stale' } })
    expect(messages(finished.commands, 'notice')).toEqual([expect.stringContaining('moved on')])
    expect(shop.reports()).toEqual([])
  })
})

describe('the input comment', () => {
  it('changes: creates none while nothing changes, and brings up to date the one that exists', async () => {
    const shop = await openShop({ head: unread })
    const first = await shop.run()
    expect(first).toMatchObject({ status: 0, outputs: { verdict: 'unchanged', 'comment-action': 'not-asked' } })
    expect(first.summary).not.toBe('')
    expect(shop.fake.repository.comments(PULL)).toEqual([])
    shop.fake.repository.post(PULL, BOT, '<!-- rocky-preview:v1 key=preview.yml/preview -->\n\n1 model changes data')
    expect((await shop.run()).outputs['comment-action']).toBe('updated')
    expect(shop.reports()[0]?.text).not.toContain('1 model changes data')
  })

  it('always: creates one even then', async () => {
    const shop = await openShop({ head: unread })
    expect((await shop.run({ inputs: { comment: 'always' } })).outputs['comment-action']).toBe('created')
  })

  it('never: sends GitHub nothing, and still tells the result', async () => {
    const shop = await openShop()
    const finished = await shop.run({ inputs: { comment: 'never' } })
    expect(finished.outputs).toMatchObject({ verdict: 'changed', 'comment-action': 'not-asked' })
    expect(shop.fake.requests.filter(({ method, path }) => method !== 'GET' || path.includes('/issues/'))).toEqual([])
  })
})

describe('the input fail-on', () => {
  it('decides the result of the step, after all is told', async () => {
    const shop = await openShop()
    const workspace = shop.checkout()
    const failing = await shop.run({ workspace, inputs: { 'fail-on': 'breaking, changes' } })
    expect(failing).toMatchObject({ status: 1, outputs: { 'comment-action': 'created', verdict: 'changed' } })
    expect(messages(failing.commands, 'error')).toEqual([expect.stringMatching(/^fail-on: .*changes/)])
    expect((await shop.run({ workspace, inputs: { 'fail-on': 'never' } })).status).toBe(0)
  })

  it('fails on a model that does not build, unless it is never', async () => {
    const shop = await openShop({ head: { 'models/revenue.sql': 'SELECT id, nothing FROM mart.orders\n' } })
    const workspace = shop.checkout()
    const failing = await shop.run({ workspace })
    expect(failing).toMatchObject({ status: 1, outputs: { verdict: 'failed', 'failed-models': '1' } })
    expect(failing.commands).toContainEqual({
      name: 'error',
      properties: expect.objectContaining({ file: 'models/revenue.sql', title: 'revenue' }),
      message: expect.stringContaining('nothing'),
    })
    expect((await shop.run({ workspace, inputs: { 'fail-on': 'never' } })).status).toBe(0)
  })
})
