import type { Source } from './source.ts'
import { fault } from './source.ts'
import { RESERVED } from './words.ts'

export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'date' | 'symbol' | 'end'
  /** Of a string what is between its quotes, of a number its digits without underscores, of a date what follows `@`. */
  readonly text: string
  readonly start: number
}

/** Parts the text from `start` on. The last token is of kind `end`. Fails at the first character that begins nothing. */
export function tokenize(source: Source, start: number): readonly Token[] {
  const { text } = source
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  pattern.lastIndex = start
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex
    const match = pattern.exec(text)
    if (match === null) throw strayCharacter(source, at)
    const token = tokenOf(source, match, at)
    if (token !== undefined) tokens.push(token)
  }
  tokens.push({ kind: 'end', text: '', start: text.trimEnd().length })
  return tokens
}

const TOKEN =
  /(?:[ \t\r\n]+|--[^\n]*)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<number>[0-9][0-9_]*(?:\.[0-9][0-9_]*)?)|@(?<date>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z?)?)|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<symbol>\.\.|==|!=|>=|<=|=>|[{}()[\]:,.*+\-/%<>=|])/y

function tokenOf(source: Source, { groups = {} }: RegExpExecArray, start: number): Token | undefined {
  const { name, number, date, double, single, symbol } = groups as Partial<Record<string, string>>
  if (name === '_') return { kind: 'symbol', text: name, start }
  if (name !== undefined) return { kind: RESERVED.has(name) ? 'word' : 'name', text: name, start }
  if (number !== undefined) return { kind: 'number', text: plainNumber(source, number, start), start }
  if (date !== undefined) return { kind: 'date', text: realDate(source, date, start), start }
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, start }
  const content = double ?? single
  return content === undefined ? undefined : { kind: 'string', text: plainText(source, content, start), start }
}

function plainNumber(source: Source, number: string, start: number): string {
  const end = start + number.length
  const letters = /[A-Za-z][A-Za-z0-9_]*/y
  letters.lastIndex = end
  const tail = letters.exec(source.text)?.[0]
  if (tail === undefined) return number.replaceAll('_', '')
  throw fault(
    source,
    start,
    `\`${number}${tail}\` is no number.`,
    'Numbers are digits, with a point and underscores: 1_000.5.',
  )
}

/** Warehouses read a backslash in different ways, and so Rocky refuses it. */
function plainText(source: Source, content: string, start: number): string {
  const backslash = content.indexOf('\\')
  if (backslash < 0) return content
  const hint =
    'Text has no escapes. Put an apostrophe into double quotes; a model that needs a backslash is written in SQL.'
  throw fault(source, start + 1 + backslash, 'Text may not hold a backslash.', hint)
}

function realDate(source: Source, date: string, start: number): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (date.match(/\d+/g) ?? []).map(Number)
  const days = month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  const real = month >= 1 && month <= 12 && day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60
  if (!real) throw fault(source, start, `@${date} is no date.`, 'Write it as @YYYY-MM-DD.')
  return date
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function strayCharacter(source: Source, at: number) {
  const character = String.fromCodePoint(source.text.codePointAt(at) ?? 0)
  if (character === '"' || character === "'") {
    return fault(source, at, 'The text is not closed.', `End it with ${character}, the quote that it begins with.`)
  }
  const hint = STRAY[character] ?? 'Names are made of the letters a to z, digits and underscores.'
  return fault(source, at, `${printable(character)} means nothing here.`, hint)
}

const STRAY: Readonly<Record<string, string>> = {
  '@': 'A date is written @2025-01-31; @var, @start_date and @end_date are for models in SQL.',
  '!': 'Unequal is `!=`, and the opposite is `not`.',
  '&': 'Write `and`.',
  ';': 'A pipeline needs no semicolon.',
  '#': 'A comment begins with `--`.',
  '`': 'Names are not quoted.',
  $: 'Names are made of the letters a to z, digits and underscores.',
}

function printable(character: string): string {
  const shown = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return shown ? `"${character}"` : `The character U+${code}`
}
