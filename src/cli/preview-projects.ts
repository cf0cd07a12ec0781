import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { tripped, type FailOnWord } from '../commands/fail-on.ts'
import { documentsOf, findProjects, pathFor, runEach, toProjectsOutput } from '../commands/projects.ts'
import { PreviewError } from '../core/base/errors.ts'
import type { PreviewResult } from '../core/contract/result.ts'
import { runsOf } from '../core/contract/projects.ts'
import { toRunOutput } from '../core/contract/run.ts'
import { patternRoot } from '../core/project/projects.ts'
import { renderHtml } from '../core/report/html/page.ts'
import { reportRenderers } from '../core/report/renderers.ts'
import { fileService } from '../files/files.ts'
import { openRepository, type OpenedRepository } from '../git/open.ts'
import { statusOf } from './exit-status.ts'
import { tellError } from './output.ts'
import { formOf, printProjects } from './print.ts'
import type { PreviewCommand, PreviewFlags } from './program.ts'

type Opened = Pick<OpenedRepository, 'repository' | 'root' | 'prefix'>

/** Every project that a pattern stands for on head, one after the other: one document, the worst exit status, a file each. */
export async function previewProjects(
  command: PreviewCommand,
  flags: PreviewFlags,
  previewed: (opened: Opened, flags: PreviewFlags) => Promise<PreviewResult>,
): Promise<number> {
  if (command !== 'run') {
    throw new PreviewError('input.invalid', `--project is a pattern, and ${command} is about one project.`, {
      hint: 'Use `run`, or name one folder.',
    })
  }
  const folder = patternRoot(flags.project)
  const { repository, root, prefix } = await openRepository(folder === '' ? '.' : folder)
  try {
    const pattern = [literal(prefix), flags.project.slice(folder.length).replace(/^\//, '')]
    const head = await repository.resolve(flags.head)
    const given = { project: pattern.filter((part) => part !== '').join('/'), config: flags.config }
    const results = await runEach(await findProjects(repository, head, given), (project) =>
      previewed({ repository, root, prefix: project }, flagsFor(flags, project)),
    )
    const projects = documentsOf(results, (result) => toRunOutput(result, reportRenderers()))
    const document = toProjectsOutput(projects)
    printProjects(document, head, flags.output)
    const files = fileService(tmpdir(), root)
    if (flags.json !== undefined) await files.write(resolve(flags.json), `${JSON.stringify(document, undefined, 2)}\n`)
    for (const one of projects) {
      if (one.kind !== 'ran' || flags.report === undefined) continue
      await files.write(resolve(pathFor(one.project, flags.report)), renderHtml(one.run))
    }
    const errors = results.flatMap((one) => (one.kind === 'ran' ? one.result.failures : [one.error]))
    // The text says them itself.
    if (formOf(flags.output) !== 'text') for (const error of errors) tellError(error)
    return statusOf(
      errors,
      runsOf(document).some((run) => tripped(run, flags.failOn as readonly FailOnWord[]).length > 0),
    )
  } finally {
    await repository.close()
  }
}

/** Each leaves its environment in a folder of its own. */
function flagsFor(flags: PreviewFlags, project: string): PreviewFlags {
  return { ...flags, project, ...(flags.keep !== undefined && { keep: pathFor(project, flags.keep) }) }
}

/** A folder's name in a pattern. */
function literal(folder: string): string {
  return folder.replace(/[\\*?{}[\]()!+@|]/g, '\\$&')
}
