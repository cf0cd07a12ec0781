import { PreviewError } from '../../core/base/errors.ts'
import type { DataFile } from '../services.ts'

/** One side of `compare`, as the command line names it. */
export type Comparand =
  | { readonly kind: 'relation'; readonly path: string; readonly name: readonly string[] }
  | { readonly kind: 'query'; readonly path: string; readonly query: string }
  | { readonly kind: 'data'; readonly path: string; readonly format: DataFile['format'] }

/**
 * `orders.parquet`, `prod.duckdb:schema.table`, or `prod.duckdb:select …`. Names may stand in double quotes; a database
 * file without a name after it is meant as a whole, and good if it holds one relation.
 */
export function parseComparand(text: string): Comparand {
  const format = formats.find(({ pattern }) => pattern.test(text))
  if (format !== undefined) return { kind: 'data', path: text, format: format.format }
  const [path, rest] = splitAtColon(text)
  if (path === '') throw new PreviewError('input.invalid', `"${text}" names no file.`, { hint: FORMS })
  if (/^\s*(?:select|with|from|values)\b/i.test(rest)) return { kind: 'query', path, query: rest }
  const name = rest === '' ? [] : splitName(rest)
  if (name === undefined || name.length > 2) {
    throw new PreviewError('input.invalid', `"${rest}" is no name of a table.`, { hint: FORMS })
  }
  return { kind: 'relation', path, name }
}

const FORMS = 'Write file.duckdb:schema.table, "file.duckdb:select …", or a Parquet, CSV or JSON file.'

const formats = [
  { format: 'parquet', pattern: /\.parquet$/i },
  { format: 'csv', pattern: /\.(?:csv|tsv)(?:\.gz|\.zst)?$/i },
  { format: 'json', pattern: /\.(?:json|jsonl|ndjson)(?:\.gz|\.zst)?$/i },
] as const satisfies readonly { readonly format: DataFile['format']; readonly pattern: RegExp }[]

/** The colon after the file: a drive's letter has one too. */
function splitAtColon(text: string): readonly [path: string, rest: string] {
  const drive = /^[A-Za-z]:[\\/]/.test(text) ? 2 : 0
  const at = text.indexOf(':', drive)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** `a.b`, `"a.b".c`: undefined when quotes do not close or a part is empty. */
function splitName(text: string): readonly string[] | undefined {
  const part = /(?:"((?:[^"]|"")+)"|([^".]+))(\.|$)/y
  const parts: string[] = []
  while (part.lastIndex < text.length) {
    const found = part.exec(text)
    if (found === null) return undefined
    parts.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '')
    if (found[3] === '.' && part.lastIndex === text.length) return undefined
  }
  return parts
}
