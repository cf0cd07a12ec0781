/** What DuckDB says, parted from the excerpt of the statement that it puts behind. */
export interface EngineMessage {
  readonly message: string
  /** The statement's line that it points at, from one. */
  readonly line: number | undefined
}

/** `Conversion Error: … \n\nLINE 3: SELECT …\n   ^`: the excerpt is of our statement, and the author has a better one. */
export function readEngineMessage(text: string): EngineMessage {
  const [, message = text, line] = /^([\s\S]*?)\s*\n\s*LINE (\d+): /.exec(text) ?? []
  return { message: message.trim(), line: line === undefined ? undefined : Number(line) }
}
