import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { ReportDocument } from '../../src/core/contract/projects.ts'
import type { RunOutput } from '../../src/core/contract/run.ts'
import { readState } from '../../src/github/comment-body.ts'
import { FORK_TOKEN } from '../support/fake-github.ts'
import type { FinishedAction } from '../support/run-action.ts'
import { messages } from '../support/runner-files.ts'
import { closeShopsAfterEach, openShop, PULL, pullRequestEvent, repositoryFacts, type Shop } from './shop.ts'

closeShopsAfterEach()

const WORKFLOW = '.github/workflows/fork-preview.yml'
const FORK = { id: 2002, owner: { login: 'mallory' } }

/** A pull request from a fork, and the run document that its read-only job left. */
async function openFork(): Promise<{ readonly shop: Shop; readonly json: string; readonly document: RunOutput }> {
  const shop = await openShop({ fork: true })
  shop.fake.repository.setPull({ number: PULL, headOwner: FORK.owner.login })
  const preview = await shop.run({ inputs: { 'github-token': FORK_TOKEN } })
  expect(preview).toMatchObject({ status: 0, outputs: { verdict: 'changed', 'comment-action': 'forbidden' } })
  expect(shop.reports()).toEqual([])
  if (preview.run === undefined) throw new Error('the preview left no document')
  return { shop, json: preview.outputs['json-path'] ?? '', document: preview.run }
}

/** The second workflow, with what the artifact held. */
async function comment(
  shop: Shop,
  json: string | ReportDocument | undefined,
  run: object = {},
): Promise<FinishedAction> {
  const workspace = mkdtempSync(join(tmpdir(), 'rocky-comment-'))
  const path = join(workspace, 'run.json')
  if (typeof json === 'string') cpSync(json, path)
  else if (json !== undefined) writeFileSync(path, JSON.stringify(json))
  const workflow_run = {
    ...{ id: 99, run_attempt: 1, run_started_at: '2026-11-21T11:00:00Z', event: 'pull_request', path: WORKFLOW },
    ...{ conclusion: 'success', head_sha: shop.head, head_branch: 'feature', head_repository: FORK },
    ...{ repository: { id: shop.fake.repository.id }, ...run },
  }
  return await shop.run({
    door: 'comment',
    workspace,
    event: { name: 'workflow_run', payload: { action: 'completed', workflow_run, ...repositoryFacts } },
    inputs: { json: 'run.json', workflow: WORKFLOW },
  })
}

const edited = (document: RunOutput, changes: Partial<RunOutput>): RunOutput => ({ ...document, ...changes })

describe('the comment entry, on the run of a fork', () => {
  it('writes one comment for the commit of the event, in words of its own, and keeps the order of runs', async () => {
    const { shop, json, document } = await openFork()
    const first = await comment(shop, edited(document, { markdown: '@everyone [click](https://evil.example)' }))
    expect(first).toMatchObject({ status: 0, outputs: { verdict: 'changed', 'comment-action': 'created' } })
    const [report] = shop.reports()
    expect(report).toMatchObject({
      head: shop.head,
      text: expect.stringMatching(/1 model changes data[^]*From a fork/),
    })
    expect(`${report?.text ?? ''}${first.summary}`).not.toMatch(/evil|everyone/)
    const [body] = shop.fake.repository.comments(PULL)
    expect(readState(body?.body ?? '')).toMatchObject({ run: 99, attempt: 1, t: Date.parse('2026-11-21T11:00:00Z') })

    const again = await comment(shop, json, {
      run_attempt: 2,
      run_started_at: '2026-11-21T11:30:00Z',
      conclusion: 'failure',
    })
    expect(again.outputs['comment-action']).toMatch(/^(?:updated|unchanged)$/)
    const hostile = edited(document, { headline: '## All is well <img src=x> @octo/all' })
    const late = await comment(shop, hostile, { run_started_at: '2026-11-21T10:00:00Z' })
    expect(late).toMatchObject({ status: 0, outputs: { 'comment-action': 'older-run' } })
    expect(shop.reports()).toHaveLength(1)
  }, 60_000)

  it('says what became of the report before, and of several projects, and how the pull request ended', async () => {
    const { shop, document } = await openFork()
    await comment(shop, document)
    const first = shop.head
    const head = shop.push({ 'README.md': 'Read me.\n' })
    shop.fake.repository.setPull({ number: PULL, headOwner: FORK.owner.login })
    const quiet = document.models.map((row) => ({ ...row, verdict: 'identical' as const, findings: [] }))
    const run = edited(document, { refs: { ...document.refs, head }, models: quiet })
    const told = `since the report on <code>${first.slice(0, 7)}</code></b>: 1 resolved (<code>revenue</code>)`
    const second = await comment(shop, run, { run_attempt: 2, run_started_at: '2026-11-21T11:30:00Z' })
    expect(second.summary).toContain(told)
    expect(shop.reports()).toMatchObject([{ head, text: expect.stringContaining(told) }])

    const failure = {
      code: 'project.missing',
      blame: 'user' as const,
      message: 'There is none. @octo/all',
      hint: 'Add one.',
    }
    const several: ReportDocument = {
      command: 'preview-projects',
      projects: [
        { project: 'a', run },
        { project: 'b', failure },
      ],
    }
    const third = await comment(shop, several, { run_attempt: 3, run_started_at: '2026-11-21T11:40:00Z' })
    expect(third).toMatchObject({ status: 0, outputs: { verdict: 'failed', 'comment-action': 'updated' } })
    expect(shop.reports()[0]?.text).toMatch(/## 🔴 2 projects[^]*There is none[^]*From a fork/)
    expect(shop.reports()[0]?.text).not.toContain('@octo/all')
    const stale: ReportDocument = { ...several, projects: [{ project: 'a', run: document }] }
    const fourth = await comment(shop, stale, { run_attempt: 4, run_started_at: '2026-11-21T11:50:00Z' })
    expect(fourth).toMatchObject({ status: 1, outputs: { verdict: 'failed' } })
    expect(shop.reports()[0]?.text).toContain('another commit')

    shop.fake.repository.setPull({ number: PULL, state: 'closed', mergedAt: '2026-11-21T13:05:00Z' })
    expect((await comment(shop, undefined, { head_sha: first })).outputs['comment-action']).toBe('not-asked')
    expect(shop.reports()[0]?.text).not.toContain('Merged')
    expect((await comment(shop, undefined)).outputs['comment-action']).toBe('updated')
    expect(shop.reports()).toMatchObject([{ head, text: expect.stringContaining('Merged 2026-11-21 13:05 UTC') }])
  }, 90_000)

  it('says what it cannot show, and shows nothing of it', async () => {
    const { shop, document } = await openFork()
    for (const [hostile, run_attempt, why] of [
      [edited(document, { refs: { ...document.refs, head: 'e'.repeat(40) } }), 1, /another commit/],
      [{ ...document, evil: 'phish' } as RunOutput, 2, /not a run document/],
    ] as const) {
      const finished = await comment(shop, hostile, { run_attempt })
      expect(finished).toMatchObject({ status: 1, outputs: { verdict: 'failed' } })
      expect(shop.reports()).toEqual([{ id: 501, head: shop.head, text: expect.stringMatching(why) }])
      expect(shop.reports()[0]?.text).not.toMatch(/evil|phish/)
    }
    const failed = await comment(shop, undefined, { conclusion: 'failure', run_attempt: 3 })
    expect(failed).toMatchObject({ status: 1, outputs: { verdict: 'failed', 'comment-action': 'updated' } })
    expect(shop.reports()[0]?.text).toMatch(/left no report/)
  }, 60_000)

  it('writes nothing where the event does not bind the run to a pull request', async () => {
    const { shop, json } = await openFork()
    const silent: readonly (readonly [string | undefined, object])[] = [
      [json, { head_sha: 'e'.repeat(40) }],
      [json, { head_repository: { id: 2003, owner: FORK.owner } }],
      [json, { head_branch: 'another' }],
      [json, { event: 'push' }],
      [json, { conclusion: 'cancelled' }],
      [undefined, { conclusion: 'success' }],
    ]
    for (const [document, run] of silent) {
      const finished = await comment(shop, document, run)
      expect(finished).toMatchObject({ status: 0, outputs: { 'comment-action': 'not-asked' } })
    }
    // Another pull request of the same commit onto the same base: which one it is about, nobody says.
    const twin = { head: shop.head, base: shop.base, headRepositoryId: FORK.id, headOwner: FORK.owner.login }
    shop.fake.repository.setPull({ number: 8, ...twin })
    expect((await comment(shop, json)).outputs['comment-action']).toBe('not-asked')
    shop.fake.repository.setPull({ number: 8, state: 'closed' })
    expect(shop.fake.repository.comments(8)).toEqual([])
    const other = await comment(shop, json, { path: '.github/workflows/evil.yml' })
    expect(other.status).toBe(1)
    expect(messages(other.commands, 'error')).toEqual([
      expect.stringContaining('not of .github/workflows/fork-preview.yml'),
    ])
    shop.fake.repository.setPull({ number: PULL, state: 'closed' })
    expect((await comment(shop, json)).outputs['comment-action']).toBe('not-asked')
    expect(shop.reports()).toEqual([])
  }, 60_000)

  it('follows the job before it in one workflow, where only it may write', async () => {
    const shop = await openShop()
    const preview = await shop.run({ inputs: { comment: 'never' } })
    const workspace = mkdtempSync(join(tmpdir(), 'rocky-comment-'))
    cpSync(preview.outputs['json-path'] ?? '', join(workspace, 'run.json'))
    const given = { door: 'comment', workspace, event: pullRequestEvent(shop) } as const
    const finished = await shop.run({ ...given, inputs: { json: 'run.json', result: 'success' } })
    expect(finished).toMatchObject({ status: 0, outputs: { 'comment-action': 'created' } })
    expect(shop.reports()).toEqual([{ id: 501, head: shop.head, text: expect.not.stringContaining('From a fork') }])
  }, 60_000)
})
