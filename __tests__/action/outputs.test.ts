import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import {
  outputTable,
  stepOutputs,
  SUMMARY_LIMIT_BYTES,
  writeOutputs,
  writeSummary,
  type StepResult,
} from '../../src/action/outputs.ts'

const result: StepResult = {
  verdict: 'changed',
  changedModels: 3,
  failedModels: 0,
  pruneSetSize: 5,
  deltaUsd: 0.1 + 0.2,
  comment: { kind: 'created', id: 501, url: 'https://git.example/octo/shop/pull/7#issuecomment-501' },
  jsonPath: '/tmp/run.json',
  reportPath: '/tmp/run.html',
}

describe('stepOutputs', () => {
  it('has a value for each output of the table, in its order', () => {
    expect(Object.entries(stepOutputs(result))).toEqual([
      ['verdict', 'changed'],
      ['changed-models', '3'],
      ['failed-models', '0'],
      ['prune-set-size', '5'],
      ['delta-usd', '0.3'],
      ['comment-action', 'created'],
      ['comment-id', '501'],
      ['comment-url', 'https://git.example/octo/shop/pull/7#issuecomment-501'],
      ['json-path', '/tmp/run.json'],
      ['report-path', '/tmp/run.html'],
    ])
    expect(Object.keys(stepOutputs(result))).toEqual(Object.keys(outputTable))
  })

  it('leaves empty what is not known, and says why there is no comment', () => {
    const comment = { kind: 'not-written', reason: 'locked', because: '…' } as const
    const outputs = stepOutputs({ ...result, deltaUsd: undefined, jsonPath: undefined, comment })
    expect(outputs).toMatchObject({ 'delta-usd': '', 'json-path': '', 'comment-action': 'locked', 'comment-id': '' })
  })
})

describe('writeOutputs and writeSummary', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outputs-'))

  it('writes to the files that the runner names', async () => {
    for (const name of ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY']) {
      process.env[name] = join(folder, name)
      writeFileSync(join(folder, name), '')
    }
    writeOutputs(result)
    await writeSummary('## Changed')
    await writeSummary('x'.repeat(SUMMARY_LIMIT_BYTES + 1))
    expect(readFileSync(join(folder, 'GITHUB_OUTPUT'), 'utf8')).toContain('changed-models<<')
    expect(readFileSync(join(folder, 'GITHUB_STEP_SUMMARY'), 'utf8')).toMatch(/^## Changed\nThe report is longer/)
  })
})
