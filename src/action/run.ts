import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import * as core from '@actions/core'
import { tripped } from '../commands/fail-on.ts'
import { keepEnvironment } from '../commands/keep.ts'
import { runPreview } from '../commands/run.ts'
import type { PreviewRequest } from '../commands/request.ts'
import { openServices } from '../compose.ts'
import { PreviewError } from '../core/base/errors.ts'
import { environmentName } from '../core/environment/name.ts'
import { toRunOutput, type RunOutput } from '../core/contract/run.ts'
import type { CommentOutcome } from '../core/ports/comments.ts'
import { renderComment } from '../core/report/comment.ts'
import { renderFailure } from '../core/report/failure.ts'
import type { Links } from '../core/report/links.ts'
import { reportRenderers } from '../core/report/renderers.ts'
import { fetchCommits } from '../git/fetch/fetch.ts'
import { layered } from '../git/layered.ts'
import { openRepository } from '../git/open.ts'
import type { Repository } from '../git/repository.ts'
import { connectGitHub, type GitHubClient } from '../github/client.ts'
import { upsertComment } from '../github/comment.ts'
import { missingCommits, privateGitFolder, subjectOf, type Subject } from './commits.ts'
import { readEvent, type Work } from './event.ts'
import { readInputs, secretInputs, type ActionInputs, type Environment } from './inputs.ts'
import { linksOf } from './links.ts'
import { logProgress, logUntrusted } from './log.ts'
import { stepOutputs, writeOutputs, writeSummary } from './outputs.ts'
import { createRedactor } from './redact.ts'

/** Everything that a step of a workflow knows. */
interface Step {
  readonly environment: Environment
  readonly distFolder: string
  readonly inputs: ActionInputs
  readonly work: Exclude<Work, { kind: 'nothing-to-do' }>
  readonly client: GitHubClient
  readonly redact: (text: string) => string
  /** Private, under the runner's temporary folder, removed at the end. */
  readonly folder: string
}

/** One step of a workflow, from the event to the comment. The analysis decides the step's result, and delivery only where asked. */
export async function runAction(environment: Environment, distFolder: string): Promise<void> {
  const secrets = secretInputs(environment)
  for (const secret of secrets) core.setSecret(secret)
  const inputs = readInputs(environment)
  const { prNumber, base, head } = inputs
  const work = readEvent(environment['GITHUB_EVENT_NAME'] ?? '', await payloadOf(environment), environment, { prNumber, base, head })
  if (work.kind === 'nothing-to-do') {
    core.notice(work.because)
    return
  }
  const client = connectGitHub(environment, inputs.githubToken, { debug: core.debug })
  const folder = await mkdtemp(join(environment['RUNNER_TEMP'] ?? '.', 'rocky-preview-'))
  try {
    await preview({ environment, distFolder, inputs, work, client, redact: createRedactor(environment, secrets), folder })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function preview(step: Step): Promise<void> {
  const { environment, client, work } = step
  const { repository: checkout, root, prefix } = await openRepository(environment['GITHUB_WORKSPACE'] ?? '.')
  try {
    const subject = await subjectOf(work, client, checkout)
    const links = linksOf(environment, subject)
    const run = await analyse(step, subject, checkout, root, prefix).catch((error: unknown) => error)
    if (isRun(run)) await deliver(step, subject, run, links)
    else await deliverFailure(step, subject, asPreviewError(run), links)
  } finally {
    await checkout.close()
  }
}

/** Fetches what the checkout lacks, runs the kernel, and gives the run document, with secrets masked. */
async function analyse(step: Step, subject: Subject, checkout: Repository, root: string, prefix: string): Promise<RunOutput> {
  const { environment, inputs, distFolder, folder } = step
  const git = await withMissingCommits(step, subject, checkout)
  const request = requestOf(inputs, subject, prefix)
  const services = await openServices({
    git,
    workspace: root,
    distFolder,
    limits: request.limits,
    nativePath: inputs.nativePath,
    registryUrl: inputs.registryUrl,
    temporaryRoot: folder,
    progress: logProgress(),
  })
  try {
    const options = { runId: randomUUID(), folder: services.files.temporaryFolder, complete: request.keep !== undefined, until: 'compare' } as const
    const finished = await runPreview(services, request, options)
    if (request.keep !== undefined && finished.warehouse !== undefined) {
      await services.kernel.close()
      await keepEnvironment(services.files, { folder: options.folder, warehouse: finished.warehouse, into: request.keep }, services.kernel.style)
    }
    return redacted(toRunOutput(finished.result, reportRenderers({ links: linksOf(environment, subject) })), step.redact)
  } finally {
    await services.close()
    if (git !== checkout) await git.close()
  }
}

/** Two commits at most, without their history, into a folder of our own. */
async function withMissingCommits({ work, inputs, environment, folder }: Step, { refs, pullRequest }: Subject, checkout: Repository): Promise<Repository> {
  const commits = await missingCommits(checkout, refs)
  if (commits.length === 0) return checkout
  const into = privateGitFolder(folder)
  await fetchCommits({
    url: work.repository.cloneUrl,
    token: inputs.githubToken,
    commits,
    refs: pullRequest === undefined ? [] : [`refs/pull/${String(pullRequest.number)}/head`],
    into,
    environment,
  })
  const { repository } = await openRepository(into)
  return layered([checkout, repository])
}

function requestOf(inputs: ActionInputs, { refs, pullRequest }: Subject, prefix: string): PreviewRequest {
  const project = [prefix, inputs.project].filter((part) => part !== '').join('/')
  const inProject = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : [project, path].filter((part) => part !== '').join('/')
  return {
    refs,
    project,
    config: inputs.config,
    models: inProject(inputs.models),
    warehouse: inputs.warehouse === undefined ? undefined : resolve(inputs.warehouse),
    seed: inProject(inputs.seed),
    env: inputs.env,
    name: inputs.name ?? (pullRequest === undefined ? undefined : environmentName(pullRequest.headBranch)),
    dryRun: false,
    sampleValues: inputs.sampleValues,
    keep: inputs.keep === undefined ? undefined : resolve(inputs.keep),
    limits: {
      timeoutMs: inputs.timeout,
      memoryBytes: inputs.memoryLimit,
      threads: inputs.threads,
      maxDiskBytes: inputs.maxDisk,
    },
    fromFork: pullRequest?.fromFork ?? false,
  }
}

async function deliver(step: Step, subject: Subject, run: RunOutput, links: Links): Promise<void> {
  const { inputs } = step
  const jsonPath = await writeJson(step, run)
  const outcome = await comment(step, subject, {
    content: run.markdown,
    smaller: () => step.redact(renderComment(run, { maxUnits: 20_000, links })),
    worthCreating: run.verdict !== 'unchanged' || run.models.some(({ change }) => change !== 'none'),
  })
  await writeSummary(step.redact(renderComment(run, { maxUnits: SUMMARY_UNITS, links })))
  writeOutputs({
    verdict: run.verdict,
    changedModels: count(run, ['changed', 'added', 'removed']),
    failedModels: count(run, ['failed']),
    pruneSetSize: run.create.prune_set.length,
    deltaUsd: run.cost.summary.delta_usd,
    comment: outcome,
    jsonPath,
  })
  logUntrusted(run.headline)
  const words = tripped(run, inputs.failOn)
  if (words.length > 0) core.setFailed(`fail-on: ${words.join(', ')}. ${step.redact(run.headline)}`)
  reportDelivery(step, outcome)
}

/** There is nothing to tell but why: a green report of an older head must not be left standing. */
async function deliverFailure(step: Step, subject: Subject, error: PreviewError, links: Links): Promise<void> {
  const head = subject.refs.head
  const markdown = step.redact(renderFailure({ message: error.message, hint: error.hint, ...error.location }, head, links))
  const outcome = await comment(step, subject, { content: markdown, smaller: () => markdown, worthCreating: true })
  await writeSummary(markdown)
  for (const [name, value] of Object.entries(
    stepOutputs({ verdict: 'failed', changedModels: 0, failedModels: 0, pruneSetSize: 0, deltaUsd: undefined, comment: outcome, jsonPath: undefined }),
  )) {
    core.setOutput(name, value)
  }
  core.setFailed(step.redact(`${error.message} ${error.hint}`))
  reportDelivery(step, outcome)
}

interface Words {
  readonly content: string
  readonly smaller: () => string
  readonly worthCreating: boolean
}

async function comment({ client, inputs, environment }: Step, { pullRequest, refs }: Subject, words: Words): Promise<CommentOutcome> {
  if (pullRequest === undefined) return { kind: 'not-written', reason: 'not-asked', because: 'This event belongs to no pull request.' }
  if (inputs.comment === 'never') return { kind: 'not-written', reason: 'not-asked', because: 'The input comment is never.' }
  return upsertComment(client, {
    pullRequest: pullRequest.number,
    key: inputs.commentKey,
    base: refs.kind === 'commits' ? refs.mergeBase : '',
    head: pullRequest.head,
    run: { id: Number(environment['GITHUB_RUN_ID'] ?? 0), attempt: Number(environment['GITHUB_RUN_ATTEMPT'] ?? 1) },
    content: words.content,
    smaller: words.smaller,
    create: inputs.comment === 'always' || words.worthCreating,
    fromFork: pullRequest.fromFork,
  })
}

function reportDelivery({ inputs }: Step, outcome: CommentOutcome): void {
  if (outcome.kind !== 'not-written') {
    core.info(`Comment ${outcome.kind}: ${outcome.url}`)
    return
  }
  if (inputs.commentRequired && outcome.reason !== 'not-asked') core.setFailed(outcome.because)
  else if (outcome.reason === 'not-asked' || outcome.reason === 'stale' || outcome.reason === 'older-run') core.notice(outcome.because)
  else core.warning(outcome.because)
}

/** A job summary holds a megabyte; a character may take four bytes. */
const SUMMARY_UNITS = 240_000

async function payloadOf({ GITHUB_EVENT_PATH: path }: Environment): Promise<unknown> {
  if (path === undefined || path === '') return {}
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new PreviewError('event.unsupported', 'The event\u2019s payload cannot be read.', { cause })
  }
}

async function writeJson({ inputs, environment }: Step, run: RunOutput): Promise<string> {
  const path = resolve(inputs.json ?? join(environment['RUNNER_TEMP'] ?? '.', 'rocky-preview.json'))
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(run, undefined, 2)}\n`)
  return path
}

/** Masks every text of a document; numbers and shape stay. */
function redacted(run: RunOutput, redact: (text: string) => string): RunOutput {
  return JSON.parse(JSON.stringify(run), (_, value: unknown) => (typeof value === 'string' ? redact(value) : value)) as RunOutput
}

function count({ models }: RunOutput, verdicts: readonly RunOutput['models'][number]['verdict'][]): number {
  return models.filter(({ verdict }) => verdicts.includes(verdict)).length
}

function isRun(outcome: unknown): outcome is RunOutput {
  return typeof outcome === 'object' && outcome !== null && 'command' in outcome
}

function asPreviewError(error: unknown): PreviewError {
  if (error instanceof PreviewError) return error
  return new PreviewError('bug', error instanceof Error ? error.message : String(error), { cause: error })
}
