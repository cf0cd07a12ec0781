import { describe, expect, it } from '@jest/globals'
import { complaints, load } from '../project/builder.ts'

const LET = 'put the steps above it into a `let` to keep the order.'

describe('a step that takes effect elsewhere than it stands', () => {
  it.each<[of: string, pipeline: string, notice: string]>([
    [
      'where below take',
      'from a take 5\nwhere b > 1',
      `2:1  \`where\` stands below a \`take\`, but rows are taken last: ${LET}`,
    ],
    [
      'sort below take',
      'from a take 5\nsort b',
      `2:1  \`sort\` stands below a \`take\`, but rows are taken last: ${LET}`,
    ],
    ['a second take', 'from a take 5 take 6', '1:15  `take` stands below another `take`: the last one alone counts.'],
    ['a second sort', 'from a sort b sort c', '1:15  `sort` stands below another `sort`, whose keys come first.'],
    [
      'select below distinct',
      'from a distinct select { b }',
      `1:17  \`select\` stands below a \`distinct\`, but doubles are removed after it: ${LET}`,
    ],
    [
      'join below group',
      'from a group b { c: count() } left join d on b',
      `1:31  \`left join\` stands below a \`group\`, but rows are joined before they are grouped: ${LET}`,
    ],
    [
      'where below a window',
      'from a derive { n: 1 + rank() over (sort b) } where b > 1',
      `1:47  \`where\` stands below a window, which is computed after it: ${LET}`,
    ],
    [
      'an outer join below where',
      'from a where b > 1 full join c on b',
      `1:20  \`full join\` stands below a \`where\`, but rows are filtered after they are joined: ${LET}`,
    ],
    [
      'a copy of more than its source',
      'from a where b > 1 replicate',
      '1:20  `replicate` copies the source: the other steps of the pipeline have no effect.',
    ],
    [
      'a step of a binding',
      'let x = from a take 5 where b > 1\nfrom x',
      `1:23  \`where\` stands below a \`take\`, but rows are taken last: ${LET}`,
    ],
    [
      'a time of day',
      'from a where b > @2024-01-01T10:00:00Z',
      '1:18  @2024-01-01T10:00:00Z is read as a date: its time of day has no effect.',
    ],
  ])('is noticed: %s', (_, pipeline, notice) => {
    expect(complaints(load({ 'models/m.rocky': pipeline }))).toBe(`models/m.rocky:${notice} [model.pipeline]`)
  })

  it.each([
    'from a where b > 1 where c > 1 join d on b group b { n: count() } where n > 1 derive { m: n } select { m } distinct sort m take 5',
    'from a where b > 1 left join c on b',
    'from a derive { n: rank() over (sort b) } select { n } distinct',
    'from a replicate',
    'let x = from a take 5\nfrom x where b > @2024-01-01 take 3',
  ])('is not: %s', (pipeline) => {
    expect(complaints(load({ 'models/m.rocky': pipeline }))).toBe('')
  })
})
