import type { RunOutput } from '../core/contract/run.ts'
import { renderText } from '../core/report/text.ts'
import type { PreviewCommand, PreviewFlags } from './program.ts'

/** Puts one document on stdout, and nothing else: JSON for programs, Markdown, or text for people. */
export function print(command: PreviewCommand, run: RunOutput, asked: PreviewFlags['output']): void {
  process.stdout.write(`${documentIn(formOf(asked), command, run)}\n`)
}

/** Text on a terminal, JSON for whatever else reads, unless one was asked for. */
export function formOf(asked: PreviewFlags['output']): 'json' | 'markdown' | 'text' {
  if (asked === undefined) return process.stdout.isTTY ? 'text' : 'json'
  return asked === 'table' ? 'text' : asked
}

function documentIn(form: ReturnType<typeof formOf>, command: PreviewCommand, run: RunOutput): string {
  switch (form) {
    case 'json':
      return JSON.stringify(command === 'run' ? run : run[command], undefined, 2)
    case 'markdown':
      return command === 'diff' || command === 'cost' ? run[command].markdown : run.markdown
    case 'text':
      return renderText(run).trimEnd()
  }
}
