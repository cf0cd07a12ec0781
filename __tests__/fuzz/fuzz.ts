import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { PreviewError } from '../../src/core/base/errors.ts'

/**
 * Inputs that somebody may have made on purpose: good ones with pieces put in, taken out and put twice. The law is one for
 * all: an answer, or a PreviewError that is no bug. What was found once is kept in found/ and tried first.
 */

/** Count and seed come from the environment; a run is cut after its time, and what was tried until then counts. */
export function bounds(numRuns: number): {
  readonly numRuns: number
  readonly seed: number
  readonly interruptAfterTimeLimit: number
} {
  const runs = Number(process.env['ROCKY_PREVIEW_RUNS'] ?? numRuns)
  const seed = Number(process.env['ROCKY_PREVIEW_SEED'] ?? Date.now() % 2 ** 31)
  return { numRuns: runs, seed, interruptAfterTimeLimit: Number(process.env['ROCKY_PREVIEW_FUZZ_MS'] ?? 8_000) }
}

/** Inputs that broke something once: one JSON text a line. */
export function found(name: 'gate' | 'toml' | 'report' | 'events'): readonly unknown[] {
  return readFileSync(new URL(`found/${name}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => JSON.parse(line) as unknown)
}

/** The work's answer; undefined where it refused in words of ours. Anything else that is thrown is thrown on. */
export function answerOf<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof PreviewError && error.blame !== 'bug') return undefined
    throw error
  }
}

interface Edit {
  readonly kind: 'insert' | 'remove' | 'repeat' | 'splice'
  readonly at: number
  readonly length: number
  readonly piece: string
}

/** Texts of a corpus after a few edits; places are shares of the text, so that a shrunk case stays the same case. */
export function mutatedText(corpus: readonly string[], pieces: readonly string[]): fc.Arbitrary<string> {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const edit: fc.Arbitrary<Edit> = fc.record({
    kind: fc.constantFrom('insert', 'insert', 'remove', 'repeat', 'splice'),
    at: share,
    length: fc.integer({ min: 1, max: 30 }),
    piece: fc.oneof(fc.constantFrom(...pieces, ...corpus), fc.string({ unit: 'binary', maxLength: 6 })),
  })
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(edit, { minLength: 1, maxLength: 5 }))
    .map(([text, edits]) => edits.reduce(edited, text))
}

function edited(text: string, { kind, at, length, piece }: Edit): string {
  const from = Math.floor(at * text.length)
  const [before, after] = [text.slice(0, from), text.slice(from)]
  switch (kind) {
    case 'insert':
      return before + piece + after
    case 'remove':
      return before + after.slice(length)
    case 'repeat':
      return before + after.slice(0, length).repeat(3) + after
    case 'splice':
      return before + piece.slice(Math.floor(at * piece.length))
  }
}

const NASTY: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, 2 ** 53, 0.1, '', '0', '\0', '__proto__', '\ud800', '\u202e', '```', '</details>'],
  ...['<!-- x -->', '@everyone', '::warning::x', '\n\n# x', '|', 'a'.repeat(3_000), [], {}, [[]], { __proto__: 1 }],
  ...[[null], { constructor: null }, { toString: 1 }, { length: -1 }],
]

/** JSON values of good ones with some of their parts replaced, removed, or put in twice. */
export function mutatedJson(seeds: readonly unknown[]): fc.Arbitrary<unknown> {
  const nasty = fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue({ maxDepth: 2 }))
  const edit = fc.record({ path: fc.array(fc.nat(), { maxLength: 8 }), by: nasty, how: fc.nat(9) })
  return fc.tuple(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 4 })).map(([seed, edits]) => {
    let value: unknown = structuredClone(seed)
    for (const { path, by, how } of edits) value = replaced(value, path, by, how)
    return value
  })
}

/** The part that the path leads to, by positions; where it ends early, or leads nowhere, the part there. */
function replaced(value: unknown, path: readonly number[], by: unknown, how: number): unknown {
  const [step, ...rest] = path
  if (step === undefined || typeof value !== 'object' || value === null) return by
  const keys = Object.keys(value)
  if (keys.length === 0) return by
  const key = keys[step % keys.length] ?? ''
  const inner = (value as Record<string, unknown>)[key]
  const isLast = rest.length === 0 || typeof inner !== 'object' || inner === null
  if (Array.isArray(value)) {
    const at = Number(key)
    const items = value as readonly unknown[]
    if (isLast && how === 0) return items.filter((_, index) => index !== at)
    if (isLast && how === 1) return [...items, ...items]
    return items.map((item, index) => (index === at ? replaced(item, isLast ? [] : rest, by, how) : item))
  }
  const entries = Object.entries(value)
  if (isLast && how === 0) return Object.fromEntries(entries.filter(([name]) => name !== key))
  if (isLast && how === 1) return Object.fromEntries([...entries, [`${key}_`, by]])
  return Object.fromEntries(
    entries.map(([name, item]) => [name, name === key ? replaced(item, isLast ? [] : rest, by, how) : item]),
  )
}
