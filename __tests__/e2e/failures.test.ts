import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { messages } from '../support/runner-files.ts'
import { building, isAlive, workerOf } from './processes.ts'
import { closeShopsAfterEach, openShop, slow } from './shop.ts'

closeShopsAfterEach()

describe('a run that comes to nothing', () => {
  it('replaces the older green report, with the place of the mistake', async () => {
    const shop = await openShop()
    await shop.run()
    const head = shop.push({ 'rocky.toml': '[adapter\ntype = "duckdb"\n' })
    const finished = await shop.run()
    expect(finished).toMatchObject({
      status: 1,
      outputs: { verdict: 'failed', 'changed-models': '', 'comment-action': 'updated' },
    })
    expect(shop.reports()).toEqual([{ id: 501, head, text: expect.stringContaining('The preview could not run') }])
    expect(shop.reports()[0]?.text).toMatch(/rocky&#46;toml[^]*```text\n[^]*\^[^]*```/)
    expect(finished.summary).toContain('The preview could not run')
    expect(finished.commands).toContainEqual({
      name: 'error',
      properties: { title: 'The preview could not run', file: 'rocky.toml', line: '1' },
      message: expect.stringContaining('rocky.toml:1'),
    })
  })

  it('says which input is wrong, in the comment too', async () => {
    const shop = await openShop()
    const finished = await shop.run({ inputs: { timeout: 'soon' } })
    expect(finished).toMatchObject({ status: 1, outputs: { verdict: 'failed', 'comment-action': 'created' } })
    expect(messages(finished.commands, 'error')).toEqual([expect.stringContaining('Input `timeout` is "soon"')])
    expect(shop.reports()[0]?.text).toContain('<code>timeout</code>')
  })

  it('does not run on: an unwritable JSON file fails the step, and the report is told', async () => {
    const shop = await openShop()
    const finished = await shop.run({ inputs: { json: 'rocky.toml/run.json' } })
    expect(finished).toMatchObject({
      status: 1,
      outputs: { verdict: 'changed', 'comment-action': 'created', 'json-path': '' },
    })
  })
})

describe('a worker that dies', () => {
  it('leaves a report with a section about it', async () => {
    const shop = await openShop({ head: slow })
    const action = shop.start()
    await building(action.child.stdout)
    // A model gets a second chance, by itself: its neighbour may have been the one that the worker died of.
    for (let died = 0, worker = 0; died < 2; died += 1) {
      worker = await workerOf(action.child, { not: worker })
      await sleep(500)
      process.kill(worker, 'SIGKILL')
    }
    const finished = await action.finished
    expect(finished).toMatchObject({
      status: 1,
      outputs: { verdict: 'failed', 'failed-models': '1', 'comment-action': 'created' },
    })
    expect(shop.reports()[0]?.text).toMatch(/worker/i)
    expect(shop.reports()[0]?.head).toBe(shop.head)
  })

  it('whose model does not end is reported as what it is', async () => {
    const shop = await openShop({ head: slow })
    const finished = await shop.run({ inputs: { timeout: '6s' } })
    expect(finished).toMatchObject({ status: 1, outputs: { verdict: 'failed', 'comment-action': 'created' } })
    expect(shop.reports()[0]?.text).toMatch(/longer than its turn/)
    expect(finished.durationMs).toBeLessThan(20_000)
  })
})

describe('a cancelled job', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends at once on %s, with the worker and without a trace', async (signal) => {
    const shop = await openShop({ head: slow })
    const action = shop.start()
    await building(action.child.stdout)
    const worker = await workerOf(action.child)
    const started = performance.now()
    const requests = shop.fake.requests.length
    action.child.kill(signal)
    const finished = await action.finished
    expect(finished.status).toBe(signal === 'SIGINT' ? 130 : 143)
    expect(performance.now() - started).toBeLessThan(3_000)
    expect(isAlive(worker)).toBe(false)
    expect(readdirSync(finished.runnerTemp)).toEqual([])
    expect(finished).toMatchObject({ outputs: {}, summary: '' })
    expect(shop.fake.requests.length).toBe(requests)
  })
})
