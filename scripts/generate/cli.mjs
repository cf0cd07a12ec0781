import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { build } from '../compile.mjs'
import { generated } from './markdown.mjs'

/** docs/cli.md from the help of the command line and of each of its commands: what a reader of the terminal sees. */
export async function cliDocument() {
  const general = help([])
  const commands = commandNames(general).filter((name) => name !== 'help')
  const parts = commands.flatMap((name) => [`## ${name}`, block(help([name]))])
  return generated('The command line', block(general), ...parts)
}

function help(words) {
  const env = { PATH: process.env.PATH, NO_COLOR: '1', COLUMNS: '100' }
  return execFileSync(process.execPath, [join(build, 'cli.js'), ...words, '--help'], {
    env,
    encoding: 'utf8',
  }).trimEnd()
}

/** The first word of every line below `Commands:`; commander indents those by two. */
function commandNames(text) {
  const [, section = ''] = text.split(/^Commands:\n/m)
  return [...section.split(/\n\n/)[0].matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name)
}

function block(text) {
  return `\`\`\`text\n${text}\n\`\`\``
}
