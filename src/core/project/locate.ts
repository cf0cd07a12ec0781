import { lineAndColumn } from '../base/code-frame.ts'

/** A key's path: names of tables and keys, and numbers for the entries of lists. */
export type KeyPath = readonly (string | number)[]

/**
 * Where in TOML text the value at `path` begins, from one; where there is no such value, where the nearest table
 * above it is declared. The parser does not tell. Never fails: text that is no TOML gives the first line.
 */
export function locate(text: string, path: KeyPath): { readonly line: number; readonly column: number } {
  const search: Search = { text, path, best: { depth: 0, offset: 0 } }
  searchDocument(search)
  return lineAndColumn(text, search.best.offset)
}

interface Search {
  readonly text: string
  readonly path: KeyPath
  best: { readonly depth: number; readonly offset: number }
}

interface Key {
  readonly names: readonly string[]
  readonly end: number
}

function searchDocument(search: Search): void {
  const { text } = search
  const lengths = new Map<string, number>()
  let table: KeyPath = []
  let at = skipVoid(text, 0)
  while (at < text.length) {
    if (text[at] === '[') {
      const isList = text[at + 1] === '['
      const key = keyAt(text, at + (isList ? 2 : 1))
      table = tablePath(key.names, isList, lengths)
      consider(search, table, at)
      at = endOfLine(text, key.end)
    } else {
      const key = keyAt(text, at)
      at = text[key.end] === '=' ? searchValue(search, [...table, ...key.names], skipBlank(text, key.end + 1)) : key.end
      at = endOfLine(text, at)
    }
    at = skipVoid(text, at)
  }
}

/** As deep as the parser goes. */
const DEEPEST = 1_000

/** Remembers the place when it is nearer than the best so far; at equal depth the first stays. */
function consider(search: Search, path: KeyPath, offset: number): void {
  if (path.length > search.best.depth && path.every((part, index) => part === search.path[index])) {
    search.best = { depth: path.length, offset }
  }
}

/** Looks into the value at `start`; the offset behind it. */
function searchValue(search: Search, path: KeyPath, start: number): number {
  consider(search, path, start)
  if (path.length > DEEPEST) return search.text.length
  const first = search.text[start]
  if (first === '[') return searchEntries(search, start, ']', (at, index) => searchValue(search, [...path, index], at))
  if (first === '{') {
    return searchEntries(search, start, '}', (at) => {
      const key = keyAt(search.text, at)
      if (search.text[key.end] !== '=') return key.end
      return searchValue(search, [...path, ...key.names], skipBlank(search.text, key.end + 1))
    })
  }
  return endOfScalar(search.text, start)
}

function searchEntries(
  search: Search,
  start: number,
  close: string,
  searchEntry: (at: number, index: number) => number,
): number {
  const { text } = search
  let at = skipVoid(text, start + 1)
  for (let index = 0; at < text.length && text[at] !== close; index += 1) {
    at = skipVoid(text, Math.max(at + 1, searchEntry(at, index)))
    if (text[at] === ',') at = skipVoid(text, at + 1)
  }
  return at + 1
}

/** `[a.b]` below `[[a]]` belongs to the last entry of `a`. */
function tablePath(names: readonly string[], isList: boolean, lengths: Map<string, number>): KeyPath {
  const path: (string | number)[] = []
  names.forEach((name, depth) => {
    path.push(name)
    const list = JSON.stringify(path)
    const length = lengths.get(list)
    if (isList && depth === names.length - 1) {
      lengths.set(list, (length ?? 0) + 1)
      path.push(length ?? 0)
    } else if (length !== undefined) path.push(length - 1)
  })
  return path
}

/** A dotted key; `end` is at what follows it and the blanks behind it. */
function keyAt(text: string, start: number): Key {
  const names: string[] = []
  let at = skipBlank(text, start)
  for (;;) {
    const end = endOfKeyPart(text, at)
    names.push(unquote(text.slice(at, end)))
    at = skipBlank(text, end)
    if (text[at] !== '.') return { names, end: at }
    at = skipBlank(text, at + 1)
  }
}

function endOfKeyPart(text: string, start: number): number {
  return text[start] === '"' || text[start] === "'"
    ? endOfScalar(text, start)
    : matchEnd(/[A-Za-z0-9_-]*/y, text, start)
}

function unquote(part: string): string {
  if (part.startsWith("'")) return part.slice(1, -1)
  if (!part.startsWith('"')) return part
  return part.slice(1, -1).replace(/\\(["\\])/g, '$1')
}

function endOfScalar(text: string, start: number): number {
  const form = SCALARS.find(({ opening }) => text.startsWith(opening, start))
  return matchEnd(form?.pattern ?? /[^,\]}#\r\n]*/y, text, start)
}

const SCALARS = [
  { opening: '"""', pattern: /"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*(?:"{3,5}|$)/y },
  { opening: "'''", pattern: /'''[^']*(?:'(?!'')[^']*)*(?:'{3,5}|$)/y },
  { opening: '"', pattern: /"[^"\\\n]*(?:\\.[^"\\\n]*)*"?/y },
  { opening: "'", pattern: /'[^'\n]*'?/y },
]

function skipBlank(text: string, start: number): number {
  return matchEnd(/[ \t]*/y, text, start)
}

/** Blanks, line ends and comments. */
function skipVoid(text: string, start: number): number {
  return matchEnd(/(?:[\s\ufeff]+|#[^\n]*)*/y, text, start)
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : end + 1
}

function matchEnd(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start
  return start + (pattern.exec(text)?.[0].length ?? 0)
}
