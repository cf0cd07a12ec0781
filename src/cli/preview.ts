import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { keepEnvironment } from '../commands/keep.ts'
import { tripped, type FailOnWord } from '../commands/fail-on.ts'
import { compareBuilt, runPreview, type FinishedRun } from '../commands/run.ts'
import { loadPreview, previewFolder, savePreview } from '../commands/state.ts'
import type { PreviewRequest } from '../commands/request.ts'
import { openServices, type OpenServices } from '../compose.ts'
import { toRunOutput, type RunOutput } from '../core/contract/run.ts'
import { environmentName } from '../core/environment/name.ts'
import { reportRenderers } from '../core/report/renderers.ts'
import { openRepository } from '../git/open.ts'
import { statusOf } from './exit-status.ts'
import { print } from './print.ts'
import type { PreviewCommand, PreviewFlags } from './program.ts'
import { progressOn } from './progress.ts'
import { requestOf } from './request.ts'

/** One of run, create, diff, cost: opens the world, runs, prints, and gives the exit status. */
export async function preview(distFolder: string, command: PreviewCommand, flags: PreviewFlags): Promise<number> {
  const { repository, root, prefix } = await openRepository(flags.project)
  const progress = progressOn(process.stderr)
  const request = requestOf(flags, prefix)
  try {
    const services = await openServices({
      git: repository,
      workspace: root,
      distFolder,
      limits: request.limits,
      nativePath: flags.nativePath,
      registryUrl: flags.registryUrl,
      progress: progress.report,
    })
    try {
      const run = await runCommand(services, command, request, resolve(flags.state))
      progress.done()
      if (flags.json !== undefined) await services.files.write(resolve(flags.json), `${JSON.stringify(run, undefined, 2)}\n`)
      print(command, run, flags.output)
      return statusOf(run.failures, tripped(run, flags.failOn as readonly FailOnWord[]).length > 0)
    } finally {
      await services.close()
    }
  } finally {
    progress.done()
    await repository.close()
  }
}

/** `create` keeps its environment in the state folder, where `diff` and `cost` find it; `run` keeps it only when asked. */
async function runCommand(services: OpenServices, command: PreviewCommand, request: PreviewRequest, state: string): Promise<RunOutput> {
  if (command === 'run') {
    const folder = services.files.temporaryFolder
    const finished = await runPreview(services, request, { runId: randomUUID(), folder, complete: request.keep !== undefined, until: 'compare' })
    await keepWhereAsked(services, finished, folder, request.keep)
    return documentOf(finished)
  }
  const folder = previewFolder(state, nameOf(request))
  if (command === 'create') {
    await services.files.remove(folder)
    const runId = randomUUID()
    const finished = await runPreview(services, request, { runId, folder, complete: true, until: 'build' })
    await savePreview(services.files, folder, { request, runId, outcomes: finished.result.outcomes }, finished.result.refs)
    await keepWhereAsked(services, finished, folder, request.keep)
    return documentOf(finished)
  }
  const saved = await loadPreview(services.files, folder, request)
  return documentOf(await compareBuilt(services, saved.request, { runId: saved.runId, folder }, saved.outcomes))
}

function nameOf({ name, refs }: PreviewRequest): string {
  return name ?? environmentName(refs.head)
}

async function keepWhereAsked(services: OpenServices, { warehouse }: FinishedRun, folder: string, into: string | undefined): Promise<void> {
  if (into === undefined || warehouse === undefined) return
  // Files are whole once DuckDB has let go of them.
  await services.kernel.close()
  await keepEnvironment(services.files, { folder, warehouse, into }, services.kernel.style)
}

function documentOf({ result }: FinishedRun): RunOutput {
  return toRunOutput(result, reportRenderers())
}
