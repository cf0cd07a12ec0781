import { byText } from '../core/base/compare.ts'
import { parseDuration, parseSize } from '../core/base/quantities.ts'
import { parseTolerances, type Tolerances } from '../core/base/tolerance.ts'
import { failOnWords, type FailOnWord } from '../commands/fail-on.ts'

export { durationForms, sizeForms } from '../core/base/quantities.ts'

/** Ends the run with a message that names the input. `part`: the piece that is wrong, when it is not the whole. */
export type Refuse = (part?: string, candidates?: readonly string[]) => never

/** Makes a value of a trimmed text; '' = not given. */
export type Parser<T> = (text: string, refuse: Refuse) => T

export function optional<T>(parser: Parser<T>): Parser<T | undefined> {
  return (text, refuse) => (text === '' ? undefined : parser(text, refuse))
}

export function text(text: string): string | undefined {
  return text === '' ? undefined : text
}

export function oneOf<const Word extends string>(...words: readonly Word[]): Parser<Word> {
  return (text, refuse) => words.find((word) => word === text.toLowerCase()) ?? refuse(text, words)
}

export function matching(pattern: RegExp): Parser<string> {
  return (text, refuse) => (pattern.test(text) ? text : refuse())
}

export function wholeNumber(most: number): Parser<number> {
  return (text, refuse) => {
    const number = /^\d{1,12}$/.test(text) ? Number(text) : 0
    return number >= 1 && number <= most ? number : refuse()
  }
}

/** More than nothing, with a point and no more than nine digits on either side. */
export function positiveNumber(text: string, refuse: Refuse): number {
  const number = /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : 0
  return number > 0 ? number : refuse()
}

export function duration(text: string, refuse: Refuse): number {
  return parseDuration(text) ?? refuse()
}

export function size(text: string, refuse: Refuse): number {
  return parseSize(text) ?? refuse()
}

export function tolerances(text: string, refuse: Refuse): Tolerances {
  return parseTolerances(text) ?? refuse()
}

/** The spellings of YAML's core schema. */
export function yesOrNo(text: string, refuse: Refuse): boolean {
  if (/^(?:true|True|TRUE)$/.test(text)) return true
  return /^(?:false|False|FALSE)$/.test(text) ? false : refuse(text, ['true', 'false'])
}

/** Words between commas or white space, sorted, each once; `never` is the empty list. */
export function failOn(text: string, refuse: Refuse): readonly FailOnWord[] {
  const words = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '')
  if (words.length === 1 && words[0] === 'never') return []
  const known = words.map((word) => failOnWords.find((one) => one === word) ?? refuse(word, [...failOnWords, 'never']))
  return known.length === 0 ? refuse() : [...new Set(known)].sort(byText)
}

/** `./a/b/` → `a/b`; `.` → ''. A path that is absolute or climbs out is refused. */
export function folder(text: string, refuse: Refuse): string {
  const parts = text.replaceAll('\\', '/').split('/')
  const absolute = text.startsWith('/') || text.startsWith('\\') || /^[A-Za-z]:/.test(text)
  if (absolute || parts.includes('..') || /\p{Cc}/u.test(text)) return refuse()
  return parts.filter((part) => part !== '' && part !== '.').join('/')
}

export function pathInside(text: string, refuse: Refuse): string {
  const path = folder(text, refuse)
  return path === '' ? refuse() : path
}

/** Lines that are blank or begin with `#` are left out. The values may be secret, so a refusal shows none. */
export function nameValueLines(text: string, refuse: Refuse): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^\s*([A-Za-z_]\w{0,199})=(.*)$/.exec(line) ?? []
      return name === undefined || value === undefined ? refuse() : [name, value]
    }),
  )
}

/** Between commas or white space, in lower case. */
export function functionNames(text: string, refuse: Refuse): readonly string[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  return names.map((name) => (/^[A-Za-z_]\w{0,199}$/.test(name) ? name.toLowerCase() : refuse(name)))
}

/** One a line. The root and folders above others' homes are too much to be meant. */
export function absoluteFolders(text: string, refuse: Refuse): readonly string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.map((line) => {
    const folder = line.trim().replace(/\/+$/, '')
    const isPlain = folder.startsWith('/') && !folder.split('/').includes('..') && !/\p{Cc}/u.test(folder)
    return isPlain && !/^\/(?:proc|sys|dev)?(?:\/|$)/.test(folder) ? folder : refuse(line)
  })
}

export function webAddress(text: string, refuse: Refuse): string {
  const url = URL.canParse(text) ? new URL(text) : refuse()
  const web = url.protocol === 'https:' || url.protocol === 'http:'
  return web && url.username === '' && url.password === '' ? url.href : refuse()
}
