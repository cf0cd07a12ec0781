import { defaults } from '@actions/github/lib/utils'
import { Octokit } from '@octokit/rest'
import { z } from 'zod'
import { PreviewError } from '../core/base/errors.ts'
import { classify, type Answer, type Failure } from './failure.ts'
import { createPatience, scaleOfWaits, type Patience } from './patience.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** GitHub's API as one repository's job sees it. */
export interface GitHubClient {
  readonly repository: { readonly owner: string; readonly name: string }
  /** Undefined where the environment names none. */
  readonly graphqlUrl: string | undefined
  readonly patience: Patience
  /** When GitHub first answered this run, by its own clock, in milliseconds; our clock before any answer. */
  startedAt(): number
  /** `7 requests to GitHub, 1.9 s of waiting`, so far. */
  tally(): string
  /** For those who switched debug logging on; a line each. */
  readonly debug: (line: string) => void
  /** One request, never longer than ten seconds an attempt. It does not throw for anything that GitHub or the network does. */
  send<T>(request: ApiRequest, schema: z.ZodType<T>): Promise<Answer<T>>
}

export interface ApiRequest {
  /** `GET /repos/{owner}/{repo}/…`; owner and repository are filled in. */
  readonly route: string
  readonly parameters?: Readonly<Record<string, string | number>>
  /** It may be sent again after a failure: up to four times, and after a rate limit. */
  readonly repeatable: boolean
}

export interface ClientOptions {
  /** The proxy-aware fetch of GitHub's toolkit, unless given. */
  readonly fetch?: typeof globalThis.fetch
  readonly timeoutMs?: number
  /** Told of each attempt: method, path, status and request id; never a body or a header of ours. */
  readonly debug?: (line: string) => void
}

const REPEATS = 4

/** Fails with `input.invalid` when the environment does not name an API and a repository. Nothing is sent yet. */
export function connectGitHub(
  environment: Environment,
  token: string | undefined,
  options: ClientOptions = {},
): GitHubClient {
  const apiUrl = urlFrom(environment, 'GITHUB_API_URL')
  const repository = repositoryFrom(environment)
  const patience = createPatience(scaleOfWaits(environment, apiUrl))
  const timeoutMs = options.timeoutMs ?? 10_000
  const debug = options.debug ?? (() => undefined)
  const fetch = options.fetch ?? proxyFetch()
  const octokit = new Octokit({
    ...(token === undefined ? {} : { auth: token }),
    baseUrl: apiUrl.href.replace(/\/$/, ''),
    userAgent: 'rocky-preview',
    request: { fetch },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })
  let startedAt: number | undefined
  let sent = 0

  async function attempt<T>(
    { route, parameters }: ApiRequest,
    schema: z.ZodType<T>,
    waited: boolean,
  ): Promise<Answer<T>> {
    const place = route.includes('{owner}') ? { owner: repository.owner, repo: repository.name } : {}
    const request = { signal: AbortSignal.timeout(timeoutMs) }
    const headers = { 'x-github-api-version': '2022-11-28' }
    sent += 1
    const reply = await octokit.request(route, { ...place, ...parameters, request, headers }).catch(asReply)
    const at = Date.parse(String(reply.headers.date))
    if (Number.isFinite(at)) startedAt ??= at
    debug(`${route} → ${String(reply.status)} ${String(reply.headers['x-github-request-id'] ?? '')}`)
    if ('message' in reply) return { kind: 'failed', failure: classify(reply) }
    const parsed = schema.safeParse(reply.data)
    if (!parsed.success) return { kind: 'failed', failure: { kind: 'unreachable', message: UNREADABLE } }
    const hasNextPage = (reply.headers.link ?? '').includes('rel="next"')
    return { kind: 'answered', value: parsed.data, hasNextPage, waited }
  }

  return {
    repository,
    graphqlUrl: environment.GITHUB_GRAPHQL_URL,
    patience,
    debug,
    startedAt: () => startedAt ?? Date.now(),
    tally: () => `${String(sent)} requests to GitHub, ${(patience.waitedMs() / 1_000).toFixed(1)} s of waiting`,
    async send(request, schema) {
      for (let repeats = 0; ; repeats += 1) {
        const answer = await attempt(request, schema, repeats > 0)
        if (answer.kind === 'answered' || !request.repeatable || repeats === REPEATS) return answer
        if (!(await mayRepeat(answer.failure, repeats, patience))) return answer
      }
    },
  }
}

/** Node's own fetch knows no proxy; the toolkit's does, for the API that the process was started with. */
export function proxyFetch(): typeof globalThis.fetch | undefined {
  return defaults.request?.fetch as typeof globalThis.fetch | undefined
}

const UNREADABLE = 'GitHub’s answer was cut off or is not what its documents say'

const silent = () => undefined

async function mayRepeat(failure: Failure, repeats: number, patience: Patience): Promise<boolean> {
  if (failure.kind === 'limited') return await patience.outlast(failure.waitMs)
  if (failure.kind !== 'unreachable') return false
  await patience.backOff(repeats)
  return true
}

/** Octokit gives network errors the status 500 and no response, so all of them are "unreachable", and so is what it throws besides. */
const httpError = z.object({
  status: z.number().catch(500),
  message: z.string(),
  response: z.object({ headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()) }).optional(),
})

function asReply(error: unknown): {
  status: number
  message: string
  headers: Record<string, string | number | undefined>
} {
  const known = httpError.safeParse(error)
  if (!known.success) throw error
  const { status, message, response } = known.data
  return { status, message, headers: response?.headers ?? {} }
}

function urlFrom(environment: Environment, name: string): URL {
  const text = environment[name] ?? ''
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url
  throw new PreviewError('input.invalid', `${name} is "${text}"; expected the address that GitHub’s runner gives.`)
}

function repositoryFrom(environment: Environment): GitHubClient['repository'] {
  const text = environment.GITHUB_REPOSITORY ?? ''
  const [, owner, name] = /^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(text) ?? []
  if (owner !== undefined && name !== undefined) return { owner, name }
  throw new PreviewError('input.invalid', `GITHUB_REPOSITORY is "${text}"; expected owner/name.`)
}
