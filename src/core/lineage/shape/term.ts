import { digestOf } from '../../base/digest.ts'

/** Text that stands for a value or a set of rows; equal texts, equal meaning. Longer ones are digests (`#…`). */
export type Term = string

const LONGEST = 256

/** A term of parts that are terms themselves: unambiguous, since every part is a digest, quoted, or in brackets. */
export function term(kind: string, ...parts: readonly Term[]): Term {
  return shortened(`(${kind} ${parts.join(' ')})`)
}

export function shortened(text: string): Term {
  return text.length <= LONGEST ? text : `#${digestOf(text)}`
}

/** In one order, each once. */
export function setOf(terms: Iterable<Term>): Term {
  return shortened(`{${[...new Set(terms)].sort().join(' ')}}`)
}

export function listOf(terms: readonly Term[]): Term {
  return shortened(`[${terms.join(' ')}]`)
}

/** JSON with sorted keys. */
export function canonical(value: unknown): Term {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : JSON.stringify(value)
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([field, part]) => `${JSON.stringify(field)}:${canonical(part)}`).join(',')}}`
}
