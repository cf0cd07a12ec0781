import type { CommentOutcome, NotWrittenReason } from '../core/ports/comments.ts'
import type { Failure, FailureKind } from './failure.ts'

type NotWritten = Extract<CommentOutcome, { readonly kind: 'not-written' }>

export function notWritten(reason: NotWrittenReason, because: string): NotWritten {
  return { kind: 'not-written', reason, because }
}

/** What a failure that time will not mend means for the comment, and what to do about it. */
export function refused({ kind, message }: Failure, fromFork: boolean): NotWritten {
  const [reason, advice] = refusals[kind]
  const said = kind === 'forbidden' && fromFork ? READ_ONLY_FORK : advice
  return notWritten(reason, `${said} (GitHub says: ${message})`)
}

export const words = {
  stale: (head: string, live: string) =>
    `The pull request has moved on from ${short(head)} to ${short(live)}, so the comment is left to the run of ${short(live)}.`,
  superseded: (head: string, live: string) =>
    `The pull request moved on to ${short(live)} while the comment was written; the comment now says that it is about ${short(head)}.`,
  olderRun: 'A newer run of the same commit has written the comment already.',
  reopened: 'The pull request is open again, so nothing was said of its end.',
  notAsked: 'There is no comment yet, and nothing that asks for one.',
  unsettled: 'The comment changed under our hands again and again. Run the job again when the others are done.',
} as const

/** Stands above results that are no longer those of the pull request. */
export function outdatedBanner(head: string, live: string): string {
  return `> [!WARNING]\n> **Outdated:** these are the results for \`${short(head)}\`; the pull request is now at \`${short(live)}\`.`
}

const PERMISSIONS =
  'The token may not write comments here. Give the job `permissions: { contents: read, pull-requests: write }`; the results are in the job summary.'

const READ_ONLY_FORK =
  'Pull requests from forks get a read-only token, so no comment can be written; the results are in the job summary.'

const refusals = {
  unauthorized: [
    'forbidden',
    'GitHub does not accept the token. Check the input `github-token`: it may have expired or be empty.',
  ],
  forbidden: ['forbidden', PERMISSIONS],
  'not-found': ['forbidden', `The pull request was not found. ${PERMISSIONS}`],
  locked: ['locked', 'The conversation is locked, so no comment can be written; the results are in the job summary.'],
  'too-long': ['rejected', 'The comment is too long for GitHub; the results are in the job summary.'],
  rejected: ['rejected', 'GitHub refused the comment; the results are in the job summary.'],
  limited: [
    'unreachable',
    'GitHub’s rate limit is used up for longer than we wait. Run the job again later; the results are in the job summary.',
  ],
  unreachable: ['unreachable', 'GitHub could not be reached. Run the job again; the results are in the job summary.'],
} as const satisfies Record<FailureKind, readonly [NotWrittenReason, string]>

function short(commit: string): string {
  return commit.slice(0, 7)
}
