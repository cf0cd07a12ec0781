import type { ParsedQuery } from '../ports/binder.ts'
import type { Fragment } from './data-test.ts'

/**
 * What is parsed of a piece of an author's SQL before it may stand inside a statement of ours. The first tells that it
 * begins as an expression and that its quotes and comments are closed; the second, in parentheses, that it is one
 * expression and nothing else. `1) FROM other; --` passes neither.
 */
export function fragmentQueries({ text }: Fragment): readonly [string, string] {
  return [`SELECT\n${text}\n`, `SELECT (\n${text}\n)`]
}

/** Why a piece of SQL is not let in: it is no expression, calls what is refused, or reads a table. Undefined: it is let in. */
export function fragmentFault(parsed: readonly (ParsedQuery | undefined)[]): string | undefined {
  for (const query of parsed) {
    if (query === undefined) return 'was not parsed'
    if (query.kind === 'invalid') return `is not an SQL expression that a test may hold: ${query.message}`
    const [reference] = query.references
    if (reference !== undefined) return `reads \`${reference.table}\`; a test may read its own model only`
    const [file] = query.files ?? []
    if (file !== undefined) return `calls ${file.function}(), and a test reads no files`
    if (query.sampled) return 'takes a sample'
  }
  return undefined
}
