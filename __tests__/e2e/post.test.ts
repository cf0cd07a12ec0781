import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { marker } from '../../src/github/comment-body.ts'
import { messages } from '../support/runner-files.ts'
import { building, isAlive, workerOf } from './processes.ts'
import { BOT, closeShopsAfterEach, openShop, PULL, slow } from './shop.ts'

closeShopsAfterEach()

describe('the post step', () => {
  it('has nothing to do after a step that told what it found', async () => {
    const shop = await openShop()
    const workspace = shop.checkout()
    const main = await shop.run({ workspace })
    const requests = shop.fake.requests.length
    const post = await shop.run({ workspace, after: main })
    expect(post).toMatchObject({ status: 0, outputs: {}, summary: '' })
    expect(shop.fake.requests.length).toBe(requests)
    expect(readdirSync(main.runnerTemp)).toEqual(['rocky-preview.json'])
  })

  it('ends the worker, removes the files and tells of the failure when main was killed', async () => {
    const shop = await openShop()
    shop.fake.repository.post(PULL, BOT, `${marker('preview.yml/preview')}\nnot a state\nall is well`)
    const head = shop.push(slow)
    const workspace = shop.checkout()
    const action = shop.start({ workspace })
    await building(action.child.stdout)
    const worker = await workerOf(action.child)
    // A worker that does not notice that its parent is gone.
    process.kill(worker, 'SIGSTOP')
    action.child.kill('SIGKILL')
    const main = await action.finished
    expect(main.status).toBe('SIGKILL')
    expect(isAlive(worker)).toBe(true)
    expect(readdirSync(main.runnerTemp)).toEqual([expect.stringMatching(/^rocky-preview-/)])

    const post = await shop.run({ workspace, after: main })
    expect(isAlive(worker)).toBe(false)
    expect(readdirSync(main.runnerTemp)).toEqual([])
    expect(post.status).toBe(1)
    expect(messages(post.commands, 'error')).toEqual([expect.stringContaining('ended without a word')])
    expect(shop.reports()).toEqual([{ id: 501, head, text: expect.stringMatching(/could not run[^]*without a word/) }])
  })

  it('writes nothing when the job was cancelled', async () => {
    const shop = await openShop({ head: slow })
    const workspace = shop.checkout()
    const action = shop.start({ workspace })
    await building(action.child.stdout)
    action.child.kill('SIGTERM')
    const main = await action.finished
    const requests = shop.fake.requests.length
    expect(await shop.run({ workspace, after: main })).toMatchObject({ status: 0, outputs: {}, summary: '' })
    expect(shop.fake.requests.length).toBe(requests)
  })

  it('leaves the newer head’s comment alone', async () => {
    const shop = await openShop({ head: slow })
    const workspace = shop.checkout()
    const action = shop.start({ workspace })
    await building(action.child.stdout)
    action.child.kill('SIGKILL')
    const main = await action.finished
    shop.fake.repository.setPull({ number: PULL, head: 'f'.repeat(40) })
    expect((await shop.run({ workspace, after: main })).outputs).toMatchObject({ 'comment-action': 'stale' })
    expect(shop.reports()).toEqual([])
  })

  it('touches no process and no folder but ours, whatever the state says', async () => {
    const shop = await openShop()
    const workspace = shop.checkout()
    const main = await shop.run({ workspace })
    const elsewhere = join(main.runnerTemp, '..', 'rocky-preview-abcdef')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(main.runnerTemp, 'rocky-preview-ghijkl'))
    for (const folder of [elsewhere, join(main.runnerTemp, 'rocky-preview-ghijkl'), workspace]) {
      const state = { ...main.state, folder, workers: JSON.stringify([process.pid, process.ppid]) }
      expect((await shop.run({ workspace, after: { ...main, state } })).status).toBe(0)
      expect(existsSync(folder)).toBe(true)
      expect(existsSync(elsewhere)).toBe(true)
    }
  })
})
