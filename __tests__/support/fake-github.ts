import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer, FaultList, type Fault, type Reply } from './fake-github/faults.ts'
import { FakeRepository, type FakeAccount } from './fake-github/repository.ts'

export type { Fault } from './fake-github/faults.ts'
export type { FakeAccount } from './fake-github/repository.ts'

export interface FakeGitHubOptions {
  readonly owner?: string
  readonly name?: string
  /** Token → account. Any other token is answered with 401. */
  readonly accounts?: Readonly<Record<string, FakeAccount>>
  /** Serves `/<owner>/<name>.git/…`, for example with git's own http-backend. */
  readonly git?: (request: IncomingMessage, response: ServerResponse) => void
  /** False: a server that has no GraphQL. */
  readonly graphql?: boolean
}

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly login: string | undefined
}

/** What a test may do while the program is between two requests. */
export interface Hooks {
  /** After a list of comments was put together, before it is sent. */
  afterList?: ((pullRequest: number) => void) | undefined
  /** Before the nth request (from one) is looked at. */
  onRequest?: ((n: number, line: string) => void) | undefined
}

/** A GitHub on loopback with GitHub's rules, for one repository. Its API lives under `/api/v3`, as an enterprise server's does. */
export interface FakeGitHub {
  readonly url: string
  readonly repository: FakeRepository
  /** Every API request in order. */
  readonly requests: readonly SeenRequest[]
  /** Requests for routes that the fake does not know: a test should find none. */
  readonly unexpected: readonly string[]
  readonly hooks: Hooks
  fail(...faults: readonly Fault[]): void
  /** Faults that have not struck yet will not. */
  forget(): void
  /** Moves the server's clock, which ticks a second a request. */
  advance(ms: number): void
  /** GITHUB_* variables that name this server. */
  environment(): Record<string, string>
  close(): Promise<void>
}

/** The token of the job: `github-actions[bot]` with write access. */
export const JOB_TOKEN = 'job-token-0123456789'
/** The token of a job that a fork started. */
export const FORK_TOKEN = 'fork-token-0123456789'

const jobAccounts: Readonly<Record<string, FakeAccount>> = {
  [JOB_TOKEN]: { login: 'github-actions[bot]', access: 'write' },
  [FORK_TOKEN]: { login: 'github-actions[bot]', access: 'read' },
}

export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const { owner = 'octo', name = 'shop', accounts = jobAccounts, git, graphql = true } = options
  const requests: SeenRequest[] = []
  const unexpected: string[] = []
  const hooks: Hooks = {}
  const faults = new FaultList()
  let clockMs = Date.parse('2026-11-21T11:59:59Z')
  let remaining = 1_000
  let url = ''
  const repository = new FakeRepository(owner, name, () => url)

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake')
    if (git !== undefined && pathname.startsWith(`/${owner}/${name}.git/`)) {
      git(request, response)
      return
    }
    void textOf(request).then((text) => {
      const method = request.method ?? 'GET'
      const path = pathname.replace(/^\/api(?:\/v3)?/, '')
      const account = accounts[tokenOf(request)]
      const line = `${method} ${path}${searchParams.size > 0 ? `?${searchParams.toString()}` : ''}`
      requests.push({ method, path, login: account?.login })
      hooks.onRequest?.(requests.length, line)
      remaining -= 1
      clockMs += 1_000
      const headers = {
        date: new Date(clockMs).toUTCString(),
        'x-ratelimit-limit': '1000',
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': String(Math.floor(clockMs / 1_000) + 3_600),
        'x-github-request-id': `FAKE:${String(requests.length)}`,
      }
      answer(response, faults.take(line), () => perform(method, path, searchParams, text, account, line), headers)
    })
  })

  function perform(
    method: string,
    path: string,
    query: URLSearchParams,
    text: string,
    account: FakeAccount | undefined,
    line: string,
  ): Reply {
    if (account === undefined) return { status: 401, body: { message: 'Bad credentials' } }
    if (path === '/graphql' && method === 'POST' && graphql) {
      const login = account.login
      return { status: 200, body: { data: { viewer: { login } } } }
    }
    if (path === '/user' && method === 'GET') {
      const { login } = account
      return login.endsWith('[bot]')
        ? { status: 403, body: { message: NOT_FOR_BOTS } }
        : { status: 200, body: { login } }
    }
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const reply = repository.reply({ method, path, query, body, account })
    if (reply === undefined) {
      if (path !== '/graphql') unexpected.push(line)
      return { status: 404, body: { message: 'Not Found' } }
    }
    const listed = method === 'GET' ? /\/issues\/(\d+)\/comments$/.exec(path)?.[1] : undefined
    if (listed !== undefined) hooks.afterList?.(Number(listed))
    return reply
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    url,
    repository,
    requests,
    unexpected,
    hooks,
    fail(...added) {
      faults.add(...added)
    },
    forget() {
      faults.clear()
    },
    advance(ms) {
      clockMs += ms
    },
    environment: () => ({
      GITHUB_SERVER_URL: url,
      GITHUB_API_URL: `${url}/api/v3`,
      GITHUB_GRAPHQL_URL: `${url}/api/graphql`,
      GITHUB_REPOSITORY: `${owner}/${name}`,
      ROCKY_PREVIEW_TEST_BACKOFF_MS: '1',
    }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A job's token and an app's are no person's. */
const NOT_FOR_BOTS = 'Resource not accessible by integration'

function tokenOf(request: IncomingMessage): string {
  return (request.headers.authorization ?? '').replace(/^(?:token|bearer) /i, '')
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
