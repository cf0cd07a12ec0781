import { dirname, join } from 'node:path'
import * as core from '@actions/core'
import { pathFor, toProjectsOutput, type ProjectRun } from '../commands/projects.ts'
import { formatError } from '../core/base/errors.ts'
import { runsOf, type ProjectsOutput } from '../core/contract/projects.ts'
import type { RunOutput } from '../core/contract/run.ts'
import { SUMMARY_UNITS } from '../core/report/job-summary.ts'
import { partsOf, renderProjects, reportedProjects } from '../core/report/projects.ts'
import { remember } from '../core/report/since.ts'
import { annotate, annotateFailure } from './annotations.ts'
import { sayWhatBecameOfIt, writeComment, type Target } from './comment.ts'
import { linksOf } from './links.ts'
import { logUntrusted } from './log.ts'
import { writeOutputs, writeSummary, type StepResult } from './outputs.ts'
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
  const document = toProjectsOutput(projects, step.redact)
  const parts = partsOf(document)
  const rendered = (maxUnits: number) => step.redact(renderProjects(parts, { head, links, maxUnits, earlier }))
  const runs = runsOf(document)
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
  await writeSummary(rendered(SUMMARY_UNITS))
  for (const one of projects) {
    if (one.kind === 'ran') {
      logUntrusted(`${one.project}: ${one.run.headline}`)
      annotate(one.run)
      failWhereAsked(step, one.run)
    } else annotateFailure(step.redact(formatError(one.error)), one.error.location)
  }
  sayWhatBecameOfIt(step, comment)
}

/** The outputs that the document alone gives. */
export function projectsOutputs(document: ProjectsOutput): Omit<StepResult, 'comment' | 'jsonPath' | 'reportPath'> {
  const runs = runsOf(document)
  const deltas = runs.flatMap(({ cost }) => cost.summary.delta_usd ?? [])
  return {
    verdict: runs.length < document.projects.length ? 'failed' : worstOf(runs),
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

async function writeJson(step: Step, document: ProjectsOutput): Promise<string | undefined> {
  const { inputs, environment, folder } = step
  const path = inputs.json ?? join(environment['RUNNER_TEMP'] ?? dirname(folder), 'rocky-preview.json')
  return await written(step, path, () => `${JSON.stringify(document, undefined, 2)}\n`)
}

/** One file a project. */
async function writeReports(step: Step, projects: readonly ProjectRun[]): Promise<readonly string[]> {
  const { report } = step.inputs
  if (report === undefined) return []
  const paths: string[] = []
  for (const one of projects) {
    if (one.kind === 'failed') continue
    const own = { ...step, inputs: { ...step.inputs, report: pathFor(one.project, report) } }
    const path = await writeReport(own, one.run, linksOf(step.environment, one.run.refs.head))
    if (path !== undefined) paths.push(path)
  }
  if (paths.length > 0) core.info(`Reports: ${paths.join(', ')}`)
  return paths
}
