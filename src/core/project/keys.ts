import { z } from 'zod'
import type { Location } from '../base/location.ts'
import type { Notice } from '../base/notice.ts'
import type { TomlFile } from './toml.ts'
import { codeFrame } from '../base/code-frame.ts'
import { PreviewError } from '../base/errors.ts'
import { suggest } from '../base/suggest.ts'
import { locate, type KeyPath } from './locate.ts'
import { missingVariable } from './substitute.ts'
import { isTable } from './toml.ts'

/** Text that the preview uses: a variable in it must have been given. */
export const text = z.string().refine((value) => missingVariable(value) === undefined, 'text')
export const filledText = text.refine((value) => value !== '', 'text that is not empty')
export const texts = z.array(filledText)
/** A list that may not be empty. */
export const someTexts = z.array(filledText).min(1)
export const amount = z.number().min(0)
export const wholeAmount = z.int().min(0)

/** The value at `at`, read through a schema; what does not fit is told by key, by what was found and by what is expected. */
export function read<T>(schema: z.ZodType<T>, file: TomlFile, at: KeyPath = []): T {
  const result = schema.safeParse(valueAt(file, at))
  if (result.success) return result.data
  const [issue] = result.error.issues as [z.core.$ZodIssue]
  const path = [...at, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))]
  throw keyError(file, path, expectation(issue), issue.code === 'invalid_value' ? issue.values.map(String) : [])
}

/** `strategy.type` is "merg"; expected …. A value that holds a variable which was not given is told as that. */
export function keyError(
  file: TomlFile,
  path: KeyPath,
  expected: string,
  choices: readonly string[] = [],
): PreviewError {
  const found = valueAt(file, path)
  const key = formatKey(path)
  const details = placeOf(file, path)
  const missing = typeof found === 'string' ? missingVariable(found) : undefined
  if (missing !== undefined) {
    return new PreviewError('project.variable-missing', `\`${key}\` needs \${${missing}}, which was not given.`, {
      ...details,
      hint: `Give it with --env ${missing}=value, or add it to the \`env\` input. Secrets are not needed and not read.`,
    })
  }
  const state = found === undefined ? 'is missing' : `is ${describe(found)}`
  return new PreviewError('project.invalid', `\`${key}\` ${state}; expected ${expected}.`, {
    ...details,
    hint: hintFor(found, choices),
  })
}

/** An error about a key that needs its own words. */
export function errorAt(file: TomlFile, path: KeyPath, message: string, hint?: string): PreviewError {
  return new PreviewError('project.invalid', message, { ...placeOf(file, path), hint })
}

export function noticeAt(file: TomlFile, path: KeyPath, code: string, message: string): Notice {
  return { code, message, location: locationOf(file, path) }
}

/** One notice a key of the table at `at` that is not known. */
export function unknownKeys(file: TomlFile, at: KeyPath, known: readonly string[]): readonly Notice[] {
  const table = valueAt(file, at)
  if (!isTable(table)) return []
  return Object.keys(table)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = suggest(key, known)
      const question = meant === undefined ? '' : ` Did you mean "${meant}"?`
      const message = `\`${formatKey([...at, key])}\` is not a key that we know; it is ignored.${question}`
      return noticeAt(file, [...at, key], 'project.unknown-key', message)
    })
}

export function valueAt(file: TomlFile, path: KeyPath): unknown {
  let value: unknown = file.table
  for (const part of path) {
    if (Array.isArray(value) && typeof part === 'number') value = (value as readonly unknown[])[part]
    else if (isTable(value) && Object.hasOwn(value, part)) value = value[part]
    else return undefined
  }
  return value
}

/** `full_refresh, incremental, merge, … or view`: all of a short list, the ends of a long one. */
export function oneOf(choices: readonly string[]): string {
  const last = choices.at(-1) ?? ''
  if (choices.length < 2) return last
  if (choices.length <= LONGEST_LIST) return `${choices.slice(0, -1).join(', ')} or ${last}`
  return `${choices.slice(0, 3).join(', ')}, … or ${last}`
}

const LONGEST_LIST = 5

function placeOf(file: TomlFile, path: KeyPath): { readonly location: Location; readonly frame: string | undefined } {
  const { line, column } = locate(file.source, path)
  return { location: { path: file.path, line, column }, frame: codeFrame(file.source, line, column) }
}

function locationOf(file: TomlFile, path: KeyPath): Location {
  return { path: file.path, ...locate(file.source, path) }
}

function formatKey(path: KeyPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${String(part)}]` : `.${part}`))
    .join('')
    .replace(/^\./, '')
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (isTable(value)) return 'a table'
  if (value instanceof Date) return 'a date'
  return String(value)
}

function hintFor(found: unknown, choices: readonly string[]): string | undefined {
  if (choices.length === 0) return undefined
  const meant = typeof found === 'string' ? suggest(found, choices) : undefined
  if (meant !== undefined) return `Did you mean "${meant}"?`
  return choices.length > LONGEST_LIST ? `One of ${choices.join(', ')}.` : undefined
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? issue.expected
    case 'invalid_value':
      return oneOf(issue.values.map(String))
    case 'too_small':
      return issue.origin === 'array' ? 'at least one entry' : `a number of at least ${String(issue.minimum)}`
    default:
      return issue.message
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table',
  record: 'a table',
}
