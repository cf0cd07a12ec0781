import { describe, expect, it } from '@jest/globals'
import { marker } from '../../src/github/comment-body.ts'
import { nodeVersions } from '../support/node-versions.ts'
import type { FinishedAction } from '../support/run-action.ts'
import { BOT, closeShopsAfterEach, openShop, PULL, type Shop } from './shop.ts'

closeShopsAfterEach()

const KEY = 'preview.yml/preview'

/** All requests so far; the step tells the last of them, and that it waited for the second look and for nothing else. */
function requestsOf({ fake }: Shop, { commands }: FinishedAction): readonly string[] {
  const told = commands.filter(({ name, message }) => name === 'debug' && message.includes(' of waiting'))
  expect(told).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/^[67] requests to GitHub, (?:1\.[5-9]|2\.[0-5]) s of waiting$/),
    }),
  ])
  return fake.requests.map(({ method, path }) => `${method} ${path}`)
}

describe('pushes to a pull request', () => {
  it.each(nodeVersions)(
    'write one comment and bring it up to date, on %s',
    async (node) => {
      const shop = await openShop()
      const first = await shop.run({ node })
      expect(first.status).toBe(0)
      // The merge base, the page (two), the comment, and the page again.
      expect(requestsOf(shop, first)).toHaveLength(6)
      expect(first.outputs).toMatchObject({
        verdict: 'changed',
        'changed-models': '1',
        'failed-models': '0',
        'comment-action': 'created',
        'comment-id': '501',
        'comment-url': expect.stringMatching(/#issuecomment-501$/),
        'json-path': expect.stringMatching(/rocky-preview\.json$/),
      })
      expect(shop.reports()).toEqual([
        { id: 501, head: shop.head, text: expect.stringContaining('1 model changes data') },
      ])
      expect(first.summary).toContain('1 model changes data')
      expect(first.run?.refs).toEqual({ base: shop.base, head: shop.head, merge_base: shop.mergeBase })

      const head = shop.push({ 'models/orders.sql': 'SELECT id, amount, state FROM raw.orders WHERE state <> 2\n' })
      const second = await shop.run({ node })
      // And whose the comment is that stands.
      expect(requestsOf(shop, second).slice(6)).toHaveLength(7)
      expect(second.outputs).toMatchObject({ 'comment-action': 'updated', 'comment-id': '501' })
      expect(shop.reports()).toEqual([{ id: 501, head, text: expect.stringContaining('2 models change data') }])
    },
    120_000,
  )

  it('find the comment on the third page of the thread', async () => {
    const shop = await openShop()
    for (let n = 0; n < 230; n += 1) shop.fake.repository.post(PULL, 'ada', `${String(n)} +1`)
    const { id } = shop.fake.repository.post(PULL, BOT, `${marker(KEY)}\nnot a state\nold`)
    expect((await shop.run()).outputs).toMatchObject({ 'comment-action': 'updated', 'comment-id': String(id) })
    expect(shop.reports()).toHaveLength(1)
  })

  it('leave alone what another author wrote under our marker', async () => {
    const shop = await openShop()
    const forged = shop.fake.repository.post(PULL, 'mallory', `${marker(KEY)}\n\nAll is well.`)
    expect((await shop.run()).outputs['comment-action']).toBe('created')
    expect(shop.fake.repository.comments(PULL)[0]).toEqual(forged)
    expect(shop.reports()).toHaveLength(1)
  })
})
