import { runPreview } from '../../src/commands/run.ts'
import { openServices } from '../../src/compose.ts'
import { toRunOutput } from '../../src/core/contract/run.ts'
import { reportRenderers } from '../../src/core/report/renderers.ts'
import { openRepository } from '../../src/git/open.ts'
import { createRepository } from '../support/git-repository.ts'
import { distFolder, noLimits, requestFor } from '../support/scenario.ts'
import type { Preview } from './run-case.ts'

/** A preview as people run it: from a git repository, by a worker. */
export const previewByWorker: Preview = async (warehouse, before, after) => {
  const repository = createRepository()
  repository.commit(before)
  repository.git('checkout', '--quiet', '-b', 'change')
  const gone = Object.keys(before).filter((path) => after[path] === undefined)
  repository.commit({ ...Object.fromEntries(gone.map((path) => [path, undefined])), ...after })
  const opened = await openRepository(repository.folder)
  const services = await openServices({
    git: opened.repository,
    workspace: opened.root,
    distFolder,
    limits: noLimits,
    progress: () => undefined,
  })
  try {
    const request = requestFor({ branch: 'change' }, '', warehouse)
    const folder = services.files.temporaryFolder
    const { result } = await runPreview(services, request, { runId: 'run', folder, complete: false, until: 'compare' })
    return toRunOutput(result, reportRenderers())
  } finally {
    await services.close()
    await opened.repository.close()
  }
}
