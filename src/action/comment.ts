import * as core from '@actions/core'
import type { CommentOutcome } from '../core/ports/comments.ts'
import type { GitHubClient } from '../github/client.ts'
import { closeComment, upsertComment } from '../github/comment.ts'
import type { Remembered } from '../core/report/since.ts'
import { leaveEnd } from './left.ts'
import { withMemory } from './memory.ts'
import type { PageAsItIs } from './page.ts'
import type { Step } from './step.ts'
import type { Subject } from './subject.ts'

/** Where a report goes. */
export interface Target {
  readonly subject: Subject
  readonly client: GitHubClient
  readonly page: PageAsItIs
  /** The run that found it out, where that is another one than this; `startedAt` by GitHub's clock, in milliseconds. */
  readonly producer?: { readonly id: number; readonly attempt: number; readonly startedAt: number }
}

export interface Wording {
  /** Redacted Markdown. */
  readonly content: string
  /** Asked when GitHub finds the content too long. */
  readonly smaller: () => string
  /** What is left for the next report. */
  readonly memory: Remembered | undefined
  /** The merge base, where it is known. */
  readonly base: string
  /** There is something to tell: enough to create a comment, unless the workflow wants one always or never. */
  readonly worthCreating: boolean
}

/** Puts the report into the pull request's comment, if there is a pull request and the workflow wants one. */
export async function writeComment(step: Step, target: Target | undefined, wording: Wording): Promise<CommentOutcome> {
  const { inputs, environment } = step
  const pull = target?.subject.pullRequest
  if (target === undefined || pull === undefined) return notAsked('There is no pull request to comment on.')
  if (inputs.comment === 'never') return notAsked('The input `comment` is never.')
  const { content, smaller, memory, base, worthCreating } = wording
  const thisRun = {
    id: Number(environment['GITHUB_RUN_ID'] ?? 0),
    attempt: Number(environment['GITHUB_RUN_ATTEMPT'] ?? 1),
  }
  const run = target.producer ?? thisRun
  const outcome = await upsertComment(target.client, {
    pullRequest: pull.number,
    key: inputs.commentKey,
    base,
    head: pull.head,
    run,
    content: withMemory(memory, content),
    smaller: () => withMemory(memory, smaller()),
    page: target.page.page,
    create: inputs.comment === 'always' || worthCreating,
    fromFork: pull.fromFork,
  })
  // From here on there is nothing that the post step would have to tell in our place.
  leaveEnd('told')
  return outcome
}

/** A line below the comment, if there is one and the workflow has comments. */
export async function sayThatItIsClosed(
  { inputs }: Step,
  client: GitHubClient,
  pullRequest: number,
): Promise<CommentOutcome> {
  if (inputs.comment === 'never') return notAsked('The input `comment` is never.')
  return await closeComment(client, { pullRequest, key: inputs.commentKey })
}

/** A comment that could not be written is a warning, and a failure only where the workflow says that it must be. */
export function sayWhatBecameOfIt({ inputs, redact }: Step, outcome: CommentOutcome): void {
  if (outcome.kind !== 'not-written') {
    core.info(`Comment ${outcome.kind}: ${outcome.url}`)
    return
  }
  const { reason } = outcome
  const because = redact(outcome.because)
  if (reason === 'not-asked') core.info(because)
  else if (reason === 'stale' || reason === 'older-run') core.notice(because)
  else if (inputs.commentRequired) core.setFailed(because)
  else core.warning(because)
}

function notAsked(because: string): CommentOutcome {
  return { kind: 'not-written', reason: 'not-asked', because }
}
