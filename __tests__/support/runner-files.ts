/** What the runner reads of a step: lines of its log, and the file of its outputs. */

export interface Command {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

interface Commands {
  readonly all: readonly Command[]
  readonly masked: readonly string[]
  readonly log: string
}

/** As the runner parses them: `::name key=value,…::message` at the start of a line, after white space. */
export function parseCommands(printed: string): Commands {
  const lines = printed.split('\n')
  const all = lines.map(commandIn).filter((command) => command !== undefined)
  const log = lines.filter((line) => commandIn(line)?.name !== 'add-mask').join('\n')
  return { all, masked: all.filter(({ name }) => name === 'add-mask').map(({ message }) => message), log }
}

/** `name<<delimiter`, lines, delimiter. */
export function parseOutputs(text: string): Record<string, string> {
  const found = text.matchAll(/^([\w-]+)<<(ghadelimiter_[\w-]+)\n([^]*?)\n\2$/gm)
  return Object.fromEntries([...found].map(([, name = '', , value = '']) => [name, value]))
}

/** The messages of one kind of annotation. */
export function messages(commands: readonly Command[], name: 'error' | 'warning' | 'notice'): readonly string[] {
  return commands.filter((command) => command.name === name).map(({ message }) => message)
}

function commandIn(line: string): Command | undefined {
  const [, name, properties = '', message = ''] =
    /^\s*::([\w-]+)(?: ([^\n]*?))?::(.*)$/.exec(line.replace(/\r$/, '')) ?? []
  if (name === undefined) return undefined
  const pairs = properties
    .split(',')
    .map((pair) => [pair.slice(0, pair.indexOf('=')), unescaped(pair.slice(pair.indexOf('=') + 1))])
  return { name, properties: Object.fromEntries(pairs) as Record<string, string>, message: unescaped(message) }
}

function unescaped(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
}
