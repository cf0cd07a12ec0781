import { describe, expect, it } from '@jest/globals'
import type { Declarations } from '../../../src/core/expectations/declaration.ts'
import { allDeclarations, readDeclarationFile, readDescription } from '../../../src/core/expectations/read.ts'

const block = (...lines: readonly string[]): string => ['```rocky-preview', ...lines, '```'].join('\n')
const texts = ({ declarations }: Declarations): readonly string[] => declarations.map(({ text }) => text)
const file = (text: string): Declarations =>
  readDeclarationFile(text, { kind: 'file', path: 'preview.expectations.toml', standing: false })

describe('readDescription', () => {
  it.each([
    ['fct_orders: rows unchanged', ['fct_orders: rows unchanged']],
    [
      'a: identical; b.c: changed <= 1 %; others: identical',
      ['a: identical', 'b.c: changed <= 1 %', 'others: identical'],
    ],
    ['a: rows added ≤ 1_000, rows removed = 0', ['a: rows added <= 1000', 'a: rows removed = 0']],
    ['a: rows changed>=0.05%', ['a: rows changed >= 0.05 %']],
    ['a: ROWS Changed', ['a: rows changed']],
    ['a: new model # it is', ['a: new model']],
    ['a: columns added < 3, columns changed', ['a: columns added < 3', 'a: columns changed']],
    ['"my model"."a.b": retyped', ['"my model"."a.b": retyped']],
    ['"others": identical', ['"others": identical']],
    ['Größe.Maß: renamed', ['Größe.Maß: renamed']],
  ])('reads %s', (line, expected) => {
    const read = readDescription(block(line))
    expect(read.faults).toEqual([])
    expect(texts(read)).toEqual(expected)
  })

  it.each([
    ['a rows unchanged', 'Found "rows"; expected a colon behind what is declared.', 3],
    [
      'a: rows unchangd',
      'Found "unchangd"; expected one of unchanged, added, removed, changed behind "rows". Did you mean "unchanged"?',
      9,
    ],
    ['a: same', 'Found "same"; expected identical, rows …, columns …, new model or removed model.', 4],
    ['a.b: rows added', 'Found "rows"; expected identical, changed, added, removed, retyped or renamed.', 6],
    [
      'a: rows added <= 1,000',
      'Found "000"; expected identical, rows …, columns …, new model or removed model. A number has no commas: write 1000 or 1_000.',
      20,
    ],
    ['a: rows added <= many', 'Found "many"; expected a number behind "<=".', 18],
    ['a: rows added < 1.5', 'Found "1.5"; expected a whole number, or per cent (%).', 17],
    ['a: columns added <= 5 %', 'Found "%"; expected a number of columns.', 23],
    ['a: identical identical', 'Found "identical"; expected a comma, or the end of the line.', 14],
    ['a:', 'The line ends; expected identical, rows …, columns …, new model or removed model.', 3],
    ['a.: identical', 'Found ":"; expected a model, model.column or others (other names stand in double quotes).', 3],
    [
      '2024: identical',
      'Found "2024"; expected a model, model.column or others (other names stand in double quotes).',
      1,
    ],
  ])('points at what is wrong in %s', (line, message, column) => {
    const read = readDescription(`Hello\n\n${block('b: identical', line, 'c: identical')}`)
    const [fault] = read.faults
    expect({ message: fault?.message, line: fault?.line, column: fault?.column }).toEqual({ message, line: 5, column })
    expect(fault?.frame?.split('\n').at(-1)?.endsWith('^')).toBe(true)
    expect(texts(read)).toEqual(expect.arrayContaining(['b: identical', 'c: identical']))
  })

  it.each([
    ['no block', 'a: identical'],
    ['another language', '```toml\na: identical\n```'],
    ['a comment', `<!--\n${block('a: identical')}\n-->`],
    ['a fence around it', `\`\`\`\`markdown\n${block('a: identical')}\n\`\`\`\``],
    ['a quotation', `> ${block('a: identical')}`],
    ['code by indentation', '    ```rocky-preview\n    a: identical\n    ```'],
    ['a name that is longer', '```rocky-preview-x\na: identical\n```'],
  ])('finds nothing declared in %s', (_what, text) => {
    expect(texts(readDescription(text))).toEqual([])
  })

  it('reads several blocks, CRLF, tildes and a block without an end', () => {
    const text = `${block('a: identical')}\r\ntext\r\n~~~ rocky-preview \r\nb: identical\r\n~~~\n\`\`\`rocky-preview\nc: identical`
    expect(texts(readDescription(text))).toEqual(['a: identical', 'b: identical', 'c: identical'])
  })

  it('reads nothing of what is longer than 64 kB, and says so', () => {
    const read = readDescription(block('a: identical') + ' '.repeat(65_536))
    expect(read).toMatchObject({ declarations: [], faults: [{ message: expect.stringContaining('64 kB') }] })
  })

  it('tells of at most 500 declarations and 20 faults', () => {
    const many = readDescription(block(...Array.from({ length: 600 }, (_, n) => `m${String(n)}: identical`)))
    const all = allDeclarations([many, readDescription(block(...Array.from({ length: 50 }, () => '!')))])
    expect(all.declarations).toHaveLength(500)
    expect(all.faults).toHaveLength(20)
    expect(allDeclarations([many]).faults).toMatchObject([{ message: 'Only the first 500 declarations are checked.' }])
  })
})

describe('readDeclarationFile', () => {
  it('reads keys as what stands before the colon, and values as what stands behind it', () => {
    const read = file(`fct_orders = ["rows unchanged", "columns added <= 1"]
"fct_revenue.net_amount" = "changed <= 1 %"
fct_revenue.tax = 'identical'
others = "identical"
`)
    expect(read.faults).toEqual([])
    expect(read.declarations.map(({ text, line }) => [text, line])).toEqual([
      ['fct_orders: rows unchanged', 1],
      ['fct_orders: columns added <= 1', 1],
      ['fct_revenue.net_amount: changed <= 1 %', 2],
      ['fct_revenue.tax: identical', 3],
      ['others: identical', 4],
    ])
  })

  it.each([
    ['a = "rows unchangd"', 'Found "unchangd"', 1, 11],
    ['\na = ["identical",\n  "rows addd"]', 'Found "addd"', 3, 9],
    ['a = 3', 'Expected text, or a list of texts.', 1, 5],
    ['a = []', 'The list is empty', 1, 5],
    ['"a b" = "identical"', 'Key `a b`: Found "b"', 1, 9],
    ['a = "identical', 'Unfinished string.', 1, 5],
    ['a.b.c = "identical"', 'Expected text', 1, 1],
  ])('points at what is wrong in %s', (text, message, line, column) => {
    const [fault] = file(text).faults
    expect(fault?.message).toContain(message)
    expect({ line: fault?.line, column: fault?.column }).toEqual({ line, column })
  })
})
