import type { PreviewError } from '../base/errors.ts'
import type { Name } from './syntax.ts'
import type { Token } from './tokens.ts'
import { suggest } from '../base/suggest.ts'
import { fault, type Source } from './source.ts'
import { INSTEAD } from './words.ts'

/** Of parentheses, calls and prefixes in each other. Rocky stops at some thirty, DuckDB at about a thousand levels of its own. */
const DEEPEST = 100

/** A walk over tokens: what the grammar's functions read from. */
export class Cursor {
  readonly source: Source
  readonly #tokens: readonly Token[]
  #position = 0
  #depth = 0

  constructor(source: Source, tokens: readonly Token[]) {
    this.source = source
    this.#tokens = tokens
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#position + ahead, this.#tokens.length - 1)] as Token
  }

  next(): Token {
    const token = this.peek()
    this.#position += 1
    return token
  }

  /** Whether the reserved word or symbol stands next. */
  at(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.text === text && (token.kind === 'word' || token.kind === 'symbol')
  }

  accept(text: string): Token | undefined {
    return this.at(text) ? this.next() : undefined
  }

  expect(text: string, hint?: string): Token {
    return this.accept(text) ?? this.#throw(this.unexpected(`\`${text}\``, hint))
  }

  name(what: string): Name {
    const token = this.peek()
    if (token.kind !== 'name') throw this.unexpected(what)
    this.next()
    return { text: token.text, at: token.start }
  }

  /** Runs a part of the grammar that may hold itself. */
  nested<T>(read: () => T): T {
    this.#depth += 1
    if (this.#depth > DEEPEST) {
      const hint = 'Part the expression: name a part of it in a `derive` above.'
      throw this.fail(`The expression is nested more than ${DEEPEST} levels deep.`, hint)
    }
    const value = read()
    this.#depth -= 1
    return value
  }

  /** A fault at the next token. */
  fail(message: string, hint?: string): PreviewError {
    return fault(this.source, this.peek().start, message, hint)
  }

  /** `Expected …, found …`; `known` are words that may have been meant. */
  unexpected(expected: string, hint?: string, known: readonly string[] = []): PreviewError {
    const token = this.peek()
    const message = `Expected ${expected}, found ${describe(token)}.`
    const word = token.text.toLowerCase()
    if (token.kind === 'word' && /name|alias/.test(expected)) {
      return this.fail(message, `\`${word}\` is reserved: no column, alias or model can be named so.`)
    }
    if (token.kind === 'name' && known.includes(word)) {
      return this.fail(message, `Steps are written in small letters: \`${word}\`.`)
    }
    const near = token.kind === 'name' && !Object.hasOwn(INSTEAD, word) ? suggest(word, known) : undefined
    const meant = near === undefined ? INSTEAD[word] : `Did you mean "${near}"?`
    return this.fail(message, meant ?? hint)
  }

  #throw(error: PreviewError): never {
    throw error
  }
}

function describe({ kind, text }: Token): string {
  if (kind === 'end') return 'the end of the file'
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
  if (kind === 'string') return `the text "${shown.replace(/\s+/g, ' ')}"`
  return kind === 'date' ? `@${shown}` : `\`${shown}\``
}
