import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { tripped, type FailOnWord } from '../commands/fail-on.ts'
import { openServices } from '../compose.ts'
import { toRunOutput } from '../core/contract/run.ts'
import type { PreviewResult } from '../core/contract/result.ts'
import { renderHtml } from '../core/report/html/page.ts'
import { reportRenderers } from '../core/report/renderers.ts'
import { isProjectPattern } from '../core/project/projects.ts'
import { fileService } from '../files/files.ts'
import { openRepository, type OpenedRepository } from '../git/open.ts'
import { expectationsOf } from './expectations.ts'
import { placesOf, runCommand } from './commands.ts'
import { statusOf } from './exit-status.ts'
import { onInterrupt } from './interrupt.ts'
import { tellError } from './output.ts'
import { previewProjects } from './preview-projects.ts'
import { formOf, print } from './print.ts'
import type { PreviewCommand, PreviewFlags } from './program.ts'
import { progressOn } from './progress.ts'
import { requestOf } from './request.ts'

/** One of run, create, diff, cost: opens the world, runs, prints, and gives the exit status. */
export async function preview(distFolder: string, command: PreviewCommand, flags: PreviewFlags): Promise<number> {
  if (isProjectPattern(flags.project)) {
    return await previewProjects(command, flags, (opened, own) => previewed(distFolder, command, own, opened))
  }
  const opened = await openRepository(flags.project)
  try {
    const result = await previewed(distFolder, command, flags, opened)
    const run = toRunOutput(result, reportRenderers())
    print(command, run, flags.output)
    // The text says them itself.
    if (formOf(flags.output) !== 'text') for (const failure of result.failures) tellError(failure)
    const files = fileService(tmpdir(), opened.root)
    if (flags.json !== undefined) await files.write(resolve(flags.json), `${JSON.stringify(run, undefined, 2)}\n`)
    if (flags.report !== undefined) await files.write(resolve(flags.report), renderHtml(run))
    return statusOf(run.failures, tripped(run, flags.failOn as readonly FailOnWord[]).length > 0)
  } finally {
    await opened.repository.close()
  }
}

/** What was found of one project. */
async function previewed(
  distFolder: string,
  command: PreviewCommand,
  flags: PreviewFlags,
  { repository, root, prefix }: Pick<OpenedRepository, 'repository' | 'root' | 'prefix'>,
): Promise<PreviewResult> {
  const progress = progressOn(process.stderr)
  const request = { ...requestOf(flags, prefix), expectations: await expectationsOf(flags) }
  const places = placesOf(resolve(flags.state), request)
  const aborts: (() => void)[] = []
  const uninterrupted = onInterrupt(() => {
    for (const abort of aborts) abort()
    if (command === 'create') rmSync(places.unfinished, { recursive: true, force: true })
    progress.done()
    process.stderr.write('rocky-preview: interrupted\n')
  })
  try {
    const services = await openServices({
      git: repository,
      workspace: root,
      distFolder,
      limits: request.limits,
      allowFunctions: request.allow?.functions,
      nativePath: flags.nativePath,
      registryUrl: flags.registryUrl,
      progress: progress.report,
      seedLikely: (command === 'run' || command === 'create') && request.warehouse === undefined && !request.dryRun,
      onAbort: (abort) => aborts.push(abort),
    })
    try {
      return (await runCommand(services, command, request, places)).result
    } finally {
      await services.close()
    }
  } finally {
    progress.done()
    uninterrupted()
  }
}
