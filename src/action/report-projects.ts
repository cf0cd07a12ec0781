import { dirname, join, parse } from 'node:path'
import * as core from '@actions/core'
import { formatError } from '../core/base/errors.ts'
import type { RunOutput } from '../core/contract/run.ts'
import { renderProjects, type ProjectPart } from '../core/report/projects.ts'
import { SUMMARY_BYTES } from '../core/report/job-summary.ts'
import { annotate, annotateFailure } from './annotations.ts'
import { sayWhatBecameOfIt, writeComment, type Target } from './comment.ts'
import { linksOf } from './links.ts'
import { logUntrusted } from './log.ts'
import { writeOutputs, writeSummary } from './outputs.ts'
import type { ProjectRun } from './projects.ts'
import { count, failWhereAsked, written, writeReport } from './report.ts'
import type { Step } from './step.ts'

const SMALL_COMMENT_UNITS = 20_000

/** Tells what was found of several projects: one comment, one summary, one JSON file; outputs are sums, and the worst verdict. */
export async function reportProjects(step: Step, projects: readonly ProjectRun[], target: Target): Promise<void> {
  const links = linksOf(step.environment, target.subject.head)
  const parts = projects.map((project) => partOf(step, project))
  const rendered = (maxUnits?: number) =>
    step.redact(renderProjects(parts, { links, ...(maxUnits !== undefined && { maxUnits }) }))
  const runs = projects.flatMap((one) => (one.kind === 'ran' ? [one.run] : []))
  const [first] = runs
  const isFailed = runs.length < projects.length
  const jsonPath = await writeJson(step, projects)
  const reportPaths = await writeReports(step, projects)
  const comment = await writeComment(step, target, {
    content: rendered(),
    smaller: () => rendered(SMALL_COMMENT_UNITS),
    base: first?.refs.merge_base ?? '',
    worthCreating:
      isFailed ||
      runs.some(({ verdict, models }) => verdict !== 'unchanged' || models.some(({ change }) => change !== 'none')),
  })
  const deltas = runs.map(({ cost }) => cost.summary.delta_usd)
  writeOutputs({
    verdict: isFailed ? 'failed' : worstOf(runs),
    changedModels: sum(runs, (run) => count(run, ['changed', 'added', 'removed'])),
    failedModels: sum(runs, (run) => count(run, ['failed'])),
    pruneSetSize: sum(runs, (run) => run.create.prune_set.length),
    deltaUsd: deltas.every((delta) => delta === undefined)
      ? undefined
      : deltas.reduce<number>((all, one) => all + (one ?? 0), 0),
    comment,
    jsonPath,
    reportPath: reportPaths[0],
  })
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

function partOf({ redact }: Step, one: ProjectRun): ProjectPart {
  const { project } = one
  if (one.kind === 'ran') return { project, outcome: { kind: 'ran', run: one.run } }
  const { message, hint } = one.error
  return { project, outcome: { kind: 'failed', message: redact(message), hint: redact(hint) } }
}

function worstOf(runs: readonly RunOutput[]): RunOutput['verdict'] {
  const order = ['failed', 'changed', 'incomplete', 'unchanged'] as const
  return order.find((verdict) => runs.some((run) => run.verdict === verdict)) ?? 'unchanged'
}

function sum(runs: readonly RunOutput[], of: (run: RunOutput) => number): number {
  return runs.reduce((all, run) => all + of(run), 0)
}

async function writeJson(step: Step, projects: readonly ProjectRun[]): Promise<string | undefined> {
  const { inputs, environment, folder, redact } = step
  const path = inputs.json ?? join(environment['RUNNER_TEMP'] ?? dirname(folder), 'rocky-preview.json')
  const document = projects.map((one) =>
    one.kind === 'ran'
      ? { project: one.project, run: one.run }
      : { project: one.project, failure: { code: one.error.code, message: redact(one.error.message) } },
  )
  const whole = { command: 'preview-projects', projects: document }
  return await written(step, path, () => `${JSON.stringify(whole, undefined, 2)}\n`)
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
