import * as core from '@actions/core'
import { unreachable } from '../core/base/unreachable.ts'
import { SUMMARY_BYTES } from '../core/report/job-summary.ts'
import type { CommentOutcome } from '../core/ports/comments.ts'

/** Every output of the step: the source of action.yml. People splice them into scripts, so none holds text that others wrote. */
export const outputTable = {
  verdict: { description: 'unchanged, changed, incomplete or failed. Empty when the event is none to preview.' },
  'changed-models': {
    description:
      'How many models have other data, or are new or gone. Like all figures, empty when the preview could not run.',
  },
  'failed-models': { description: 'How many models could not be built on the head.' },
  'prune-set-size': { description: 'How many models had to be rebuilt to know.' },
  'delta-usd': {
    description: 'What a run of head costs more than one of base, in US dollars. Empty when it is not known.',
  },
  'comment-action': {
    description:
      'created, updated or unchanged; or, when nothing was written, why: not-asked, stale, older-run, forbidden, locked, rejected or unreachable.',
  },
  'comment-id': { description: 'Id of the comment. Empty when none was written.' },
  'comment-url': { description: 'Address of the comment. Empty when none was written.' },
  'json-path': { description: 'The file that holds the run as JSON. Empty when the preview could not run.' },
  'report-path': { description: 'The HTML page that `report` asked for. Empty when none was written.' },
} as const satisfies Record<string, { readonly description: string }>

export type OutputName = keyof typeof outputTable

export interface StepResult {
  readonly verdict: 'unchanged' | 'changed' | 'incomplete' | 'failed' | undefined
  readonly changedModels: number | undefined
  readonly failedModels: number | undefined
  readonly pruneSetSize: number | undefined
  readonly deltaUsd: number | undefined
  readonly comment: CommentOutcome
  /** A path that we or the workflow chose. */
  readonly jsonPath: string | undefined
  readonly reportPath: string | undefined
}

/** Of a step that found nothing out. */
export const nothing: StepResult = {
  verdict: undefined,
  changedModels: undefined,
  failedModels: undefined,
  pruneSetSize: undefined,
  deltaUsd: undefined,
  comment: { kind: 'not-written', reason: 'not-asked', because: '' },
  jsonPath: undefined,
  reportPath: undefined,
}

/** The outputs as the runner gets them; '' = not known. */
export function stepOutputs(result: StepResult): Readonly<Record<OutputName, string>> {
  const { verdict, changedModels, failedModels, pruneSetSize, deltaUsd, comment, jsonPath, reportPath } = result
  return {
    verdict: verdict ?? '',
    'changed-models': String(changedModels ?? ''),
    'failed-models': String(failedModels ?? ''),
    'prune-set-size': String(pruneSetSize ?? ''),
    'delta-usd': deltaUsd === undefined ? '' : String(Number(deltaUsd.toFixed(6))),
    ...commentOutputs(comment),
    'json-path': jsonPath ?? '',
    'report-path': reportPath ?? '',
  }
}

export function writeOutputs(result: StepResult): void {
  for (const [name, value] of Object.entries(stepOutputs(result))) core.setOutput(name, value)
}

/** GitHub takes 1 MiB a step. */
export const SUMMARY_LIMIT_BYTES = SUMMARY_BYTES

/**
 * Appends to the job summary. What is past the limit is not cut, since that breaks Markdown: a line says so in its place.
 * A runner without summaries gets a warning, and nothing is lost by it.
 */
export async function writeSummary(markdown: string): Promise<void> {
  const fits = Buffer.byteLength(markdown) <= SUMMARY_LIMIT_BYTES
  const text = fits ? markdown : 'The report is longer than a job summary may be; see the JSON file.'
  try {
    await core.summary.addRaw(text, true).write()
  } catch (error) {
    core.warning(`The job summary could not be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function commentOutputs(comment: CommentOutcome): Record<'comment-action' | 'comment-id' | 'comment-url', string> {
  switch (comment.kind) {
    case 'created':
    case 'updated':
    case 'unchanged':
      return { 'comment-action': comment.kind, 'comment-id': String(comment.id), 'comment-url': comment.url }
    case 'not-written':
      return { 'comment-action': comment.reason, 'comment-id': '', 'comment-url': '' }
    default:
      return unreachable(comment)
  }
}
