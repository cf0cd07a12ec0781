import type { ProjectsOutput } from '../core/contract/projects.ts'
import type { RunOutput } from '../core/contract/run.ts'
import { partsOf, renderProjects } from '../core/report/projects.ts'
import { renderText } from '../core/report/text.ts'
import { withoutControls } from './output.ts'
import type { PreviewCommand, PreviewFlags } from './program.ts'

/** Puts one document on stdout, and nothing else: JSON for programs, Markdown, or text for people. */
export function print(command: PreviewCommand, run: RunOutput, asked: PreviewFlags['output']): void {
  process.stdout.write(`${documentIn(formOf(asked), command, run)}\n`)
}

/** The same of several projects at one commit. */
export function printProjects(document: ProjectsOutput, head: string, asked: PreviewFlags['output']): void {
  process.stdout.write(`${projectsIn(formOf(asked), document, head)}\n`)
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

function projectsIn(form: ReturnType<typeof formOf>, document: ProjectsOutput, head: string): string {
  switch (form) {
    case 'json':
      return JSON.stringify(document, undefined, 2)
    case 'markdown':
      return renderProjects(partsOf(document), { head })
    case 'text':
      return document.projects
        .map((one) => {
          const told = 'run' in one ? renderText(one.run).trimEnd() : `✗ ${one.failure.message}\n  ${one.failure.hint}`
          return `── ${withoutControls(one.project)} ──\n\n${'run' in one ? told : withoutControls(told)}`
        })
        .join('\n\n')
  }
}
