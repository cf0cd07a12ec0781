import { describe, expect, it } from '@jest/globals'
import { messages } from '../support/runner-files.ts'
import { closeShopsAfterEach, openShop, pullRequestEvent, PULL, repositoryFacts, type Shop } from './shop.ts'

closeShopsAfterEach()

type Event = (shop: Shop) => { readonly name: string; readonly payload: object }

const push: Event = ({ base, head }) => ({ name: 'push', payload: { before: base, after: head, ...repositoryFacts } })
const queue: Event = ({ base, head }) => ({
  name: 'merge_group',
  payload: { action: 'checks_requested', merge_group: { base_sha: base, head_sha: head }, ...repositoryFacts },
})
const schedule: Event = () => ({ name: 'schedule', payload: repositoryFacts })
const dispatch: Event = () => ({ name: 'workflow_dispatch', payload: { inputs: {}, ...repositoryFacts } })

describe('events without a pull request', () => {
  it.each<[string, Event, (shop: Shop) => string]>([
    ['push', push, (shop) => shop.checkout()],
    ['push, in a checkout of its commit alone', push, (shop) => shop.shallowCheckout()],
    ['merge_group', queue, (shop) => shop.shallowCheckout()],
    ['schedule', schedule, (shop) => shop.checkout()],
  ])('tell the result in the summary, the outputs and the exit status: %s', async (_, event, checkout) => {
    const shop = await openShop()
    const environment = { GITHUB_SHA: shop.head, GITHUB_REF_NAME: 'feature' }
    const finished = await shop.run({ event: event(shop), workspace: checkout(shop), environment })
    expect(finished).toMatchObject({ status: 0, outputs: { verdict: 'changed', 'comment-action': 'not-asked' } })
    expect(finished.summary).toContain('1 model changes data')
    expect(shop.fake.requests.filter(({ path }) => path.includes('/issues/'))).toEqual([])
  })

  it('may name branches; what the checkout does not know is looked up at GitHub', async () => {
    const shop = await openShop()
    shop.fake.repository.setCommit('main', shop.base)
    const workspace = shop.shallowCheckout()
    const named = await shop.run({ event: dispatch(shop), workspace, inputs: { base: 'main', head: shop.head } })
    expect(named).toMatchObject({ status: 0, outputs: { verdict: 'changed' } })
    const unknown = await shop.run({ event: dispatch(shop), workspace, inputs: { base: 'mian', head: shop.head } })
    expect(unknown).toMatchObject({ status: 1, outputs: { verdict: 'failed' } })
    expect(messages(unknown.commands, 'error')).toEqual([expect.stringContaining('"mian" names no commit')])
    const hostile = await shop.run({
      event: dispatch(shop),
      workspace,
      inputs: { base: '--upload-pack=evil', head: shop.head },
    })
    expect(messages(hostile.commands, 'error')).toEqual([expect.stringContaining('cannot name a commit')])
  })
})

describe('workflow_dispatch with pr-number', () => {
  it('previews the pull request as it is now', async () => {
    const shop = await openShop()
    const finished = await shop.run({ event: dispatch(shop), inputs: { 'pr-number': String(PULL) } })
    expect(finished).toMatchObject({ status: 0, outputs: { 'comment-action': 'created' } })
    expect(shop.reports()).toHaveLength(1)
  })

  it('says that there is no such pull request', async () => {
    const shop = await openShop()
    const finished = await shop.run({ event: dispatch(shop), inputs: { 'pr-number': '8' } })
    expect(finished).toMatchObject({ status: 1, outputs: { verdict: 'failed' } })
    expect(messages(finished.commands, 'error')).toEqual([expect.stringContaining('Pull request 8 could not be read')])
    expect(finished.summary).not.toBe('')
  })
})

describe('workflow_dispatch for a fork', () => {
  it('is refused, since such a job has secrets, unless the workflow insists', async () => {
    const shop = await openShop({ fork: true })
    const given = { event: dispatch(shop), workspace: shop.checkout() }
    const refused = await shop.run({ ...given, inputs: { 'pr-number': String(PULL) } })
    expect(messages(refused.commands, 'error')).toEqual([expect.stringContaining('comes from a fork')])
    const inputs = { 'pr-number': String(PULL), 'allow-unsafe-fork-sql': 'true' }
    expect(await shop.run({ ...given, inputs })).toMatchObject({ status: 0, outputs: { 'comment-action': 'created' } })
  })
})

describe('events that are not previewed', () => {
  it('lists those that are, when one is not supported', async () => {
    const shop = await openShop()
    const finished = await shop.run({ event: { name: 'issue_comment', payload: repositoryFacts } })
    expect(finished).toMatchObject({ status: 1, outputs: { verdict: 'failed' } })
    const [error] = messages(finished.commands, 'error')
    expect(error).toMatch(
      /"issue_comment"; expected one of pull_request, .*push, merge_group, schedule, workflow_dispatch/,
    )
    expect(finished.summary).toContain('could not run')
  })

  it('refuses to run the SQL of a fork in a job with write access', async () => {
    const shop = await openShop({ fork: true })
    const event = pullRequestEvent(shop, { fork: true, name: 'pull_request_target' })
    const finished = await shop.run({ event })
    expect(finished).toMatchObject({ status: 1, outputs: { verdict: 'failed' } })
    expect(messages(finished.commands, 'error')).toEqual([expect.stringContaining('comes from a fork')])
    expect(shop.fake.requests).toEqual([])
  })

  it('writes how the pull request ended below its comment, and keeps what that says', async () => {
    const shop = await openShop()
    const closed = () => shop.run({ event: pullRequestEvent(shop, { action: 'closed' }) })
    shop.fake.repository.setPull({ number: PULL, state: 'closed', mergedAt: '2026-11-21T13:05:00Z' })
    expect(await closed()).toMatchObject({ status: 0, outputs: { verdict: '', 'comment-action': 'not-asked' } })
    expect(shop.reports()).toEqual([])

    shop.fake.repository.setPull({ number: PULL, state: 'open', mergedAt: null })
    await shop.run()
    shop.fake.repository.setPull({ number: PULL, state: 'closed', mergedAt: '2026-11-21T13:05:00Z' })
    const requests = shop.fake.requests.length
    const finished = await closed()
    expect(finished).toMatchObject({ status: 0, outputs: { verdict: '', 'comment-action': 'updated' } })
    expect(messages(finished.commands, 'notice')).toEqual([expect.stringContaining('closed')])
    expect(finished.summary).toContain('closed')
    expect(shop.reports()).toEqual([
      { id: 501, head: shop.head, text: expect.stringMatching(/1 model changes data[^]*Merged 2026-11-21 13:05 UTC/) },
    ])
    expect(shop.fake.requests.length - requests).toBeLessThanOrEqual(6)
    expect(await closed()).toMatchObject({ outputs: { 'comment-action': 'unchanged' } })
  })
})
