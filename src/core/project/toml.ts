import { parse, TomlDate, TomlError, type TomlTable } from 'smol-toml'
import { codeFrame, lineAndColumn } from '../base/code-frame.ts'
import { PreviewError } from '../base/errors.ts'
import { substitute } from './substitute.ts'

/** TOML text, parsed once and good for every path that holds it. */
export type TomlText =
  | { readonly kind: 'parsed'; readonly source: string; readonly table: TomlTable }
  | {
      readonly kind: 'invalid'
      readonly source: string
      readonly message: string
      readonly line: number
      readonly column: number
      /** A variable on that line that was not given. */
      readonly variable: string | undefined
    }

/** A parsed file. `source` is the author's text, before substitution: errors show no value that was given from outside. */
export interface TomlFile {
  readonly path: string
  readonly source: string
  readonly table: TomlTable
}

/** Substitutes, then parses. Syntax errors are told as a value, so that they can be kept like a result. */
export function parseToml(source: string, env: Readonly<Record<string, string>>): TomlText {
  const { text, missing, authorOffset } = substitute(source, env)
  // eslint-disable-next-line no-restricted-syntax -- the parser has no other way to say it
  try {
    return { kind: 'parsed', source, table: parse(text, { integersAsBigInt: 'asNeeded' }) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const offset = authorOffset(offsetOf(text, error.line, error.column))
    const message = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '')
    const place = lineAndColumn(source, offset)
    const variable = [...missing].find(([start]) => lineAndColumn(source, start).line === place.line)?.[1]
    return { kind: 'invalid', source, message, ...place, variable }
  }
}

/** The file at `path`, or the error that its text is. */
export function tomlFile(text: TomlText, path: string): TomlFile {
  if (text.kind === 'parsed') return { path, source: text.source, table: text.table }
  const { source, line, column, variable } = text
  const details = { location: { path, line, column }, frame: codeFrame(source, line, column) }
  if (variable !== undefined) {
    throw new PreviewError(
      'project.variable-missing',
      `\${${variable}} was not given, and the line does not parse without it.`,
      details,
    )
  }
  throw new PreviewError('project.toml', sentence(text.message), details)
}

/** A TOML value as plain data: dates as the text that TOML writes, integers past 2^53 as text. Keys are sorted. */
export function plain(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString()
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return plainTable(value as TomlTable)
}

export function plainTable(table: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const keys = Object.keys(table).sort()
  return Object.fromEntries(keys.map((key) => [key, plain(table[key])]))
}

/** A table, not a list and not a date. */
export function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof TomlDate)
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0
  for (let passed = 1; passed < line; passed += 1) start = text.indexOf('\n', start) + 1
  return start + column - 1
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}
