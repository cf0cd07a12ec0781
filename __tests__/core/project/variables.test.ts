import { describe, expect, it } from '@jest/globals'
import { placeIn } from '../../../src/core/lineage/link.ts'
import { complaints, load, SIDECAR } from './builder.ts'

const vars = { region: 'eu', limit: '10', amount: '$1' }

function model(sql: string, given: Readonly<Record<string, string>> = vars) {
  const project = load({ 'models/a.sql': sql, 'models/a.toml': SIDECAR }, { vars: given })
  const [found] = project.models
  if (found === undefined) throw new Error(complaints(project))
  return found
}

describe('@var', () => {
  it.each<[string, string, string]>([
    ['a value', 'select @var(limit)', 'select 10'],
    ['a value between the quotes of a string', `select '@var(region)' as r`, `select 'eu' as r`],
    ['blanks in the brackets', 'select @var( limit )', 'select 10'],
    ['a value before its default', 'select @var(limit, 5)', 'select 10'],
    ['a default', 'select @var(other, 5 + 1)', 'select 5 + 1'],
    ['an empty default', `select '@var(other,)'`, `select ''`],
    ['a value that looks like a pattern', `select '@var(amount)'`, `select '$1'`],
    ['one that a comment mark in a string stands before', `select '--', @var(limit)`, `select '--', 10`],
    [
      'none in a comment',
      'select 1 -- @var(none)\n/* @var(none) /* */ @var(none) */',
      'select 1 -- @var(none)\n/* @var(none) /* */ @var(none) */',
    ],
    ['none without brackets', 'select @var', 'select @var'],
  ])('is filled with %s', (_, sql, expected) => {
    expect(model(sql).sql).toBe(expected)
  })

  it('leaves a query without variables as it is, with no source', () => {
    expect(model('select 1 -- @var(none)')).not.toHaveProperty('source')
  })

  it('leads positions back to the author’s file', () => {
    const sql = `\n\nselect '@var(region)', wrong,\n  @var(limit) + worse`
    const filled = model(sql)
    const placed = (word: string) => placeIn(filled, filled.sql.indexOf(word))
    expect(placed('wrong').location).toEqual({ path: 'models/a.sql', line: 3, column: 24 })
    expect(placed('worse').location).toEqual({ path: 'models/a.sql', line: 4, column: 17 })
    expect(placed('10').location).toEqual({ path: 'models/a.sql', line: 4, column: 3 })
    expect(placed('worse').frame).toContain('@var(limit) + worse')
  })

  it('is an error at its place where it has neither a value nor a default', () => {
    const texts = {
      'models/a.sql': `---toml\n${SIDECAR}---\n-- @var(x)\nselect 1,\n  @var(Limit)`,
      'models/b.sql': 'select 1',
      'models/b.toml': SIDECAR,
    }
    const project = load(texts, { vars })
    expect(complaints(project)).toMatchSnapshot()
    expect(project.models.map(({ name }) => name)).toEqual(['b'])
  })

  it('is filled for each load anew, from one parse', () => {
    expect(model('select @var(limit)', { limit: '1' }).sql).not.toBe(model('select @var(limit)', { limit: '2' }).sql)
  })
})
