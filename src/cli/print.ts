import type { RunOutput } from '../core/contract/run.ts'
import { renderText } from '../core/report/text.ts'
import type { PreviewCommand, PreviewFlags } from './program.ts'

/** Puts one document on stdout, and nothing else: JSON for programs, Markdown, or text for people. */
export function print(command: PreviewCommand, run: RunOutput, asked: PreviewFlags['output']): void {
  const output = asked ?? (process.stdout.isTTY ? 'text' : 'json')
  const document = command === 'run' ? run : run[command]
  if (output === 'json') process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`)
  else if (output === 'markdown') process.stdout.write(`${command === 'diff' ? run.diff.markdown : command === 'cost' ? run.cost.markdown : run.markdown}\n`)
  else process.stdout.write(renderText(run))
}
