/** One piece of a declaration. `value`: a quoted name without its quotes, a word in lower case. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'number' | 'operator' | 'mark' | 'strange' | 'end'
  readonly text: string
  readonly value: string
  readonly offset: number
}

/** Every piece of the text, comments and blanks left out, each statement closed by an `end`: a line's end or a semicolon. */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = []
  for (const match of text.matchAll(PIECE)) {
    const { groups = {}, index: offset, 0: whole } = match
    const [kind] = KINDS.filter((name) => groups[name] !== undefined)
    if (kind === undefined) continue
    found.push({ kind, text: whole, value: valueOf(kind, whole), offset })
  }
  return [...found, { kind: 'end', text: '', value: '', offset: text.length }]
}

const KINDS = ['word', 'quoted', 'number', 'operator', 'mark', 'strange', 'end'] as const

const PIECE =
  /(?<end>\r?\n|;)|[^\S\n]+|#[^\n]*|(?<quoted>"[^"\n]*")|(?<word>[\p{L}_][\p{L}\p{M}\p{N}_$-]*)|(?<number>\d[\d_]*(?:\.\d+)?)|(?<operator><=|>=|[<>=≤≥])|(?<mark>[:,.%])|(?<strange>[^])/gu

function valueOf(kind: Token['kind'], text: string): string {
  if (kind === 'quoted') return text.slice(1, -1)
  if (kind === 'word') return text.toLowerCase()
  if (kind === 'operator') return text === '≤' ? '<=' : text === '≥' ? '>=' : text
  return text
}
