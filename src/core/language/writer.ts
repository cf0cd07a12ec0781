import type { Source } from './source.ts'
import { fault } from './source.ts'

/** Of the SQL, in UTF-16 units: what DuckDB is given as one query. Names put in for others can make it grow without end. */
const LONGEST = 256 * 1024

/** From `sql` on the text was made of what begins at `source`. */
export type Span = readonly [sql: number, source: number]

/** Puts the SQL together, and keeps where each piece of it came from. */
export class Writer {
  readonly source: Source
  readonly #pieces: string[] = []
  readonly #spans: Span[] = []
  #length = 0

  constructor(source: Source) {
    this.source = source
  }

  /** `at`: the place in the file that an error about this text should point to; left out, it is that of the text before. */
  write(text: string, at?: number): void {
    if (at !== undefined && this.#spans.at(-1)?.[1] !== at) this.#spans.push([this.#length, at])
    this.#pieces.push(text)
    this.#length += text.length
    if (this.#length <= LONGEST) return
    const hint = 'A computed column stands for its whole expression wherever it is used: put steps into a `let`.'
    throw fault(
      this.source,
      this.#spans.at(-1)?.[1] ?? 0,
      `The SQL of the pipeline has more than ${LONGEST / 1024} KiB.`,
      hint,
    )
  }

  /** Each of the items, with `separator` between them. */
  list<T>(items: readonly T[], separator: string, write: (item: T) => void): void {
    items.forEach((item, index) => {
      if (index > 0) this.write(separator)
      write(item)
    })
  }

  finish(): { readonly sql: string; readonly spans: readonly Span[] } {
    return { sql: this.#pieces.join(''), spans: this.#spans }
  }
}
