import type { Program } from './syntax.ts'
import type { Token } from './tokens.ts'
import type { Source } from './source.ts'
import type { Span } from './writer.ts'
import { clausesOf } from './clauses.ts'
import { Cursor } from './cursor.ts'
import { fault } from './source.ts'
import { orderWarnings, type Warning } from './order.ts'
import { readProgram } from './steps.ts'
import { tokenize } from './tokens.ts'
import { sqlName } from './words.ts'
import { writeQuery } from './write-query.ts'
import { Writer } from './writer.ts'

/** The SQL of a pipeline, and the way back from its offsets to the file's. */
export interface LoweredPipeline {
  readonly sql: string
  /** Sorted. */
  readonly spans: readonly Span[]
  readonly warnings: readonly Warning[]
}

/**
 * Lowers a `.rocky` file to one SELECT for DuckDB: lex, parse, lower. `start` is where the pipeline begins in the text,
 * behind the front matter. Fails with `model.rocky`, at the place.
 */
export function compilePipeline(source: Source, start: number): LoweredPipeline {
  const tokens = tokenize(source, start)
  const program = readProgram(new Cursor(source, tokens))
  checkBindings(source, program)
  const writer = new Writer(source)
  const { lets, main } = program
  if (lets.length > 0) {
    writer.write('WITH ')
    writer.list(lets, ', ', ({ name, pipeline }) => {
      writer.write(`${sqlName(name.text)} AS (\n  `, name.at)
      writeQuery(writer, clausesOf(source, pipeline), '  ')
      writer.write('\n)')
    })
    writer.write('\n')
  }
  writeQuery(writer, clausesOf(source, main))
  const pipelines = [...lets.map(({ pipeline }) => pipeline), main]
  return { ...writer.finish(), warnings: [...tokens.flatMap(timeWarning), ...pipelines.flatMap(orderWarnings)] }
}

/** Rocky writes DATE before both, and DuckDB reads the day. */
function timeWarning({ kind, text, start }: Token): readonly Warning[] {
  if (kind !== 'date' || !text.includes('T')) return []
  return [{ message: `@${text} is read as a date: its time of day has no effect.`, at: start }]
}

function checkBindings(source: Source, { lets }: Program): void {
  const seen = new Set<string>()
  for (const { name } of lets) {
    const key = name.text.toLowerCase()
    if (seen.has(key))
      throw fault(source, name.at, `There are two bindings named \`${name.text}\`.`, 'Rename one of them.')
    seen.add(key)
  }
}
