import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { JOB_TOKEN } from '../support/fake-github.ts'
import { temporaryFolder } from '../support/git-repository.ts'
import { messages } from '../support/runner-files.ts'
import { commandLinesBelow } from './processes.ts'
import { closeShopsAfterEach, openShop } from './shop.ts'

closeShopsAfterEach()

/** Main has a commit that the branch does not know, which changes the other model. */
const later = { 'models/orders.sql': 'SELECT id, amount, state FROM raw.orders WHERE state <> 1\n' }

describe('a checkout of the merge commit alone', () => {
  it('is enough: both commits are fetched with the token, and the checkout stays as it was', async () => {
    const shop = await openShop({ later })
    const workspace = shop.shallowCheckout()
    const before = digest(join(workspace, '.git'))
    const action = shop.start({ workspace, environment: { RUNNER_DEBUG: '1' } })
    const seen = commandLinesBelow(action.child)
    const finished = await action.finished
    expect(finished).toMatchObject({ status: 0, outputs: { 'changed-models': '1' } })
    expect(finished.run?.refs).toEqual({ base: shop.base, head: shop.head, merge_base: shop.mergeBase })
    expect(digest(join(workspace, '.git'))).toBe(before)
    expect(shop.gitRequests.length).toBeGreaterThan(1)
    expect(shop.gitRequests).toEqual(shop.gitRequests.map(() => basic(JOB_TOKEN)))
    const told = [
      ...(await seen()),
      finished.log,
      finished.summary,
      JSON.stringify(finished.run),
      ...shop.reports().map(({ text }) => text),
    ]
    for (const text of told)
      for (const secret of [JOB_TOKEN, basic(JOB_TOKEN)?.slice(6)]) expect(text).not.toContain(secret)
    expect(readdirSync(finished.runnerTemp)).toEqual(['rocky-preview.json'])
  })

  it('made with a filter is enough too: files that it lacks are fetched', async () => {
    const shop = await openShop({ later })
    shop.upstream.git('config', 'uploadpack.allowFilter', 'true')
    const finished = await shop.run({ workspace: shop.shallowCheckout('--filter=blob:none') })
    expect(finished).toMatchObject({ status: 0, outputs: { verdict: 'changed', 'changed-models': '1' } })
  })

  it('is not enough when the server hands nothing out, and then the comment says what to add to the workflow', async () => {
    const shop = await openShop({ later })
    const accounts = { 'github-token': 'another-token-0123456789' }
    const refused = await shop.run({ workspace: shop.shallowCheckout(), inputs: accounts })
    expect(refused).toMatchObject({ status: 1, outputs: { verdict: 'failed' } })
    expect(refused.summary).toContain('could not run')

    shop.upstream.git('update-ref', '-d', 'refs/heads/main')
    const workspace = shop.shallowCheckout()
    shop.upstream.git('config', 'http.uploadpack', 'false')
    const finished = await shop.run({ workspace })
    expect(finished).toMatchObject({
      status: 1,
      outputs: { verdict: 'failed', 'comment-action': 'created', 'changed-models': '' },
    })
    expect(messages(finished.commands, 'error')).toEqual([expect.stringContaining('fetch-depth: 0')])
    expect(shop.reports()).toEqual([
      { id: 501, head: shop.head, text: expect.stringMatching(/could not run[^]*fetch.*depth/) },
    ])
  })
})

describe('no checkout at all', () => {
  it('is enough: everything is fetched', async () => {
    const shop = await openShop()
    const finished = await shop.run({ workspace: temporaryFolder() })
    expect(finished).toMatchObject({ status: 0, outputs: { verdict: 'changed', 'comment-action': 'created' } })
  })
})

describe('the inputs base and head', () => {
  it('are ignored on a pull request, and that is said', async () => {
    const shop = await openShop({ later })
    const finished = await shop.run({ inputs: { base: '--upload-pack=evil' } })
    expect(finished.run?.refs.merge_base).toBe(shop.mergeBase)
    expect(messages(finished.commands, 'notice')).toEqual([expect.stringContaining('Ignored: `base`.')])
  })
})

function basic(token: string): string | undefined {
  return `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
}

function digest(folder: string): string {
  const hash = createHash('sha256')
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  for (const path of entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(path).update(readFileSync(path))
  }
  return hash.digest('hex')
}
