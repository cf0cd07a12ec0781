import type { TomlTable } from 'smol-toml'
import { locate, type KeyPath } from '../project/locate.ts'
import { isTable, parseToml } from '../project/toml.ts'
import { MOST_DECLARATIONS } from './declaration.ts'
import { parseClauses, parseSubject, type Mistake, type Parsed } from './parse.ts'

/**
 * The TOML form: a key is what stands before the colon of the block, its value what stands behind it, as text or a list of
 * texts. `fct_revenue.net_amount = "changed <= 1 %"` is about a column, with and without quotes around the key.
 */
export function tomlStatements(source: string): Parsed {
  const parsed = parseToml(source, {})
  if (parsed.kind === 'parsed') return tableStatements(source, parsed.table, [])
  const message = `${parsed.message.charAt(0).toUpperCase()}${parsed.message.slice(1)}.`
  return { statements: [], mistakes: [{ message, offset: offsetOf(source, parsed.line, parsed.column) }] }
}

function tableStatements(source: string, table: TomlTable, above: readonly string[]): Parsed {
  return joined(
    Object.entries(table)
      .slice(0, MOST_DECLARATIONS + 1)
      .map(([key, value]): Parsed => {
        const path = [...above, key]
        if (isTable(value) && above.length === 0) return tableStatements(source, value, path)
        const texts: readonly unknown[] = Array.isArray(value) ? value.slice(0, MOST_DECLARATIONS + 1) : [value]
        if (texts.length === 0) return mistaken(source, path, 'The list is empty; expected clauses.')
        return joined(
          texts.map((text, index) => {
            const at: KeyPath = Array.isArray(value) ? [...path, index] : path
            if (typeof text !== 'string') return mistaken(source, at, 'Expected text, or a list of texts.')
            return keyStatements(source, path, at, text)
          }),
        )
      }),
  )
}

function keyStatements(source: string, path: readonly string[], at: KeyPath, text: string): Parsed {
  const subject = subjectOf(path)
  if ('message' in subject) return mistaken(source, path, `Key \`${path.join('.').slice(0, 80)}\`: ${subject.message}`)
  const start = valueOffset(source, at)
  const within = source.startsWith(text, start + 1) ? start + 1 : undefined
  const found = (offset: number): number => (within === undefined ? start : within + offset)
  const { statements, mistakes } = parseClauses(subject, text)
  return {
    statements: statements.map((statement) => ({ ...statement, offset: found(statement.offset) })),
    mistakes: mistakes.map((mistake) => ({ ...mistake, offset: found(mistake.offset) })),
  }
}

/** A key inside a table is a column of that model; else it is read as the block is. */
function subjectOf([first = '', second]: readonly string[]): ReturnType<typeof parseSubject> {
  if (second === undefined) return parseSubject(first)
  return { kind: 'column', model: first, column: second }
}

function mistaken(source: string, path: KeyPath, message: string): Parsed {
  const mistake: Mistake = { message, offset: valueOffset(source, path) }
  return { statements: [], mistakes: [mistake] }
}

function joined(parts: readonly Parsed[]): Parsed {
  return {
    statements: parts.flatMap(({ statements }) => statements),
    mistakes: parts.flatMap(({ mistakes }) => mistakes),
  }
}

function valueOffset(source: string, path: KeyPath): number {
  const { line, column } = locate(source, path)
  return offsetOf(source, line, column)
}

function offsetOf(source: string, line: number, column: number): number {
  const before = source.split('\n').slice(0, line - 1)
  return before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1
}
