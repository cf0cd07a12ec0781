/** Characters that cannot be seen, or that move what is seen: control, format, bidi, line separators, fillers, lone surrogates. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu

const plain = /^[ -~]*$/

/** One line in which every character can be seen: newlines as ⏎, tabs as ⇥, the rest as `\u{…}`. Cut at `cap` characters. */
export function visible(text: string, cap: number): string {
  // Nearly every text is like that, and a report has many.
  if (text.length <= cap && plain.test(text)) return text
  // Cut first, too: what is thrown away need not be looked at.
  const line = text
    .slice(0, 4 * cap)
    .replace(/\r\n|\n|\r/g, '⏎')
    .replaceAll('\t', '⇥')
    .replace(unseen, spelled)
  const characters = Array.from(line)
  return characters.length > cap ? `${characters.slice(0, cap).join('')}…` : line
}

/** Lines as they stand, but for characters that cannot be seen: those as `\u{…}`. */
export function visibleLines(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(unseen, (character) => (/[\n\t]/.test(character) ? character : spelled(character)))
}

/** Every ASCII punctuation character as a numeric entity: nothing is left that Markdown or HTML could read. */
export function entities(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (character) => `&#${String(character.charCodeAt(0))};`)
}

const spelled = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
