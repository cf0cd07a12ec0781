import { PreviewError } from '../base/errors.ts'
import { codeFrame, lineAndColumn } from '../base/code-frame.ts'
import type { SqlSource } from './model.ts'
import { commentsIn } from './statement.ts'

/** A query with its variables filled in; `source` leads back into the file, and is absent where nothing was filled in. */
export interface FilledQuery {
  readonly sql: string
  readonly source?: SqlSource
}

/** The file that holds a query, and where in it the query begins. */
interface QueryFile {
  readonly path: string
  readonly text: string
  readonly start: number
}

/**
 * Puts values in the place of `@var(name)` and `@var(name, default)`, in strings too: the author writes the quotes. What
 * stands in a comment stays. Fails with `model.variable-missing` at the first name without a value or a default.
 */
export function fillVariables(query: string, file: QueryFile, values: Readonly<Record<string, string>>): FilledQuery {
  if (!query.includes('@var(')) return { sql: query }
  const comments = commentsIn(query)
  const spans: (readonly [number, number, number?])[] = []
  let sql = ''
  let end = 0
  const keep = (until: number): void => {
    if (until > end) spans.push([sql.length, file.start + end, until - end])
    sql += query.slice(end, until)
  }
  for (const reference of query.matchAll(VARIABLE)) {
    const at = reference.index
    if (comments.some(([from, to]) => from <= at && at < to)) continue
    const [written, name = '', fallback] = reference
    const value = Object.hasOwn(values, name) ? values[name] : fallback?.trim()
    if (value === undefined) throw missing(name, file, at)
    keep(at)
    spans.push([sql.length, file.start + at])
    sql += value
    end = at + written.length
  }
  if (end === 0) return { sql: query }
  keep(query.length)
  return { sql, source: { text: file.text, spans } }
}

/** A name as SQL writes them; a default is all up to the bracket. */
const VARIABLE = /@var\(\s*([A-Za-z_]\w*)\s*(?:,([^)]*))?\)/g

function missing(name: string, { path, text, start }: QueryFile, at: number): PreviewError {
  const { line, column } = lineAndColumn(text, start + at)
  return new PreviewError('model.variable-missing', `The variable \`${name}\` has no value and no default.`, {
    location: { path, line, column },
    frame: codeFrame(text, line, column),
    hint: `Give it with --var ${name}=value (input \`vars\`), or a default: @var(${name}, value).`,
  })
}
