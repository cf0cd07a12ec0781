/** A dotted name in a query's text: where each part starts, and where the last one ends. */
export interface NameSpan {
  readonly starts: readonly number[]
  readonly end: number
}

const BLANK = /(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/y
const PART = /"(?:[^"]|"")*"|'(?:[^']|'')*'|[^\s.,;:()[\]{}"'+\-*/%<>=!^&|~?@#$`]+/y
const DOT = /\./y

/** Reads `parts` dotted parts from `start`, with the blanks and comments that SQL allows around the dots. Undefined when the text is not that. */
export function nameAt(text: string, start: number, parts: number): NameSpan | undefined {
  const starts: number[] = []
  let at = start
  for (let part = 0; part < parts; part += 1) {
    if (part > 0) {
      const dot = match(DOT, text, match(BLANK, text, at) ?? at)
      if (dot === undefined) return undefined
      at = match(BLANK, text, dot) ?? dot
    }
    starts.push(at)
    const end = match(PART, text, at)
    if (end === undefined) return undefined
    at = end
  }
  return { starts, end: at }
}

/** The end of a sticky match at `from`. */
function match(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : undefined
}
