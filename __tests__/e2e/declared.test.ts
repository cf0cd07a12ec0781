import { describe, expect, it } from '@jest/globals'
import type { Files } from '../support/git-repository.ts'
import { closeShopsAfterEach, openShop, project, PULL, type Shop } from './shop.ts'

closeShopsAfterEach()

const describeIt = (shop: Shop, ...lines: readonly string[]): void => {
  shop.fake.repository.setPull({ number: PULL, body: ['Text.', '', '```rocky-preview', ...lines, '```'].join('\r\n') })
}

describe('what the description declares', () => {
  it('is read as it is when the check runs, and turns what it declares green', async () => {
    const shop = await openShop()
    describeIt(shop, 'revenue.amount: changed, retyped', 'others: identical')
    const declared = await shop.run()
    expect(declared.status).toBe(0)
    expect(declared.run?.models.find(({ model_name }) => model_name === 'revenue')).toMatchObject({
      verdict: 'changed',
      declared: { status: 'as_declared' },
    })
    expect(shop.reports()).toMatchObject([{ text: expect.stringContaining('## 🟢 1 model changes as declared') }])

    describeIt(shop, 'revenue: identical')
    const broken = await shop.run()
    expect(broken.status).not.toBe(0)
    expect(broken.outputs['verdict']).toBe('failed')
    expect(broken.log).toContain('fail-on: error')
    expect(shop.reports()).toMatchObject([{ text: expect.stringContaining('## 🔴 1 declaration broken') }])
  })
})

describe('a push after a report', () => {
  it('is told what is resolved and new since that, in comment and summary, also after a run that failed', async () => {
    const shop = await openShop()
    const { head } = shop
    await shop.run()
    shop.push({ 'rocky.toml': 'this is not TOML' })
    await shop.run()
    expect(shop.reports()).toMatchObject([{ text: expect.stringContaining('could not run') }])
    shop.push({
      'rocky.toml': project['rocky.toml'] ?? '',
      'models/revenue.sql': project['models/revenue.sql'] ?? '',
      'models/orders.sql': 'SELECT id, amount, state + 1 AS state FROM raw.orders WHERE state <> 3\n',
    })
    const told = `since the report on <code>${head.slice(0, 7)}</code></b>: 1 resolved (<code>revenue</code>), 1 new (<code>orders</code>)`
    // GitHub finds it too long: the smaller one says it too.
    shop.fake.fail({ match: /^PATCH/, kind: { kind: 'status', status: 422, message: 'body is too long' } })
    const third = await shop.run()
    expect(third.summary).toContain(told)
    expect(shop.reports()).toMatchObject([{ text: expect.stringContaining(told) }])
    // The same commit again compares with the same report.
    await shop.run()
    expect(shop.reports()).toMatchObject([{ text: expect.stringContaining(told) }])
  }, 90_000)
})

describe('several projects in one repository', () => {
  const inFolder = (folder: string, files: Files): Files =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]))
  const doubled = { 'models/revenue.sql': 'SELECT id, amount * 2 AS amount FROM mart.orders\n' }
  const base = {
    ...inFolder('projects/a', project),
    ...inFolder('projects/b', project),
    ...inFolder('projects/c', project),
  }

  it('get one comment with a section each, sums as outputs, and the worst verdict', async () => {
    const shop = await openShop({
      base,
      head: {
        ...inFolder('projects/a', doubled),
        ...inFolder('projects/b', { 'models/revenue.sql': 'SELECT nothing FROM mart.orders\n' }),
      },
    })
    const done = await shop.run({ inputs: { project: 'projects/*' } })
    expect(done.status).not.toBe(0)
    expect(done.outputs).toMatchObject({ verdict: 'failed', 'changed-models': '1', 'failed-models': '1' })
    const [report, ...others] = shop.reports()
    expect(others).toEqual([])
    expect(report?.text).toContain('## 🔴 3 projects: 2 affected, 1 not')
    for (const title of ['Project <code>projects&#47;b</code>', 'Project <code>projects&#47;a</code>']) {
      expect(report?.text).toContain(title)
    }
    expect(report?.text).not.toContain('Project <code>projects&#47;c</code>')
    expect(report?.text).toContain(`Commit <code>${shop.head.slice(0, 7)}</code>`)
    expect(new Set(report?.text.match(/<a id="\w+">/g)).size).toBe(report?.text.match(/<a id="\w+">/g)?.length)

    shop.push(inFolder('projects/a', { 'models/revenue.sql': project['models/revenue.sql'] ?? '' }))
    const again = await shop.run({ inputs: { project: 'projects/*' } })
    for (const text of [again.summary, shop.reports()[0]?.text])
      expect(text).toContain('1 resolved (<code>projects&#47;a&#47;revenue</code>), 1 unchanged')
  })

  it('say so when no folder matches', async () => {
    const shop = await openShop({ base })
    const done = await shop.run({ inputs: { project: 'apps/*' } })
    expect(done.status).not.toBe(0)
    expect(done.log).toContain('No folder matches apps/*')
  })
})
