import { describe, expect, it } from '@jest/globals'
import { formatError, PreviewError } from '../../../src/core/base/errors.ts'
import { lowered } from './rows.ts'

describe('a pipeline that is wrong', () => {
  it.each<[of: string, pipeline: string, place: string]>([
    // characters
    ['text without an end', 'from a\nwhere b == "x', '2:12'],
    ['text without an end, in single quotes', "from a where b == 'x\nselect { b }", '1:19'],
    ['a backslash', String.raw`from a where b == "x\n"`, '1:21'],
    ['a semicolon', 'from a;', '1:7'],
    ['a bang', 'from a where !b', '1:14'],
    ['an ampersand', 'from a where b && c', '1:16'],
    ['a hash', '# all\nfrom a', '1:1'],
    ['a backtick', 'from `a`', '1:6'],
    ['a variable', 'from a where b == @var(x)', '1:19'],
    ['a placeholder', 'from a where b >= @start_date', '1:19'],
    ['a date that is none', 'from a where b == @2025-02-29', '1:19'],
    ['a time that is none', 'from a where b == @2025-02-28T25:00:00', '1:19'],
    ['letters outside the alphabet', 'from a select { größe }', '1:19'],
    ['an emoji', 'from a select { 🦆 }', '1:17'],
    ['a control character', 'from a \u0001', '1:8'],
    // steps
    ['nothing', '', '1:1'],
    ['comments alone', '-- nothing\n', '1:11'],
    ['no from', 'where a == 1', '1:1'],
    ['a step that does not exist', 'from a\nfilter b == 1', '2:1'],
    ['a misspelt step', 'from a\nselct { b }', '2:1'],
    ['a step in capitals', 'FROM a', '1:1'],
    ['a second from', 'from a\nfrom b', '2:1'],
    ['a let below the pipeline', 'from a\nlet b = from c', '2:1'],
    ['lets alone', 'let a = from b', '1:15'],
    ['a let without a pipeline', 'let a = 1', '1:9'],
    ['two lets of one name', 'let a = from b let A = from c from a', '1:20'],
    ['four names', 'from a.b.c.d', '1:13'],
    ['a reserved word as a table', 'from order', '1:6'],
    ['a reserved word as a column', 'from a select { window }', '1:17'],
    ['a reserved word as an alias', 'from a as by', '1:11'],
    ['group by', 'from a group by b { }', '1:14'],
    ['a group without braces', 'from a group b', '1:15'],
    ['a group of nothing', 'from a group { }', '1:17'],
    ['a qualified key', 'from a group b.c { }', '1:15'],
    ['a second group', 'from a group b { c: count() } group c { d: count() }', '1:31'],
    ['a column without a colon', 'from a derive { b = 1 }', '1:19'],
    ['a block without an end', 'from a derive { b: 1', '1:21'],
    ['a computed column in a select', 'from a select { b: 1 }', '1:18'],
    ['an empty select', 'from a select { }', '1:17'],
    ['a select without braces', 'from a select b', '1:15'],
    ['a join without keys', 'from a join b', '1:14'],
    ['a join on a condition', 'from a join b on a.x == b.x', '1:19'],
    ['a join below a schema', 'from a join s.b on x', '1:14'],
    ['a block that keeps nothing', 'from a join b on x { c }', '1:22'],
    ['a sort with a minus', 'from a sort -b', '1:13'],
    ['a sort by a qualified column', 'from a as x sort x.b', '1:19'],
    ['a number of rows that is none', 'from a take x', '1:13'],
    ['a fraction of a row', 'from a take 1.5', '1:13'],
    ['more rows than can be counted', 'from a take 18446744073709551616', '1:13'],
    ['union', 'from a union b', '1:8'],
    // expressions
    ['no value', 'from a where', '1:13'],
    ['a lone operator', 'from a where b + ', '1:17'],
    ['one equals sign', 'from a where b = 1', '1:16'],
    ['a chain of comparisons', 'from a where 1 < b < 3', '1:20'],
    ['is without null', 'from a where b is 1', '1:19'],
    ['like', 'from a where b like "x"', '1:16'],
    ['a list in parentheses', 'from a where b in (1, 2)', '1:19'],
    ['an empty list', 'from a where b in []', '1:20'],
    ['a list without commas', 'from a where b in [1 2]', '1:22'],
    ['a count of a star', 'from a group { n: count(*) }', '1:25'],
    ['parentheses without an end', 'from a where (b == 1', '1:21'],
    ['an exponent', 'from a derive { b: 1e5 }', '1:20'],
    ['a window over nothing', 'from a derive { b: sum(c) over partition d }', '1:32'],
    ['a window with order by', 'from a derive { b: sum(c) over (order by d) }', '1:33'],
    ['a window with desc', 'from a derive { b: sum(c) over (sort d desc) }', '1:40'],
    ['a frame of one bound', 'from a derive { b: sum(c) over (sort d, rows 3) }', '1:47'],
    ['a frame that is not last', 'from a derive { b: sum(c) over (rows 1..2, sort d) }', '1:42'],
    ['a frame of a fraction', 'from a derive { b: sum(c) over (sort d, rows 1.5..2) }', '1:46'],
    ['a match of nothing', 'from a derive { b: match c { } }', '1:30'],
    ['a match of `_` alone', 'from a derive { b: match c { _ => 1 } }', '1:37'],
    ['an arm below `_`', 'from a derive { b: match c { 1 => 1, _ => 2, 3 => 3 } }', '1:46'],
    ['an arm without a result', 'from a derive { b: match c { 1, _ => 2 } }', '1:31'],
    ['case', 'from a derive { b: case when c then 1 end }', '1:25'],
    // meaning
    ['an aggregate above the group', 'from a\nwhere sum(b) > 1\ngroup c { d: count() }', '2:7'],
    ['an aggregate row by row', 'from a derive { share: b / sum(b) }', '1:28'],
    ['a filter on a window', 'from a derive { rn: row_number() over (sort b) } where rn == 1', '1:56'],
    ['a sum of a window', 'from a derive { rn: row_number() over (sort b) } group c { s: sum(rn) }', '1:67'],
    ['a group by a window', 'from a derive { rn: row_number() over (sort b) } group rn { }', '1:56'],
    [
      'a filter on a window of groups',
      'from a group b { n: count() } derive { r: rank() over (sort n) } where r == 1',
      '1:72',
    ],
  ])('is refused for %s, at the place', (_, pipeline, place) => {
    const error = faultOf(pipeline)
    expect({ code: error.code, place: `${String(error.location?.line)}:${String(error.location?.column)}` }).toEqual({
      code: 'model.rocky',
      place,
    })
    expect(formatError(error)).toMatchSnapshot()
  })
})

describe('a hostile pipeline', () => {
  it.each<[of: string, pipeline: string, message: RegExp]>([
    ['a hundred thousand parentheses', `from a where ${'('.repeat(100_000)}`, /more than 100 levels/],
    ['a hundred thousand signs', `from a where ${'- '.repeat(100_000)}b`, /more than 100 levels/],
    ['a hundred thousand nots', `from a where ${'not '.repeat(100_000)}b`, /more than 100 levels/],
    ['a hundred thousand calls', `from a where ${'f('.repeat(100_000)}`, /more than 100 levels/],
    ['a hundred thousand matches', `from a derive { b: ${'match c { 1 => '.repeat(15_000)}`, /more than 100 levels/],
    ['a hundred thousand pipes', `from a ${'|'.repeat(100_000)} oops`, /Expected a step/],
    ['columns that double each time', `from a ${doubling(60)}`, /more than 256 KiB|more than 200 levels/],
    ['columns that multiply each time', `from a ${multiplying(12)}`, /more than 256 KiB/],
    ['columns that nest each time', `from a ${nesting(300)}`, /more than 200 levels/],
  ])('of %s ends in a fault', (_, pipeline, message) => {
    expect(faultOf(pipeline).message).toMatch(message)
  })

  it.each<[of: string, pipeline: string]>([
    ['fifty thousand terms', `from a derive { b: ${'1 + '.repeat(50_000)}1 }`],
    ['six thousand columns of each other', `from a derive { ${columns(6_000)} }`],
    [
      'ten thousand bindings',
      `${Array.from({ length: 5_000 }, (_, n) => `let a${String(n)} = from b`).join('\n')}\nfrom a1`,
    ],
  ])('of %s is lowered', (_, pipeline) => {
    expect(lowered(pipeline).length).toBeGreaterThan(10_000)
  })
})

function columns(count: number): string {
  return Array.from({ length: count }, (_, n) => `c${String(n)}: ${n === 0 ? 'x' : `c0`}`).join(' ')
}

function doubling(count: number): string {
  return Array.from({ length: count }, (_, n) => `derive { b${String(n + 1)}: b${String(n)} + b${String(n)} }`).join(
    '\n',
  )
}

function multiplying(count: number): string {
  const steps = Array.from(
    { length: count },
    (_, n) => `derive { b${String(n + 1)}: f(${`b${String(n)} `.repeat(10)}) }`,
  )
  return `${steps.join('\n')} select { b${String(count)} }`
}

function nesting(count: number): string {
  return Array.from({ length: count }, (_, n) => `derive { b${String(n + 1)}: abs(b${String(n)}) }`).join('\n')
}

function faultOf(pipeline: string): PreviewError {
  try {
    lowered(pipeline)
  } catch (error) {
    if (error instanceof PreviewError) return error
    throw error
  }
  throw new Error('It was lowered.')
}
