import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as core from '@actions/core'
import { PreviewError } from '../../core/base/errors.ts'
import { connectGitHub } from '../../github/client.ts'
import type { Target } from '../comment.ts'
import type { EventPullRequest } from '../event.ts'
import type { Environment } from '../inputs.ts'
import { pageOf } from '../page.ts'
import { reportClosed, reportFailure, reportNothing } from '../report.ts'
import { openStep, type Step } from '../step.ts'
import { payloadOf } from '../work.ts'
import { readCommentInputs } from './inputs.ts'
import { producerOf, type Producer } from './producer.ts'
import { relay } from './relay.ts'
import { runsOf, type ReportDocument } from '../../core/contract/projects.ts'
import { readRunDocument } from './run-document.ts'

/**
 * The comment alone, from the document that another job or workflow left: no SQL, no checkout, no DuckDB. Which pull request
 * and which commit it is about is the event's to say; the document is data from a stranger. Delivering it is the whole
 * result of this step: whether the preview is green is the preview's own check.
 */
export async function runCommentEntry(environment: Environment, distFolder: string): Promise<void> {
  const step = await openStep(environment, distFolder)
  try {
    await showReport(step)
  } catch (error) {
    await reportFailure(step, error)
  } finally {
    await step.close()
  }
}

async function showReport(step: Step): Promise<void> {
  const { environment, inputs, problem } = step
  if (problem !== undefined) throw problem
  const client = connectGitHub(environment, inputs.githubToken, { debug: core.debug })
  const given = readCommentInputs(environment)
  const producer = producerOf(await payloadOf(environment), environment, given, client)
  const idle = producer === undefined ? 'The run is of no pull request.' : idleResults.get(producer.result)
  if (producer === undefined || idle !== undefined) {
    await reportNothing(idle ?? '')
    return
  }
  const pulls = await producer.candidates()
  const closed = pulls.length === 0 ? await producer.closed() : []
  if (closed.length > 0) {
    // The run's own token could not write below the comment.
    for (const number of closed) await reportClosed(step, client, number)
    return
  }
  const run = await documentOf(step, producer).catch(asProblem)
  const pull = theOne(pulls, run)
  if (pull === undefined) {
    await reportNothing('No open pull request has this commit as its newest: there is nothing to comment on.')
    return
  }
  const target = await targetOf(step, producer, pull, client)
  const ofProducer = { ...step, environment: { ...environment, GITHUB_RUN_ID: String(producer.id) } }
  if (run instanceof PreviewError) await reportFailure(ofProducer, run, target)
  else if (run !== undefined) await relay(ofProducer, run, target)
  else if (failedResults.has(producer.result)) await reportFailure(ofProducer, withoutReport(producer), target)
  else await reportNothing('The preview found nothing to report.')
}

/** A cancelled run says nothing: the one that took its place will. */
const idleResults: ReadonlyMap<string, string> = new Map([
  ['cancelled', 'The preview was cancelled: its report is left to the run that follows.'],
  ['skipped', 'The preview was skipped.'],
  ['action_required', 'The preview waits for somebody to approve it.'],
  ['stale', 'The preview was given up by GitHub.'],
])

const failedResults: ReadonlySet<string> = new Set(['failure', 'timed_out', 'startup_failure'])

async function documentOf(
  { inputs, workspace, environment }: Step,
  { head }: Producer,
): Promise<ReportDocument | undefined> {
  if (inputs.json === undefined) throw new PreviewError('input.invalid', 'Input `json` is empty; expected a path.')
  const folders = [workspace, environment['RUNNER_TEMP'] ?? workspace]
  const within = await Promise.all(folders.map((folder) => realpath(folder)))
  const run = await readRunDocument(resolve(workspace, inputs.json), within)
  if (run === undefined || runsOf(run).every(({ refs }) => refs.head === head)) return run
  throw new PreviewError(
    'report.invalid',
    'The preview’s report cannot be shown. It is about another commit than the run.',
  )
}

function asProblem(error: unknown): PreviewError {
  if (error instanceof PreviewError) return error
  throw error
}

/** Two pull requests may share a head. What the document says of its base only chooses between them. */
function theOne(
  pulls: readonly EventPullRequest[],
  run: ReportDocument | PreviewError | undefined,
): EventPullRequest | undefined {
  if (pulls.length <= 1) return pulls[0]
  const base = run === undefined || run instanceof PreviewError ? undefined : runsOf(run)[0]?.refs.base
  const based = pulls.filter((pull) => pull.base === base)
  return based.length === 1 ? based[0] : undefined
}

async function targetOf(
  step: Step,
  { id, attempt, startedAt, head }: Producer,
  pull: EventPullRequest,
  client: Target['client'],
): Promise<Target> {
  const subject = { base: pull.base, head, pullRequest: pull, cloneUrl: '' }
  const page = await pageOf(step, subject, client)
  if (startedAt === undefined) return { subject, client, page }
  return { subject, client, page, producer: { id, attempt, startedAt } }
}

function withoutReport({ result }: Producer): PreviewError {
  return new PreviewError('report.missing', `The preview ended with "${result}" and left no report.`)
}
