/** The line before, the line itself and a caret below it. `line` and `column` count from one; undefined when the line does not exist. */
export function codeFrame(text: string, line: number, column: number): string | undefined {
  const lines = text.split(/\r?\n/)
  const current = lines[line - 1]
  if (current === undefined) return undefined
  const gutter = String(line).length
  const shown = line > 1 ? [[line - 1, lines[line - 2] ?? ''] as const] : []
  const numbered = [...shown, [line, current] as const].map(([number, content]) =>
    `  ${String(number).padStart(gutter)} │ ${clip(content)}`.trimEnd(),
  )
  if (column - 1 <= WIDEST) numbered.push(`  ${' '.repeat(gutter)} │ ${caretBelow(current, column)}`)
  return numbered.join('\n')
}

/** Line and column, from one, of a UTF-16 offset. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset)
  const lastBreak = before.lastIndexOf('\n')
  return { line: before.split('\n').length, column: before.length - lastBreak }
}

const WIDEST = 160

/** Control and direction characters come from files that a stranger wrote and end in a terminal: each is shown as a dot. */
const UNPRINTABLE = /[^\P{Cc}\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

function clip(content: string): string {
  const printable = content.replace(UNPRINTABLE, '·')
  return printable.length > WIDEST ? `${printable.slice(0, WIDEST)}…` : printable
}

/** Tabs stay tabs, so that the caret stands below its character whatever a tab's width is. */
function caretBelow(content: string, column: number): string {
  const before = content.slice(0, Math.max(0, column - 1)).replace(/[^\t]/g, ' ')
  return `${before.padEnd(Math.max(0, column - 1))}^`
}
