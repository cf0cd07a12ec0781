import { PreviewError } from '../base/errors.ts'

/** A file of separated values: the names of its header, and its rows with the lines that they begin on. */
export interface SeparatedValues {
  readonly header: readonly string[]
  readonly rows: readonly { readonly line: number; readonly fields: readonly string[] }[]
}

/**
 * Reads a file as RFC 4180 has it; fields are trimmed, empty lines left out. Fails with `seed.failed`, at its place, for a
 * row that is longer or shorter than the header, and for a quote that is never closed.
 */
export function readSeparated(text: string, path: string): SeparatedValues {
  const [header, ...rows] = records(text, path)
  if (header === undefined) throw wrong(path, 1, 'The file has no header.')
  const uneven = rows.find(({ fields }) => fields.length !== header.fields.length)
  if (uneven !== undefined) {
    const [has, wanted] = [uneven.fields.length, header.fields.length].map(String)
    throw wrong(path, uneven.line, `The row has ${has ?? ''} fields, and the header has ${wanted ?? ''}.`)
  }
  return { header: header.fields, rows }
}

function records(text: string, path: string): SeparatedValues['rows'] {
  const separator = path.endsWith('.tsv') ? '\t' : ','
  const found: { line: number; fields: string[] }[] = []
  let line = 1
  let at = 0
  while (at < text.length) {
    const begin = line
    const fields: string[] = []
    let ended = false
    while (!ended) {
      const [field, after] = text[at] === '"' ? quotedField(text, at, path, line) : plainField(text, at, separator)
      line += text.slice(at, after).split('\n').length - 1
      fields.push(field.trim())
      ended = text[after] !== separator
      at = after + 1
    }
    if (text[at - 1] === '\r' && text[at] === '\n') at += 1
    line += 1
    if (fields.length > 1 || fields[0] !== '') found.push({ line: begin, fields })
  }
  return found
}

/** The field that begins at `at`, and the place behind it. */
function plainField(text: string, at: number, separator: string): readonly [string, number] {
  let end = at
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end += 1
  return [text.slice(at, end), end]
}

function quotedField(text: string, at: number, path: string, line: number): readonly [string, number] {
  let value = ''
  let from = at + 1
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote < 0) throw wrong(path, line, 'A quote is opened here and never closed.')
    value += text.slice(from, quote)
    if (text[quote + 1] !== '"') {
      const end = quote + 1
      const next = text[end]
      if (next !== undefined && !',\t\r\n'.includes(next)) throw wrong(path, line, 'Text stands behind a closed quote.')
      return [value, end]
    }
    value += '"'
    from = quote + 2
  }
}

function wrong(path: string, line: number, message: string): PreviewError {
  return new PreviewError('seed.failed', message, { location: { path, line }, hint: 'Mend the file at that line.' })
}
