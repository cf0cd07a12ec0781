import type { z } from 'zod'
import { PreviewError } from '../core/base/errors.ts'
import type { CommitId } from '../core/ports/git.ts'
import { expectationsMayHaveChanged } from './description.ts'
import { mergeGroup, notGitHubs, parsePayload, pullRequest, push, repository } from './payload.ts'

/** What the event asks of us. */
export type Work =
  | { readonly kind: 'pull-request'; readonly repository: Repository; readonly pull: EventPullRequest }
  /** Its facts must be read from GitHub first. */
  | { readonly kind: 'pull-request-number'; readonly repository: Repository; readonly number: number }
  /** It is closed: no SQL is run, and its comment gets a line about that. */
  | {
      readonly kind: 'closed-pull-request'
      readonly repository: Repository
      readonly number: number
      readonly head: CommitId
    }
  /** Summary and exit status only. `base` undefined: the default branch. */
  | {
      readonly kind: 'commits'
      readonly repository: Repository
      readonly base: string | undefined
      readonly head: string
    }
  | { readonly kind: 'nothing-to-do'; readonly because: string }

export interface Repository {
  readonly owner: string
  readonly name: string
  /** False also when the event does not say. */
  readonly private: boolean
  readonly defaultBranch: string | undefined
  readonly cloneUrl: string
}

/** A pull request as it was when the event happened: a re-run brings the same again. */
export interface EventPullRequest {
  readonly number: number
  readonly base: CommitId
  readonly head: CommitId
  readonly baseBranch: string
  readonly headBranch: string
  /** The head's repository is another one than the base's, or is gone. */
  readonly fromFork: boolean
}

/** The inputs that say what to look at where an event does not, and what may be run. */
export interface AskedFor {
  readonly allowUnsafeForkSql: boolean
  readonly prNumber: number | undefined
  readonly base: string | undefined
  readonly head: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** Fails with `event.unsupported` or `event.untrusted`. The payload may hold anything. */
export function readEvent(name: string, payload: unknown, environment: Environment, asked: AskedFor): Work {
  if (!isSupported(name)) {
    const message = `The event is "${name.slice(0, 60)}"; expected one of ${Object.keys(readers).join(', ')}.`
    throw new PreviewError('event.unsupported', message, name === 'workflow_run' ? { hint: ANOTHER_DOOR } : {})
  }
  const place = repositoryOf(parsePayload(name, repository, payload).repository, environment)
  return readers[name]({ name, payload, environment, asked, repository: place })
}

const ANOTHER_DOOR =
  'On workflow_run nothing is run: use this Action’s other entry, `…/rocky-preview/comment`, which writes the comment from the report of the workflow that ran. See examples/workflows/fork-comment.yml.'

interface Event {
  readonly name: string
  readonly payload: unknown
  readonly environment: Environment
  readonly asked: AskedFor
  readonly repository: Repository
}

const readers = {
  pull_request: readPullRequestEvent,
  pull_request_review: readReview,
  pull_request_target: readPullRequestTarget,
  push: readPush,
  merge_group: readMergeGroup,
  schedule: readSchedule,
  workflow_dispatch: readDispatch,
} as const

function isSupported(name: string): name is keyof typeof readers {
  return Object.hasOwn(readers, name)
}

function readPullRequestEvent(event: Event): Work {
  const payload = parsePayload(event.name, pullRequest, event.payload)
  const { action, changes, pull_request: pull } = payload
  const number = numberOf(event.name, payload)
  if (action === 'closed') {
    return { kind: 'closed-pull-request', repository: event.repository, number, head: pull.head.sha }
  }
  if (action === 'edited') {
    const edited = changes?.body !== undefined
    const expects = edited && expectationsMayHaveChanged(changes.body?.from ?? '', pull.body ?? '')
    if (changes?.base === undefined && !expects) return { kind: 'nothing-to-do', because: ONLY_WORDS }
  } else if (!previewed.has(action)) {
    return { kind: 'nothing-to-do', because: `The action "${action}" changes nothing that a preview shows.` }
  }
  return workOn(event, number, pull)
}

/** GitHub sends the first three unless a workflow names others: one that names these has asked for them. */
const previewed: ReadonlySet<string> = new Set([
  'opened',
  'synchronize',
  'reopened',
  'ready_for_review',
  'labeled',
  'unlabeled',
  'review_requested',
  'review_request_removed',
])

const ONLY_WORDS =
  'The pull request was edited, but its base is the same, and its description neither has nor had a block of expectations.'

/** The same head again; a newer run of it may write over an older one's report. */
function readReview(event: Event): Work {
  const payload = parsePayload(event.name, pullRequest, event.payload)
  return workOn(event, numberOf(event.name, payload), payload.pull_request)
}

function workOn({ repository }: Event, number: number, { head, base }: Pull): Work {
  const fromFork = head.repo?.id === undefined || head.repo.id !== base.repo.id
  const sides = { base: base.sha, head: head.sha, baseBranch: base.ref, headBranch: head.ref }
  return { kind: 'pull-request', repository, pull: { number, ...sides, fromFork } }
}

type Pull = z.infer<typeof pullRequest>['pull_request']

function numberOf(name: string, { number, pull_request: pull }: z.infer<typeof pullRequest>): number {
  const found = number ?? pull.number
  if (found !== undefined) return found
  throw notGitHubs(name, ' at number')
}

function readPullRequestTarget(event: Event): Work {
  const work = readPullRequestEvent(event)
  if (work.kind === 'pull-request' && work.pull.fromFork && !event.asked.allowUnsafeForkSql) throw untrusted(event.name)
  return work
}

function readPush({ name, payload, repository, asked }: Event): Work {
  const { before, after, deleted } = parsePayload(name, push, payload)
  if (deleted || isZero(after)) return { kind: 'nothing-to-do', because: 'The push deleted its branch.' }
  const base = asked.base ?? (isZero(before) ? undefined : before)
  return { kind: 'commits', repository, base, head: asked.head ?? after }
}

function readMergeGroup({ name, payload, repository, asked }: Event): Work {
  const { action, merge_group: group } = parsePayload(name, mergeGroup, payload)
  if (action === 'destroyed') return { kind: 'nothing-to-do', because: 'The merge group was taken out of the queue.' }
  return { kind: 'commits', repository, base: asked.base ?? group.base_sha, head: asked.head ?? group.head_sha }
}

function readSchedule({ repository, asked, environment }: Event): Work {
  return { kind: 'commits', repository, base: asked.base, head: asked.head ?? checkedOut(environment) }
}

function readDispatch(event: Event): Work {
  const { prNumber, base, head } = event.asked
  if (prNumber !== undefined) return { kind: 'pull-request-number', repository: event.repository, number: prNumber }
  if (base !== undefined || head !== undefined) return readSchedule(event)
  const message = 'A workflow that is started by hand needs input `pr-number`, or `base` and `head`; all are empty.'
  throw new PreviewError('input.invalid', message, {
    hint: 'Add `pr-number: ${{ inputs.pr-number }}` to the step, and the input to workflow_dispatch.',
  })
}

/** The commit that the runner was started for. */
function checkedOut(environment: Environment): string {
  return environment.GITHUB_SHA ?? 'HEAD'
}

function isZero(commit: string): boolean {
  return /^0+$/.test(commit)
}

/** For events whose jobs have secrets and write access, whoever opened the pull request. */
export function untrusted(name: string): PreviewError {
  const message = `The event ${name} gives this job secrets and write access, and the pull request comes from a fork: its SQL is not run here.`
  return new PreviewError('event.untrusted', message)
}

function repositoryOf(facts: z.infer<typeof repository>['repository'], environment: Environment): Repository {
  const [, owner, name] = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(environment.GITHUB_REPOSITORY ?? '') ?? []
  const server = environment.GITHUB_SERVER_URL ?? ''
  if (owner === undefined || name === undefined || !/^https?:\/\/[^\s@]+$/.test(server) || !URL.canParse(server)) {
    throw new PreviewError('event.unsupported', 'GITHUB_REPOSITORY and GITHUB_SERVER_URL do not name a repository.', {
      hint: 'This Action runs on GitHub’s runner; elsewhere, use the command line.',
    })
  }
  const cloneUrl = `${server.replace(/\/+$/, '')}/${owner}/${name}.git`
  return { owner, name, private: facts?.private ?? false, defaultBranch: facts?.default_branch, cloneUrl }
}
