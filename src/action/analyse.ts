import { randomUUID } from 'node:crypto'
import { keepEnvironment } from '../commands/keep.ts'
import { runPreview, type FinishedRun } from '../commands/run.ts'
import type { PreviewRequest } from '../commands/request.ts'
import { openServices, type OpenServices } from '../compose.ts'
import { PreviewError } from '../core/base/errors.ts'
import type { PreviewResult } from '../core/contract/result.ts'
import { isProjectPattern } from '../core/project/projects.ts'
import type { CommitId, GitRepository } from '../core/ports/git.ts'
import type { GitHubClient } from '../github/client.ts'
import type { ActionInputs } from './inputs.ts'
import { leaveWorker } from './left.ts'
import { logBug, logStages } from './log.ts'
import { findProjects, pathFor, runEach, type ProjectResult } from '../commands/projects.ts'
import { commitsOf, type Commits } from './refs.ts'
import { requestOf } from './request.ts'
import { openSources } from './sources.ts'
import type { Step } from './step.ts'
import type { Subject } from './subject.ts'

/** What the runs of a step measured: of the one project, or of each that a pattern stands for. */
export type Analysed = { readonly head: CommitId } & (
  | { readonly kind: 'one'; readonly result: PreviewResult }
  | { readonly kind: 'several'; readonly results: readonly ProjectResult[] }
)

/** Finds the commits, fetches what the checkout lacks, runs the kernel. */
export async function analyse(step: Step, subject: Subject, client: GitHubClient): Promise<Analysed> {
  if (step.problem !== undefined) throw step.problem
  const sources = await openSources(step, subject)
  try {
    const refs = await commitsOf(subject, client, sources.checkout)
    const wanted = [refs.mergeBase, refs.head]
    const run = (git: GitRepository, project: string) =>
      runProject({ ...step, inputs: inputsFor(step.inputs, project) }, subject, refs, git, sources.root)
    const attempt = async (git: GitRepository): Promise<Analysed> => {
      const { project, config } = step.inputs
      const { head } = refs
      if (!isProjectPattern(project)) return { kind: 'one', head, result: await run(git, project) }
      const projects = await findProjects(git, head, { project, config })
      return { kind: 'several', head, results: await runEach(projects, (one) => run(git, one)) }
    }
    try {
      return await attempt(await sources.holding(wanted))
    } catch (error) {
      // A partial clone has commits without their files.
      if (!(error instanceof PreviewError) || error.code !== 'git.missing-object') throw error
      return await attempt(await sources.whole(wanted))
    }
  } finally {
    await sources.close()
  }
}

async function runProject(
  step: Step,
  subject: Subject,
  refs: Commits,
  git: GitRepository,
  workspace: string,
): Promise<PreviewResult> {
  const { inputs, distFolder, folder } = step
  const request = requestOf(step, subject, refs)
  const log = logStages(step.redact)
  const workers: number[] = []
  const services = await openServices({
    git,
    workspace,
    distFolder,
    limits: request.limits,
    allowFunctions: request.allow?.functions,
    nativePath: inputs.nativePath,
    registryUrl: inputs.registryUrl,
    temporaryRoot: folder,
    progress: log.progress,
    seedLikely: request.warehouse === undefined,
    onWorker: (pid) => {
      workers.push(pid)
      leaveWorker(workers)
    },
    onAbort: step.beforeExit,
  })
  try {
    const finished = await runAndKeep(services, request)
    log.end()
    for (const failure of finished.result.failures) if (failure.blame === 'bug') logBug(failure, step.mask)
    return finished.result
  } finally {
    log.end()
    await services.close()
  }
}

/** Each of several projects leaves its environment in a folder of its own. */
function inputsFor({ project: given, keep, ...inputs }: ActionInputs, project: string): ActionInputs {
  return { ...inputs, project, keep: keep !== undefined && isProjectPattern(given) ? pathFor(project, keep) : keep }
}

/** What cannot be kept is a failure of its own: the report is told all the same. */
async function runAndKeep(services: OpenServices, request: PreviewRequest): Promise<FinishedRun> {
  const { temporaryFolder: folder } = services.files
  const options = { runId: randomUUID(), folder, complete: request.keep !== undefined, until: 'compare' } as const
  const finished = await runPreview(services, request, options)
  const { warehouse, result } = finished
  if (request.keep === undefined || warehouse === undefined) return finished
  try {
    // Files are whole once DuckDB has let go of them.
    await services.kernel.close()
    await keepEnvironment(services.files, { folder, warehouse, into: request.keep }, services.kernel.style)
    return finished
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const failure = new PreviewError('input.invalid', `The environment could not be kept in ${request.keep}: ${why}`, {
      cause,
    })
    return { warehouse, result: { ...result, failures: [...result.failures, failure] } }
  }
}
