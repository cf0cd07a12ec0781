import { randomUUID } from 'node:crypto'
import { keepEnvironment } from '../commands/keep.ts'
import { compareBuilt, runPreview, type FinishedRun } from '../commands/run.ts'
import { loadPreview, previewFolder, savePreview } from '../commands/state.ts'
import type { PreviewRequest } from '../commands/request.ts'
import type { OpenServices } from '../compose.ts'
import { PreviewError } from '../core/base/errors.ts'
import { environmentName } from '../core/environment/name.ts'
import { removeAbandoned, unfinishedOf } from './unfinished.ts'
import type { PreviewCommand } from './program.ts'

/** Where a command leaves what outlives it. */
export interface Places {
  /** The folder of this preview, where `create` leaves its environment for `diff` and `cost`. */
  readonly preview: string
  /** Where it is made before it takes the other's place. */
  readonly unfinished: string
}

export function placesOf(state: string, { name, refs }: PreviewRequest): Places {
  const preview = previewFolder(state, name ?? environmentName(refs.head))
  return { preview, unfinished: unfinishedOf(preview) }
}

/** What each command does, from a request to what was found. */
export async function runCommand(
  services: OpenServices,
  command: PreviewCommand,
  request: PreviewRequest,
  places: Places,
): Promise<FinishedRun> {
  if (command === 'run') {
    const folder = services.files.temporaryFolder
    const runId = randomUUID()
    const complete = request.keep !== undefined
    const finished = await runPreview(services, request, { runId, folder, complete, until: 'compare' })
    return keptWhereAsked(services, finished, folder, request.keep)
  }
  if (command === 'create') return create(services, request, places)
  const saved = await loadPreview(services.files, places.preview, request)
  return compareBuilt(services, saved.request, { runId: saved.runId, folder: places.preview }, saved.outcomes)
}

/** An earlier preview of that name is replaced when the new one is finished, and not before. */
async function create(
  services: OpenServices,
  request: PreviewRequest,
  { preview, unfinished }: Places,
): Promise<FinishedRun> {
  const { files, kernel } = services
  try {
    removeAbandoned(preview)
    const runId = randomUUID()
    const options = { runId, folder: unfinished, complete: true, until: 'build' } as const
    const finished = await runPreview(services, request, options)
    const { outcomes, refs, failures } = finished.result
    // Without its data there is nothing to compare later: what an earlier `create` left is worth more.
    if (finished.warehouse === undefined && failures.length > 0) return finished
    await kernel.close()
    await savePreview(files, unfinished, { request: onSameData(request, finished, unfinished), runId, outcomes }, refs)
    const kept = await keptWhereAsked(services, finished, unfinished, request.keep)
    await files.move(unfinished, preview)
    return kept
  } finally {
    await files.remove(unfinished)
  }
}

/** A warehouse that was made for this preview (seeded, or taken from git) is named, so that it is not made again. */
function onSameData(request: PreviewRequest, { warehouse }: FinishedRun, folder: string): PreviewRequest {
  if (warehouse?.path.startsWith(`${folder}/`) !== true) return request
  return { ...request, warehouse: `./${warehouse.path.slice(folder.length + 1)}` }
}

/** What cannot be kept is told among the failures; what was found is not lost for it. */
async function keptWhereAsked(
  services: OpenServices,
  finished: FinishedRun,
  folder: string,
  into: string | undefined,
): Promise<FinishedRun> {
  const { warehouse, result } = finished
  if (into === undefined || warehouse === undefined) return finished
  // Files are whole once DuckDB has let go of them.
  await services.kernel.close()
  try {
    await keepEnvironment(services.files, { folder, warehouse, into }, services.kernel.style)
    return finished
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error
    return { ...finished, result: { ...result, failures: [...result.failures, error] } }
  }
}
