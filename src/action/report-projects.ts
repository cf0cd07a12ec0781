import { dirname, join, parse } from 'node:path'
import * as core from '@actions/core'
import { formatError } from '../core/base/errors.ts'
import type { ProjectsOutput } from '../core/contract/projects.ts'
import type { RunOutput } from '../core/contract/run.ts'
import { SUMMARY_BYTES } from '../core/report/job-summary.ts'
import { renderProjects, reportedProjects, type ProjectPart } from '../core/report/projects.ts'
import { remember } from '../core/report/since.ts'
import { annotate, annotateFailure } from './annotations.ts'
import { sayWhatBecameOfIt, writeComment, type Target } from './comment.ts'
import { linksOf } from './links.ts'
import { logUntrusted } from './log.ts'
import { writeOutputs, writeSummary, type StepResult } from './outputs.ts'
import type { ProjectRun } from './projects.ts'
import {
  COMMENT_UNITS,
  count,
  failWhereAsked,
  SMALL_COMMENT_UNITS,
  worthCreating,
  writeReport,
  written,
} from './report.ts'
import type { Step } from './step.ts'

/** Tells what was found of several projects: one comment, one summary, one JSON file; outputs are sums, and the worst verdict. */
export async function reportProjects(step: Step, projects: readonly ProjectRun[], target: Target): Promise<void> {
  const { head } = target.subject
  const { earlier } = target.page
  const links = linksOf(step.environment, head)
  const document = documentOf(step, projects)
  const parts = partsOf(document)
  const rendered = (maxUnits: number) => step.redact(renderProjects(parts, { head, links, maxUnits, earlier }))
  const runs = projects.flatMap((one) => (one.kind === 'ran' ? [one.run] : []))
  const jsonPath = await writeJson(step, document)
  const reportPaths = await writeReports(step, projects)
  const comment = await writeComment(step, target, {
    content: rendered(COMMENT_UNITS),
    smaller: () => rendered(SMALL_COMMENT_UNITS),
    memory: remember(reportedProjects(parts, head), earlier),
    base: runs[0]?.refs.merge_base ?? '',
    worthCreating: runs.length < projects.length || runs.some(worthCreating),
  })
  writeOutputs({ ...projectsOutputs(document), comment, jsonPath, reportPath: reportPaths[0] })
  // A unit takes three bytes at most.
  await writeSummary(rendered(Math.floor(SUMMARY_BYTES / 3)))
  for (const one of projects) {
    if (one.kind === 'ran') {
      logUntrusted(`${one.project}: ${one.run.headline}`)
      annotate(one.run)
      failWhereAsked(step, one.run)
    } else annotateFailure(step.redact(formatError(one.error)), one.error.location)
  }
  sayWhatBecameOfIt(step, comment)
}

/** The document as the report's parts. */
export function partsOf({ projects }: ProjectsOutput): readonly ProjectPart[] {
  return projects.map((one) =>
    'run' in one
      ? { project: one.project, outcome: { kind: 'ran', run: one.run } }
      : { project: one.project, outcome: { kind: 'failed', message: one.failure.message, hint: one.failure.hint } },
  )
}

/** The outputs that the document alone gives. */
export function projectsOutputs({ projects }: ProjectsOutput): Omit<StepResult, 'comment' | 'jsonPath' | 'reportPath'> {
  const runs = projects.flatMap((one) => ('run' in one ? [one.run] : []))
  const deltas = runs.flatMap(({ cost }) => cost.summary.delta_usd ?? [])
  return {
    verdict: runs.length < projects.length ? 'failed' : worstOf(runs),
    changedModels: sum(runs, (run) => count(run, ['changed', 'added', 'removed'])),
    failedModels: sum(runs, (run) => count(run, ['failed'])),
    pruneSetSize: sum(runs, (run) => run.create.prune_set.length),
    deltaUsd: deltas.length === 0 ? undefined : deltas.reduce((all, one) => all + one, 0),
  }
}

function worstOf(runs: readonly RunOutput[]): RunOutput['verdict'] {
  const order = ['failed', 'changed', 'incomplete', 'unchanged'] as const
  return order.find((verdict) => runs.some((run) => run.verdict === verdict)) ?? 'unchanged'
}

function sum(runs: readonly RunOutput[], of: (run: RunOutput) => number): number {
  return runs.reduce((all, run) => all + of(run), 0)
}

function documentOf({ redact }: Step, projects: readonly ProjectRun[]): ProjectsOutput {
  return {
    command: 'preview-projects',
    projects: projects.map((one) => {
      if (one.kind === 'ran') return { project: one.project, run: one.run }
      const { code, message, hint } = one.error
      return { project: one.project, failure: { code, message: redact(message), hint: redact(hint) } }
    }),
  }
}

async function writeJson(step: Step, document: ProjectsOutput): Promise<string | undefined> {
  const { inputs, environment, folder } = step
  const path = inputs.json ?? join(environment['RUNNER_TEMP'] ?? dirname(folder), 'rocky-preview.json')
  return await written(step, path, () => `${JSON.stringify(document, undefined, 2)}\n`)
}

/** One file a project: `report.html` becomes `report-projects-a.html`. */
async function writeReports(step: Step, projects: readonly ProjectRun[]): Promise<readonly string[]> {
  const { report } = step.inputs
  if (report === undefined) return []
  const { dir, name, ext } = parse(report)
  const paths: string[] = []
  for (const one of projects) {
    if (one.kind === 'failed') continue
    const file = join(dir, `${name}-${one.project.replace(/[^A-Za-z0-9._-]+/g, '-')}${ext}`)
    const own = { ...step, inputs: { ...step.inputs, report: file } }
    const path = await writeReport(own, one.run, linksOf(step.environment, one.run.refs.head))
    if (path !== undefined) paths.push(path)
  }
  if (paths.length > 0) core.info(`Reports: ${paths.join(', ')}`)
  return paths
}
