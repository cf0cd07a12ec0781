import { describe, expect, it } from '@jest/globals'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { commentInputs, readCommentInputs } from '../../src/action/comment-entry/inputs.ts'
import { inputTable, readInputs } from '../../src/action/inputs.ts'

const folder = 'examples/workflows'
const OURS = 'OWNER/rocky-preview@COMMIT_ID'
const COMMENT = 'OWNER/rocky-preview/comment@COMMIT_ID'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const step = z.strictObject({
  name: z.string().optional(),
  id: z.string().optional(),
  if: z.string().optional(),
  'continue-on-error': z.boolean().optional(),
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
    z.strictObject({
      needs: z.string().optional(),
      if: z.string().optional(),
      permissions: permissions.optional(),
      strategy: z
        .strictObject({ 'fail-fast': z.boolean(), matrix: z.record(z.string(), z.array(z.string())) })
        .optional(),
      'runs-on': z.union([z.string(), z.array(z.string())]),
      'timeout-minutes': z.number(),
      steps: z.array(step),
    }),
  ),
})

const names = readdirSync(folder).filter((name) => name.endsWith('.yml'))

it('there are examples', () => {
  const inReadme = readFileSync('examples/README.md', 'utf8').matchAll(/\(workflows\/([\w-]+\.yml)\)/g)
  expect(names.sort()).toEqual([...inReadme].map(([, name]) => name).sort())
  expect(names.length).toBeGreaterThan(8)
})

describe.each(names)('examples/workflows/%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8')
  const example = workflow.parse(parse(text))
  const steps = Object.values(example.jobs).flatMap((job) => job.steps)
  const previews = steps.filter(({ uses }) => uses === OURS)
  const comments = steps.filter(({ uses }) => uses === COMMENT)

  it('gives our step inputs that exist, with values that they take', () => {
    for (const preview of previews) {
      expect(Object.keys(preview.with).filter((input) => !Object.hasOwn(inputTable, input))).toEqual([])
      const given = Object.entries(preview.with).map(([input, value]) => [
        `INPUT_${input.toUpperCase()}`,
        filledIn(value),
      ])
      expect(() => readInputs(Object.fromEntries(given) as Record<string, string>)).not.toThrow()
    }
  })

  it('gives the comment entry inputs that exist, with values that it takes', () => {
    for (const comment of comments) {
      expect(Object.keys(comment.with).filter((input) => !Object.hasOwn(commentInputs, input))).toEqual([])
      const given = Object.entries(comment.with).map(([input, value]) => [
        `INPUT_${input.toUpperCase()}`,
        filledIn(value),
      ])
      expect(() => readCommentInputs(Object.fromEntries(given) as Record<string, string>)).not.toThrow()
    }
  })

  it('asks for the permissions that each job needs, and for no others', () => {
    for (const { permissions: own, steps: of } of Object.values(example.jobs)) {
      expect(own ?? example.permissions).toEqual(permissionsFor(of, example.on))
    }
  })

  it('pins the actions of others to commits, and says which version that is', () => {
    const others = steps.flatMap(({ uses }) => (uses === undefined || uses === OURS || uses === COMMENT ? [] : [uses]))
    expect(others.filter((uses) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/.test(uses))).toEqual([])
    expect(others.filter((uses) => !new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+$`, 'm').test(text))).toEqual([])
  })

  it('leaves no token in the checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@') === true)
    expect(checkouts.map((checkout) => checkout.with['persist-credentials'])).toEqual(checkouts.map(() => false))
    // What may write runs nothing of the pull request.
    for (const { steps: of } of Object.values(example.jobs)) {
      const writes = of.some(({ uses }) => uses === COMMENT)
      if (writes)
        expect(of.filter(({ uses, run }) => run !== undefined || uses?.startsWith('actions/checkout@'))).toEqual([])
    }
  })

  it('runs as one at a time for each pull request or branch', () => {
    const group = groupOf(previews.length > 0, comments.length > 0)
    expect(example.concurrency.group).toContain(group)
  })
})

describe('the two workflows of a fork', () => {
  const halves = ['fork-preview.yml', 'fork-comment.yml'].map((name) =>
    workflow.parse(parse(readFileSync(join(folder, name), 'utf8'))),
  )
  const [preview, comment] = halves
  const stepOf = (half: typeof preview, uses: string) =>
    Object.values(half?.jobs ?? {})
      .flatMap(({ steps }) => steps)
      .find((step) => step.uses?.startsWith(uses))?.with ?? {}

  it('name each other, the artifact and the file in it', () => {
    expect(comment?.on).toEqual({ workflow_run: { workflows: [preview?.name], types: ['completed'] } })
    expect(stepOf(comment, COMMENT)['workflow']).toBe('.github/workflows/fork-preview.yml')
    const [up, down] = [stepOf(preview, 'actions/upload-artifact@'), stepOf(comment, 'actions/download-artifact@')]
    expect(down['name']).toBe(up['name'])
    expect(stepOf(comment, COMMENT)['json']).toBe(`${String(down['path'])}/rocky-preview.json`)
    expect(stepOf(preview, OURS)['comment']).toBe('never')
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

/** What a runner would put in place of an expression. */
function filledIn(value: string | number | boolean): string {
  const text = String(value).trim()
  if (text === '${{ needs.preview.result }}') return 'success'
  if (text === '${{ vars.NPM_MIRROR }}') return 'https://npm.example'
  return text.replace(/\$\{\{ matrix\.\w+ \}\}/g, 'projects/sales')
}

function permissionsFor(steps: readonly z.infer<typeof step>[], on: unknown): Record<string, string> {
  if (steps.some(({ uses }) => uses === COMMENT)) {
    const fromAnotherRun = typeof on === 'object' && on !== null && 'workflow_run' in on
    return { ...(fromAnotherRun && { actions: 'read' }), 'pull-requests': 'write' }
  }
  const comments = steps.some((each) => each.uses === OURS && each.with['comment'] !== 'never')
  return { contents: 'read', ...(comments && { 'pull-requests': 'write' }) }
}

function groupOf(previews: boolean, comments: boolean): string {
  if (previews) return 'github.event.pull_request.number'
  return comments ? 'github.event.workflow_run.head_branch' : 'refresh-warehouse'
}
