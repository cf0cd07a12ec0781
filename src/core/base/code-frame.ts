/** The line before, the line itself and a caret below it. `line` and `column` count from one; undefined when the line does not exist. */
export function codeFrame(text: string, line: number, column: number): string | undefined {
  const lines = text.split(/\r?\n/)
  const current = lines[line - 1]
  if (current === undefined) return undefined
  const gutter = String(line).length
  const shown = line > 1 ? [[line - 1, lines[line - 2] ?? ''] as const] : []
  const numbered = [...shown, [line, current] as const].map(
    ([number, content]) => `  ${String(number).padStart(gutter)} │ ${clip(content)}`,
  )
  if (column - 1 <= WIDEST) numbered.push(`  ${' '.repeat(gutter)} │ ${' '.repeat(Math.max(0, column - 1))}^`)
  return numbered.join('\n')
}

/** Line and column, from one, of a UTF-16 offset. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset)
  const lastBreak = before.lastIndexOf('\n')
  return { line: before.split('\n').length, column: offset - lastBreak }
}

const WIDEST = 160

function clip(content: string): string {
  return content.length > WIDEST ? `${content.slice(0, WIDEST)}…` : content
}
