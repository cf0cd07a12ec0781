/** A TOML file's text with `${NAME}` replaced, and the way back to what the author wrote. */
export interface Substituted {
  readonly text: string
  /** The references that nothing was given for, by their offset in the author's text. */
  readonly missing: ReadonlyMap<number, string>
  /** The offset in the author's text of an offset in `text`. */
  readonly authorOffset: (offset: number) => number
}

/**
 * `${NAME}` and `${NAME:-default}` in the text, before it is parsed; lines that begin with `#` are left alone. The default
 * stands for an empty value too. A name that is not given stays as it is written, in quotes where it is a whole bare
 * value, so that the file parses: `missingVariable` finds it in the values that are used.
 */
export function substitute(text: string, env: Readonly<Record<string, string>>): Substituted {
  if (!text.includes('${')) return { text, missing: new Map(), authorOffset: (offset) => offset }
  const edits: Edit[] = []
  const missing = new Map<number, string>()
  let output = ''
  let end = 0
  for (const reference of text.matchAll(REFERENCE)) {
    const written = reference[0]
    if (inCommentLine(text, reference.index)) continue
    output += text.slice(end, reference.index)
    end = reference.index + written.length
    const name = reference[1] ?? ''
    const value = valueOf(name, env)
    if (value === undefined) missing.set(reference.index, name)
    const replacement = value ?? placeholder(text, reference.index, end)
    edits.push({ start: output.length, length: replacement.length, authorStart: reference.index, authorEnd: end })
    output += replacement
  }
  return { text: output + text.slice(end), missing, authorOffset: (offset) => authorOffset(edits, offset) }
}

/** The first name in a value that was not given. */
export function missingVariable(value: string): string | undefined {
  return /\$\{([^}\n]+)\}/.exec(value)?.[1]
}

interface Edit {
  readonly start: number
  readonly length: number
  readonly authorStart: number
  readonly authorEnd: number
}

const REFERENCE = /\$\{([^}\n]+)\}/g

/** The runner's own variables hold tokens: they are never given, whoever asks. */
const RUNNERS_OWN = /^(?:INPUT|GITHUB|ACTIONS|RUNNER)_/i

function valueOf(reference: string, env: Readonly<Record<string, string>>): string | undefined {
  const split = reference.indexOf(':-')
  const name = split < 0 ? reference : reference.slice(0, split)
  const value = Object.hasOwn(env, name) && !RUNNERS_OWN.test(name) ? env[name] : undefined
  if (split < 0) return value
  return value === undefined || value === '' ? reference.slice(split + 2) : value
}

function placeholder(text: string, start: number, end: number): string {
  const bare = /=[ \t]*$/.test(lineBefore(text, start)) && /^[ \t]*(?:#|\r?\n|$)/.test(text.slice(end, end + 80))
  const written = text.slice(start, end)
  return bare ? `'${written}'` : written
}

function inCommentLine(text: string, offset: number): boolean {
  return lineBefore(text, offset).trimStart().startsWith('#')
}

function lineBefore(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
}

function authorOffset(edits: readonly Edit[], offset: number): number {
  let shift = 0
  for (const edit of edits) {
    if (offset < edit.start) break
    if (offset < edit.start + edit.length) return edit.authorStart
    shift = edit.authorEnd - (edit.start + edit.length)
  }
  return offset + shift
}
