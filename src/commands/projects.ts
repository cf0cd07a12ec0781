import { PreviewError } from '../core/base/errors.ts'
import type { PreviewResult } from '../core/contract/result.ts'
import type { ProjectsOutput } from '../core/contract/projects.ts'
import { toPlace } from '../core/contract/shared.ts'
import type { RunOutput } from '../core/contract/run.ts'
import type { Declaration } from '../core/expectations/declaration.ts'
import { patternRoot, projectsIn } from '../core/project/projects.ts'
import type { CommitId, GitRepository } from '../core/ports/git.ts'

/** One of several projects, with what became of it. */
export type ProjectRun = { readonly project: string } & (
  { readonly kind: 'ran'; readonly run: RunOutput } | { readonly kind: 'failed'; readonly error: PreviewError }
)

export type ProjectResult = { readonly project: string } & (
  { readonly kind: 'ran'; readonly result: PreviewResult } | { readonly kind: 'failed'; readonly error: PreviewError }
)

/** The projects that the pattern stands for on head. Fails with `project.missing` where there is none. */
export async function findProjects(
  git: GitRepository,
  head: CommitId,
  { project: pattern, config }: { readonly project: string; readonly config: string },
): Promise<readonly string[]> {
  const projects = projectsIn(await git.list(head, patternRoot(pattern)), pattern, config)
  if (projects.length > 0) return projects
  throw new PreviewError('project.missing', `No folder matches ${pattern} and holds a ${config}.`)
}

/** One after the other. What the user must mend in one project keeps none of the others from being told. */
export async function runEach(
  projects: readonly string[],
  run: (project: string) => Promise<PreviewResult>,
): Promise<readonly ProjectResult[]> {
  const results: ProjectResult[] = []
  for (const project of projects) {
    try {
      results.push({ project, kind: 'ran', result: await run(project) })
    } catch (error) {
      if (!(error instanceof PreviewError) || error.blame !== 'user' || error.code === 'git.missing-object') throw error
      results.push({ project, kind: 'failed', error })
    }
  }
  return results
}

/** The documents. A description is about all projects: what it declares of a model is checked where that model is. */
export function documentsOf(
  results: readonly ProjectResult[],
  documentOf: (result: PreviewResult) => RunOutput,
): readonly ProjectRun[] {
  const ran = results.flatMap((one) => (one.kind === 'ran' ? [one.result] : []))
  const names = new Map(ran.map((result) => [result, namesOf(result)]))
  return results.map((one) => {
    if (one.kind === 'failed') return one
    const isElsewhere = (model: string): boolean =>
      names.get(one.result)?.has(model) !== true && [...names.values()].some((known) => known.has(model))
    return { project: one.project, kind: 'ran', run: documentOf(withoutDeclarationsOf(one.result, isElsewhere)) }
  })
}

/** All in one document. `shown`: what becomes of words that a failure quotes. */
export function toProjectsOutput(
  projects: readonly ProjectRun[],
  shown: (text: string) => string = (text) => text,
): ProjectsOutput {
  return {
    command: 'preview-projects',
    projects: projects.map((one) => {
      if (one.kind === 'ran') return { project: one.project, run: one.run }
      const { code, blame, message, hint, location } = one.error
      const place = location === undefined ? {} : toPlace({ ...location, path: shown(location.path) })
      return { project: one.project, failure: { code, blame, message: shown(message), hint: shown(hint), ...place } }
    }),
  }
}

/** The name of one project's file: `report.html` becomes `report-projects-a.html`, a folder `kept` becomes `kept-projects-a`. */
export function pathFor(project: string, path: string): string {
  const name = project.replace(/[^A-Za-z0-9._-]+/g, '-')
  return path.replace(/(?:\.[^./\\]+)?$/, (extension) => `-${name}${extension}`)
}

function withoutDeclarationsOf(result: PreviewResult, isElsewhere: (model: string) => boolean): PreviewResult {
  if (result.expectations === undefined) return result
  const isHere = ({ subject, source }: Declaration): boolean =>
    source.kind === 'file' || subject.kind === 'others' || !isElsewhere(subject.model.toLowerCase())
  const { declarations, faults } = result.expectations
  return { ...result, expectations: { faults, declarations: declarations.filter(isHere) } }
}

function namesOf({ plan }: PreviewResult): ReadonlySet<string> {
  return new Set(
    [...plan.models.map(({ name }) => name), ...plan.failures.map(({ model }) => model)].map((name) =>
      name.toLowerCase(),
    ),
  )
}
