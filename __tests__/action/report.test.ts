import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { pageOf } from '../../src/action/page.ts'
import { reportFailure } from '../../src/action/report.ts'
import { openStep, type Step } from '../../src/action/step.ts'
import { connectGitHub } from '../../src/github/client.ts'
import { readContent } from '../../src/github/comment-body.ts'
import type { CommitId } from '../../src/core/ports/git.ts'
import { JOB_TOKEN, startFakeGitHub, type FakeGitHub } from '../support/fake-github.ts'

const HEAD = '1'.repeat(40) as CommitId
const BASE = '0'.repeat(40) as CommitId
const folder = mkdtempSync(join(tmpdir(), 'report-'))
const [outputs, summary] = [join(folder, 'outputs'), join(folder, 'summary')]
let fake: FakeGitHub
let step: Step
let printed = ''

beforeEach(async () => {
  fake = await startFakeGitHub()
  fake.repository.setPull({ number: 7, head: HEAD })
  for (const file of [outputs, summary]) writeFileSync(file, '')
  process.env['GITHUB_OUTPUT'] = outputs
  process.env['GITHUB_STEP_SUMMARY'] = summary
  printed = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  step = await openStep({ ...fake.environment(), 'INPUT_GITHUB-TOKEN': JOB_TOKEN, RUNNER_TEMP: folder }, folder)
})

afterEach(async () => {
  await step.close()
  jest.restoreAllMocks()
  process.exitCode = 0
  await fake.close()
  expect(fake.unexpected).toEqual([])
})

async function report(error: unknown): Promise<string> {
  const sides = { base: BASE, head: HEAD, baseBranch: 'main', headBranch: 'feature' }
  const subject = {
    base: BASE,
    head: HEAD,
    pullRequest: { number: 7, ...sides, fromFork: false },
    isPrivate: false,
    cloneUrl: '',
  }
  const client = connectGitHub(step.environment, JOB_TOKEN)
  await reportFailure(step, error, { subject, client, page: await pageOf(step, subject, client) })
  return readContent(fake.repository.comments(7)[0]?.body ?? '')
}

describe('reportFailure', () => {
  it('tells of an exception that nobody expected: in words to people, with its stack to the log', async () => {
    const text = await report(new TypeError(`nothing is not a function of ${JOB_TOKEN}`))
    expect(text).toContain('The preview could not run')
    expect(text).toContain('Please report it')
    for (const told of [text, readFileSync(summary, 'utf8')])
      expect(told).not.toMatch(/report\.test|node:internal|job.{0,5}token/)
    expect(printed).toMatch(
      /::group::A bug of ours[^]*TypeError: nothing is not a function of \*\*\*\n[^]*report\.test/,
    )
    expect(process.exitCode).toBe(1)
    expect(readFileSync(outputs, 'utf8')).toMatch(/^verdict<<\S+\nfailed\n/)
  })

  it('drops the stack that a worker sent along with its message', async () => {
    const text = await report(
      new Error('it broke\n    at work (file:///opt/dist/worker.js:1:2)\n    at node:internal/x:3:4'),
    )
    expect(text).toContain('it broke')
    expect(text).not.toContain('worker')
  })
})
