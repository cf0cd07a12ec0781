import { describe, expect, it } from '@jest/globals'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { inputTable, readInputs } from '../../src/action/inputs.ts'

const folder = 'examples/workflows'
const OURS = 'OWNER/rocky-preview@COMMIT_ID'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const step = z.strictObject({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), scalar).default({}),
})
const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']))
const workflow = z.strictObject({
  name: z.string(),
  on: z.unknown(),
  permissions,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  jobs: z.record(
    z.string(),
    z.strictObject({ 'runs-on': z.string(), 'timeout-minutes': z.number(), steps: z.array(step) }),
  ),
})

const names = readdirSync(folder).filter((name) => name.endsWith('.yml'))

it('there are examples', () => {
  expect(names.sort()).toEqual([
    'preview-with-records.yml',
    'preview-with-warehouse.yml',
    'preview.yml',
    'refresh-warehouse.yml',
  ])
})

describe.each(names)('examples/workflows/%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8')
  const example = workflow.parse(parse(text))
  const steps = Object.values(example.jobs).flatMap((job) => job.steps)
  const previews = steps.filter(({ uses }) => uses === OURS)

  it('gives our step inputs that exist, with values that they take', () => {
    for (const preview of previews) {
      expect(Object.keys(preview.with).filter((input) => !Object.hasOwn(inputTable, input))).toEqual([])
      const given = Object.entries(preview.with).map(([input, value]) => [
        `INPUT_${input.toUpperCase()}`,
        String(value),
      ])
      expect(() => readInputs(Object.fromEntries(given) as Record<string, string>)).not.toThrow()
    }
  })

  it('asks for the permissions that it needs, and for no others', () => {
    const needed = previews.length === 0 ? { contents: 'read' } : { contents: 'read', 'pull-requests': 'write' }
    expect(example.permissions).toEqual(needed)
  })

  it('pins the actions of others to commits, and says which version that is', () => {
    const others = steps.flatMap(({ uses }) => (uses === undefined || uses === OURS ? [] : [uses]))
    expect(others.filter((uses) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/.test(uses))).toEqual([])
    expect(others.filter((uses) => !new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+$`, 'm').test(text))).toEqual([])
  })

  it('leaves no token in the checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@') === true)
    expect(checkouts.map((checkout) => checkout.with['persist-credentials'])).toEqual([false])
  })

  it('runs as one at a time for each pull request or branch', () => {
    const group = previews.length === 0 ? 'refresh-warehouse' : 'github.event.pull_request.number'
    expect(example.concurrency.group).toContain(group)
  })
})

describe('the two workflows that share a warehouse', () => {
  const save = cacheStep('refresh-warehouse.yml', 'save')
  const restore = cacheStep('preview-with-warehouse.yml', 'restore')

  it('cache and restore the same path, under keys that begin alike', () => {
    expect(restore['path']).toBe(save['path'])
    expect(String(save['key'])).toMatch(new RegExp(`^${String(restore['restore-keys'])}`))
  })

  it('previews the file that was restored', () => {
    const { jobs } = workflow.parse(parse(readFileSync(join(folder, 'preview-with-warehouse.yml'), 'utf8')))
    const preview = Object.values(jobs)
      .flatMap((job) => job.steps)
      .find(({ uses }) => uses === OURS)
    expect(preview?.with['warehouse']).toBe(restore['path'])
  })
})

function cacheStep(name: string, what: 'save' | 'restore'): Readonly<Record<string, unknown>> {
  const { jobs } = workflow.parse(parse(readFileSync(join(folder, name), 'utf8')))
  const steps = Object.values(jobs).flatMap((job) => job.steps)
  return steps.find(({ uses }) => uses?.startsWith(`actions/cache/${what}@`) === true)?.with ?? {}
}
