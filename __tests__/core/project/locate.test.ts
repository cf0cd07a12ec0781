import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parse, stringify } from 'smol-toml'
import { locate, type KeyPath } from '../../../src/core/project/locate.ts'

describe('locate', () => {
  it.each<[string, string, KeyPath, string]>([
    ['a key', 'a = 1\nb = 2', ['b'], '2:5'],
    ['a key of a table', '[s]\ntype = "x"', ['s', 'type'], '2:8'],
    ['a dotted key', 's.type = "x"', ['s', 'type'], '1:10'],
    ['a dotted key of a table', '[a]\nb . c = 1', ['a', 'b', 'c'], '2:9'],
    ['a dotted table', '[a.b]\nc = 1', ['a', 'b', 'c'], '2:5'],
    ['an inline table', 's = { type = "x", k = [1] }', ['s', 'k'], '1:23'],
    ['an entry of a list', 'k = [\n  "a", # x\n  "b",\n]', ['k', 1], '3:3'],
    ['a table of a list', '[[t]]\na = 1\n[[t]]\na = 2', ['t', 1, 'a'], '4:5'],
    ['a table below a table of a list', '[[t]]\n[[t]]\n[t.u]\na = 2', ['t', 1, 'u', 'a'], '4:5'],
    ['a list of inline tables', 't = [{ a = 1 }, { a = 2 }]', ['t', 1, 'a'], '1:23'],
    ['quoted keys', '["a.b"]\n\'c d\' = 1', ['a.b', 'c d'], '2:9'],
    ['what stands behind longer strings', 'a = """\nb = 1\n"""\nc = \'\'\'\nb=2\'\'\'\nb = 3', ['b'], '6:5'],
    ['what stands behind brackets in strings', 'a = [\'[\', "]\\"["]\nb = 3', ['b'], '2:5'],
    ['lines that end as on Windows', 'a = 1\r\n\r\nb = 2\r\n', ['b'], '3:5'],
    ['the table of a key that is missing', 'x = 1\n[s]\na = 1', ['s', 'b'], '2:1'],
    ['the first line where nothing is near', 'x = 1\n', ['s', 'b'], '1:1'],
  ])('finds %s', (_, text, path, expected) => {
    const { line, column } = locate(text, path)
    expect(`${String(line)}:${String(column)}`).toBe(expected)
  })

  it('finds every value that the parser finds', () => {
    const key = fc.stringMatching(/^[a-z." ]{1,4}$/)
    const table = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.integer(),
        fc.string(),
        tie('table'),
        fc.array(tie('table'), { maxLength: 3 }),
      ),
      table: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    })).table
    fc.assert(
      fc.property(table, (value) => {
        const text = stringify(value)
        for (const [path, leaf] of leavesOf(parse(text))) {
          const { line, column } = locate(text, path)
          const rest = (text.split('\n')[line - 1] ?? '').slice(column - 1)
          expect(parse(`a = ${rest}`)).toEqual({ a: leaf })
        }
      }),
    )
  })

  it('ends on any text', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '.', '=', '[', ']', '{', '}', '"', "'", '\\', '#', '\n', ',', ' '),
      maxLength: 200,
    })
    fc.assert(fc.property(text, (source) => locate(source, ['a', 0, 'a']).line > 0))
    expect(locate('a = ' + '['.repeat(100_000), ['a', 0]).line).toBe(1)
  })
})

function leavesOf(value: unknown, path: KeyPath = []): [KeyPath, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  const entries = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value)
  return entries.flatMap(([part, item]) => leavesOf(item, [...path, part]))
}
