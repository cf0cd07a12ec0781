import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import * as core from '@actions/core'
import { tripped } from '../commands/fail-on.ts'
import { formatError, PreviewError } from '../core/base/errors.ts'
import { exhausted } from '../core/base/exhausted.ts'
import type { RunOutput } from '../core/contract/run.ts'
import { renderComment } from '../core/report/comment.ts'
import { renderFailure } from '../core/report/failure.ts'
import { renderHtml } from '../core/report/html/page.ts'
import { remember, reportedRun } from '../core/report/since.ts'
import { renderJobSummary } from '../core/report/job-summary.ts'
import type { Links } from '../core/report/links.ts'
import { annotate, annotateFailure } from './annotations.ts'
import { sayThatItIsClosed, sayWhatBecameOfIt, writeComment, type Target } from './comment.ts'
import { linksOf } from './links.ts'
import { logBug, logUntrusted } from './log.ts'
import { nothing, writeOutputs, writeSummary, type StepResult } from './outputs.ts'
import type { GitHubClient } from '../github/client.ts'
import type { Step } from './step.ts'

export const COMMENT_UNITS = 60_000
export const SMALL_COMMENT_UNITS = 20_000

/** Tells what was found: in the comment, the outputs, the summary, the JSON file, the annotations and the step's result. */
export async function reportRun(step: Step, run: RunOutput, target: Target): Promise<void> {
  const links = linksOf(step.environment, run.refs.head)
  const { earlier } = target.page
  const rendered = (maxUnits: number) => step.redact(renderComment(run, { maxUnits, links, earlier }))
  const jsonPath = await writeJson(step, run)
  const reportPath = await writeReport(step, run, links)
  const comment = await writeComment(step, target, {
    content: run.markdown,
    smaller: () => rendered(SMALL_COMMENT_UNITS),
    memory: remember(reportedRun(run), earlier),
    base: run.refs.merge_base,
    worthCreating: worthCreating(run),
  })
  writeOutputs({ ...runOutputs(run), comment, jsonPath, reportPath })
  await writeSummary(step.redact(renderJobSummary(run, { links, earlier })))
  logUntrusted(run.headline)
  annotate(run)
  sayWhatBecameOfIt(step, comment)
  failWhereAsked(step, run)
}

/** There is something to tell: enough to create a comment for. */
export function worthCreating({ verdict, models }: RunOutput): boolean {
  return verdict !== 'unchanged' || models.some(({ change }) => change !== 'none')
}

/** The outputs that the document alone gives. */
export function runOutputs(run: RunOutput): Omit<StepResult, 'comment' | 'jsonPath' | 'reportPath'> {
  return {
    verdict: run.verdict,
    changedModels: count(run, ['changed', 'added', 'removed']),
    failedModels: count(run, ['failed']),
    pruneSetSize: run.create.prune_set.length,
    deltaUsd: run.cost.summary.delta_usd,
  }
}

/**
 * Tells why there is nothing to tell: a green report of an older commit must not be left standing. Without a target it is
 * not known whose comment that would be. A bug's stack goes into the log, never into the comment.
 */
export async function reportFailure(step: Step, error: unknown, target?: Target): Promise<void> {
  const failure = asPreviewError(error)
  if (failure.blame === 'bug') logBug(failure, step.mask)
  const head = target?.subject.head ?? ''
  const content = failureMarkdown(step, failure, head)
  // It tells of no model, so the next report compares with the same one as this would have.
  const memory = target?.page.earlier
  const wording = { content, smaller: () => content, memory, base: '', worthCreating: true }
  const comment = await writeComment(step, target, wording)
  writeOutputs({ ...nothing, verdict: 'failed', comment })
  await writeSummary(content)
  annotateFailure(step.redact(formatError(failure)), failure.location)
  sayWhatBecameOfIt(step, comment)
}

/** The pull request is closed: its comment says so below, and nothing is previewed. */
export async function reportClosed(step: Step, client: GitHubClient, pullRequest: number): Promise<void> {
  const comment = await sayThatItIsClosed(step, client, pullRequest)
  const said = comment.kind === 'not-written' ? 'nothing was written below a comment' : 'its comment says so'
  await reportNothing(`The pull request is closed: no preview is made, and ${said}.`, comment)
  sayWhatBecameOfIt(step, comment)
}

/** The event is one of those that change nothing that a preview shows. */
export async function reportNothing(because: string, comment = nothing.comment): Promise<void> {
  core.notice(because)
  writeOutputs({ ...nothing, comment })
  await writeSummary(because)
}

function failureMarkdown(
  { environment, redact }: Step,
  { message, hint, location, frame }: PreviewError,
  head: string,
): string {
  const place = location === undefined ? {} : { ...location, path: redact(location.path) }
  const failure = {
    message: redact(message),
    hint: redact(hint),
    frame: frame === undefined ? undefined : redact(frame),
    ...place,
  }
  return redact(renderFailure(failure, head, linksOf(environment, head)))
}

/** The words of `fail-on`; and what is our own mistake is never green. */
export function failWhereAsked({ inputs }: Pick<Step, 'inputs'>, run: RunOutput): void {
  const words = tripped(run, inputs.failOn)
  if (words.length > 0) core.setFailed(`fail-on: ${words.join(', ')}. ${run.headline}`)
  else if (run.failures.some(({ blame }) => blame === 'bug')) core.setFailed(`A bug of ours. ${run.headline}`)
}

async function writeJson(step: Step, run: RunOutput): Promise<string | undefined> {
  const { inputs, environment, folder } = step
  const path = inputs.json ?? join(environment['RUNNER_TEMP'] ?? dirname(folder), 'rocky-preview.json')
  return written(step, path, () => `${JSON.stringify(run, undefined, 2)}\n`)
}

export async function writeReport(step: Step, run: RunOutput, links: Links): Promise<string | undefined> {
  const { report } = step.inputs
  return report === undefined ? undefined : written(step, report, () => renderHtml(run, links))
}

/** The path of what was written. A file that cannot be written fails the step, not the report. */
export async function written(
  { workspace, redact }: Step,
  name: string,
  content: () => string,
): Promise<string | undefined> {
  const path = resolve(workspace, name)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content())
    return path
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    core.setFailed(redact(`The run could not be written to a file: ${why}`))
    return undefined
  }
}

export function count({ models }: RunOutput, verdicts: readonly RunOutput['models'][number]['verdict'][]): number {
  return models.filter(({ verdict }) => verdicts.includes(verdict)).length
}

function asPreviewError(error: unknown): PreviewError {
  if (error instanceof PreviewError) return error
  const refused = exhausted(error)
  if (refused !== undefined) return refused
  const [message = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return new PreviewError('bug', message, { cause: error })
}
