/**
 * Text that we did not write, one log line an element, so that none of it can command the runner or the terminal.
 * The runner takes `::` at the start of a line, after any white space, and `##[` anywhere in it; a carriage return
 * starts a line anew.
 */
export function untrustedLines(text: string): readonly string[] {
  return text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).map(neutralised)
}

/** The same in one line, for text inside a sentence of ours: its line ends become `⏎`. */
export function untrustedLine(text: string): string {
  return untrustedLines(text).join('⏎')
}

function neutralised(line: string): string {
  return line
    .replace(/[\p{Cc}\p{Cf}]/gu, shown)
    .replace(/^(\s*):(?=:)/, '$1: ')
    .replaceAll('##[', '## [')
}

function shown(character: string): string {
  return character === '\t' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}
