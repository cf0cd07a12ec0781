import { codeFrame } from '../base/code-frame.ts'

/** What an SQL file holds, or what is wrong with it; good for every path that holds the same text. */
export type Statement =
  | {
      readonly kind: 'query'
      readonly sql: string
      /** Lines above the query's first. */
      readonly lineOffset: number
      /** The whole file, where the query says `@var(`: what is filled in must lead back to its place. */
      readonly file?: { readonly text: string; readonly start: number }
      /** The TOML between `---toml` and `---`, below as many empty lines as stand above it in the file. */
      readonly frontMatter?: string
    }
  | {
      readonly kind: 'invalid'
      readonly message: string
      readonly hint: string
      readonly line?: number
      readonly frame?: string | undefined
    }

/** Parts an SQL file into front matter and query. The query is not parsed: only comments and quotes are told apart. */
export function readStatement(text: string): Statement {
  const prelude = readPrelude(text)
  if (prelude.kind === 'invalid') return prelude
  const { start, frontMatter } = prelude
  const statement = queryFrom(text, start)
  return statement.kind === 'query' && frontMatter !== undefined ? { ...statement, frontMatter } : statement
}

/** What stands above a model's query, in SQL or not: `start` is where the query may begin. */
export type Prelude =
  | { readonly kind: 'prelude'; readonly start: number; readonly frontMatter?: string }
  | Extract<Statement, { kind: 'invalid' }>

/** Refuses what no model's file may hold, and parts the front matter off. */
export function readPrelude(text: string): Prelude {
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    const hint = 'Is it a binary file, or saved as UTF-16? Save it as UTF-8.'
    return invalidAt(text, lineAt(text, nul), 'The file holds a NUL byte.', hint)
  }
  if (byteLength(text) > MAX_BYTES) {
    const hint = 'Part the model in two, or load its constants from a seed.'
    return { kind: 'invalid', message: 'The file is larger than 256 KiB.', hint }
  }
  const opening = /^\s*---toml[ \t]*(?:\r?\n|$)/.exec(text)
  if (opening === null) return { kind: 'prelude', start: 0 }
  const closing = /^---[ \t]*\r?$/m.exec(text.slice(opening[0].length))
  if (closing === null) {
    const line = lineAt(text, text.indexOf('---toml'))
    return invalidAt(text, line, 'The front matter is not closed.', 'End it with a line `---`.')
  }
  const end = opening[0].length + closing.index
  const frontMatter = '\n'.repeat(lineAt(text, opening[0].length) - 1) + text.slice(opening[0].length, end)
  return { kind: 'prelude', start: end + closing[0].length, frontMatter }
}

function invalidAt(text: string, line: number, message: string, hint: string): Extract<Statement, { kind: 'invalid' }> {
  return { kind: 'invalid', message, hint, line, frame: codeFrame(text, line, 1) }
}

const MAX_BYTES = 256 * 1024

function queryFrom(text: string, start: number): Statement {
  const first = start + (/^\s*/.exec(text.slice(start))?.[0].length ?? 0)
  const { end, empty } = measure(text, first)
  if (empty)
    return { kind: 'invalid', message: 'The file holds no query.', hint: 'Write one SELECT, or remove the file.' }
  const sql = text.slice(first, end).trimEnd()
  const file = sql.includes('@var(') ? { file: { text, start: first } } : {}
  return { kind: 'query', sql, lineOffset: lineAt(text, first) - 1, ...file }
}

/** From where to where the comments of a query stand. */
export function commentsIn(query: string): readonly (readonly [start: number, end: number])[] {
  const comments: (readonly [number, number])[] = []
  const token = new RegExp(TOKEN)
  for (let match = token.exec(query); match !== null; match = token.exec(query)) {
    if (match[0] === '/*') token.lastIndex = endOfBlockComment(query, match.index)
    if (match[0] === '/*' || match[0].startsWith('--')) comments.push([match.index, token.lastIndex])
  }
  return comments
}

/** Where the query ends: before a semicolon that only blanks and comments follow, else at the end of the text. */
function measure(text: string, start: number): { readonly end: number; readonly empty: boolean } {
  let end = text.length
  let empty = true
  const token = new RegExp(TOKEN)
  token.lastIndex = start
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const found = match[0]
    if (found === '/*') {
      token.lastIndex = endOfBlockComment(text, match.index)
    } else if (found === ';') {
      end = match.index
    } else if (!found.startsWith('--') && /\S/.test(found)) {
      empty = false
      end = text.length
    }
  }
  return { end, empty }
}

/** Comments, quoted text and names, dollar quotes, and runs of anything that cannot begin one of them. */
const TOKEN =
  /--[^\n]*|\/\*|(?<=(?<![\w$])[eE])'[^'\\]*(?:\\[\s\S][^'\\]*)*(?:'|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|(?<![\w$])\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)|;|[^;'"$/-]+|[$/-]/g

/** Block comments nest in DuckDB. */
function endOfBlockComment(text: string, start: number): number {
  const marks = /\/\*|\*\//g
  marks.lastIndex = start
  let depth = 0
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return text.length
}

function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

function byteLength(text: string): number {
  return text.length * 3 <= MAX_BYTES ? text.length : new TextEncoder().encode(text).length
}
