/** A line of a report as a value: words of ours, and apart from them whatever came from SQL, data, files or git. */
export type Phrase = readonly Piece[]

export type Piece =
  /** Text of ours, shown as it stands. */
  | { readonly kind: 'words'; readonly text: string }
  /** A name or a value that somebody else chose: shown set apart, at most `cap` characters of it. */
  | { readonly kind: 'name'; readonly text: string; readonly cap: number }
  /** A sentence that may hold anything; names in it may stand in backticks. */
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'strong'; readonly phrase: Phrase }
  | { readonly kind: 'link'; readonly url: string; readonly phrase: Phrase }

/** Longest name, in characters. */
const longest = 200

/** Tag: the template is ours; a string put into it is a name, never text of ours. */
export function phrase(strings: TemplateStringsArray, ...parts: readonly (Phrase | string | number)[]): Phrase {
  return strings.flatMap((text, index): Phrase => {
    const part = parts[index]
    const own = text === '' ? [] : [{ kind: 'words', text } as const]
    if (part === undefined) return own
    if (typeof part === 'string') return [...own, ...name(part)]
    return [...own, ...(typeof part === 'number' ? words(String(part)) : part)]
  })
}

export const name = (text: string, cap = longest): Phrase => [{ kind: 'name', text, cap }]
export const said = (text: string): Phrase => [{ kind: 'said', text }]
export const strong = (inner: Phrase): Phrase => [{ kind: 'strong', phrase: inner }]

/** Only for text of this program. */
export const words = (text: string): Phrase => (text === '' ? [] : [{ kind: 'words', text }])

/** A link, when there is an address that is safe to write; else the phrase alone. */
export function link(url: string | undefined, inner: Phrase): Phrase {
  return url !== undefined && /^(https?:\/\/|#)[\w.~:/?#@!$&*+,;=%-]+$/.test(url)
    ? [{ kind: 'link', url, phrase: inner }]
    : inner
}

/** `a, b, c`; with a limit `a, b and 3 more`. */
export function enumerate(items: readonly Phrase[], limit = Infinity): Phrase {
  const shown = joined(items.slice(0, limit), ', ')
  return items.length > limit ? phrase`${shown} and ${items.length - limit} more` : shown
}

export function joined(items: readonly Phrase[], separator: string): Phrase {
  return items.flatMap((item, index) => (index === 0 ? item : [...words(separator), ...item]))
}
