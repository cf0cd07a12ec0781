import type { Reply } from './faults.ts'

export interface FakeComment {
  readonly id: number
  readonly login: string
  readonly body: string
}

export interface FakePullRequest {
  readonly number: number
  readonly head: string
  readonly base: string
  readonly headBranch: string
  readonly baseBranch: string
  readonly headRepositoryId: number | null
  readonly headOwner: string
  readonly draft: boolean
  readonly locked: boolean
  readonly state: 'open' | 'closed'
  readonly mergedAt: string | null
  /** The description. */
  readonly body: string | null
}

/** What a token may do, and who its account is. */
export interface FakeAccount {
  /** As REST spells it, for example `github-actions[bot]`. */
  readonly login: string
  readonly access: 'write' | 'read'
}

export interface FakeRequest {
  readonly method: string
  /** Without the API's prefix and the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
  readonly account: FakeAccount
}

/** GitHub's rules for one repository's pull requests and comments, in memory. */
export class FakeRepository {
  readonly owner: string
  readonly name: string
  readonly id = 1001
  readonly #serverUrl: () => string
  readonly #pulls = new Map<number, FakePullRequest>()
  readonly #comments = new Map<number, FakeComment[]>()
  readonly #mergeBases = new Map<string, string>()
  readonly #commits = new Map<string, string>()
  #nextId = 501

  constructor(owner: string, name: string, serverUrl: () => string) {
    this.owner = owner
    this.name = name
    this.#serverUrl = serverUrl
  }

  pull(number: number): FakePullRequest {
    const pull = this.#pulls.get(number)
    if (pull === undefined) throw new Error(`the fake has no pull request ${String(number)}`)
    return pull
  }

  setPull(pull: Partial<FakePullRequest> & { readonly number: number }): void {
    const fresh = {
      head: '1'.repeat(40),
      base: '0'.repeat(40),
      headBranch: 'feature',
      baseBranch: 'main',
      headRepositoryId: this.id,
      headOwner: this.owner,
      draft: false,
      locked: false,
      state: 'open' as const,
      mergedAt: null,
      body: null,
    }
    this.#pulls.set(pull.number, { ...fresh, ...this.#pulls.get(pull.number), ...pull })
  }

  setMergeBase(base: string, head: string, mergeBase: string): void {
    this.#mergeBases.set(`${base}...${head}`, mergeBase)
  }

  /** What a branch, a tag or a short id names. */
  setCommit(name: string, sha: string): void {
    this.#commits.set(name, sha)
  }

  comments(pullRequest: number): readonly FakeComment[] {
    return this.#comments.get(pullRequest) ?? []
  }

  /** Ids ascend over all pull requests, as they do at GitHub. */
  post(pullRequest: number, login: string, body: string): FakeComment {
    const comment = { id: this.#nextId, login, body }
    this.#nextId += 1
    this.#comments.set(pullRequest, [...this.comments(pullRequest), comment])
    return comment
  }

  edit(id: number, body: string): void {
    this.#replace(id, (comment) => [{ ...comment, body }])
  }

  remove(id: number): void {
    this.#replace(id, () => [])
  }

  /** Undefined for a route that this fake does not know. */
  reply({ method, path, query, body, account }: FakeRequest): Reply | undefined {
    const prefix = `/repos/${this.owner}/${this.name}/`
    if (!path.startsWith(prefix)) return undefined
    const [kind = '', first = '', second = '', third] = path.slice(prefix.length).split('/').map(decodeURIComponent)
    const number = Number(first)
    if (kind === 'pulls' && method === 'GET' && first !== '' && second === '') {
      return this.#pulls.has(number) ? { status: 200, body: this.#showPull(this.pull(number)) } : NOT_FOUND
    }
    if (kind === 'pulls' && method === 'GET' && first === '') return this.#findPulls(query)
    if (kind === 'compare' && method === 'GET') return this.#compare(first)
    if (kind === 'commits' && method === 'GET') {
      const sha = this.#commits.get(first)
      return sha === undefined ? NO_COMMIT : { status: 200, body: { sha } }
    }
    if (kind !== 'issues') return undefined
    if (second === 'comments' && third === undefined) {
      if (!this.#pulls.has(number)) return NOT_FOUND
      if (method === 'GET') return this.#list(number, query, path)
      if (method === 'POST') return this.#create(number, account, textOf(body))
    }
    if (first === 'comments' && third === undefined) {
      const found = [...this.#comments.values()].flat().find((comment) => comment.id === Number(second))
      if (found === undefined) return NOT_FOUND
      if (account.access !== 'write' || found.login !== account.login) return READ_ONLY
      if (method === 'PATCH') return this.#update(found.id, textOf(body))
      if (method === 'DELETE') {
        this.remove(found.id)
        return { status: 204 }
      }
    }
    return undefined
  }

  #create(number: number, account: FakeAccount, body: string): Reply {
    if (account.access !== 'write') return READ_ONLY
    if (this.pull(number).locked) {
      return { status: 403, body: { message: 'Unable to create comment because issue is locked.' } }
    }
    if (body.length > LONGEST) return TOO_LONG
    return { status: 201, body: this.#show(this.post(number, account.login, body)) }
  }

  #update(id: number, body: string): Reply {
    if (body.length > LONGEST) return TOO_LONG
    this.edit(id, body)
    const found = [...this.#comments.values()].flat().find((comment) => comment.id === id)
    return found === undefined ? NOT_FOUND : { status: 200, body: this.#show(found) }
  }

  #list(number: number, query: URLSearchParams, path: string): Reply {
    const perPage = Math.min(100, Number(query.get('per_page') ?? 30))
    const page = Number(query.get('page') ?? 1)
    const all = this.comments(number)
    const body = all.slice((page - 1) * perPage, page * perPage).map((comment) => this.#show(comment))
    if (page * perPage >= all.length) return { status: 200, body }
    const next = `${this.#serverUrl()}/api/v3${path}?per_page=${String(perPage)}&page=${String(page + 1)}`
    return { status: 200, body, headers: { link: `<${next}>; rel="next"` } }
  }

  /** Those of one head branch: `owner:branch`. The list has full pull requests in it. */
  #findPulls(query: URLSearchParams): Reply {
    const [owner, branch] = (query.get('head') ?? '').split(':')
    const found = [...this.#pulls.values()].filter(
      (pull) => pull.state === (query.get('state') ?? 'open') && pull.headOwner === owner && pull.headBranch === branch,
    )
    return { status: 200, body: found.map((pull) => this.#showPull(pull)) }
  }

  #compare(range: string): Reply {
    const sha = this.#mergeBases.get(range)
    return sha === undefined ? NOT_FOUND : { status: 200, body: { merge_base_commit: { sha }, commits: [], files: [] } }
  }

  #show({ id, login, body }: FakeComment): unknown {
    const html_url = `${this.#serverUrl()}/${this.owner}/${this.name}/pull/1#issuecomment-${String(id)}`
    return { id, body, html_url, user: { login, type: login.endsWith('[bot]') ? 'Bot' : 'User' } }
  }

  #showPull(pull: FakePullRequest): unknown {
    const head = { sha: pull.head, ref: pull.headBranch, repo: repositoryOf(pull.headRepositoryId) }
    const base = { sha: pull.base, ref: pull.baseBranch, repo: repositoryOf(this.id) }
    const { number, state, draft, locked, mergedAt, body } = pull
    const closed_at = state === 'closed' ? (mergedAt ?? '2026-11-21T13:00:00Z') : null
    return { number, state, draft, locked, body, merged_at: mergedAt, closed_at, head, base }
  }

  #replace(id: number, change: (comment: FakeComment) => readonly FakeComment[]): void {
    for (const [number, comments] of this.#comments) {
      const changed = comments.flatMap((comment) => (comment.id === id ? change(comment) : [comment]))
      this.#comments.set(number, changed)
    }
  }
}

const LONGEST = 65_536
const NO_COMMIT: Reply = { status: 422, body: { message: 'No commit found for SHA: ?' } }
const NOT_FOUND: Reply = { status: 404, body: { message: 'Not Found' } }
const READ_ONLY: Reply = { status: 403, body: { message: 'Resource not accessible by integration' } }
const TOO_LONG: Reply = {
  status: 422,
  body: { message: 'Validation Failed', errors: [{ message: 'body is too long (maximum is 65536 characters)' }] },
}

function repositoryOf(id: number | null): unknown {
  return id === null ? null : { id }
}

function textOf(body: unknown): string {
  const text = typeof body === 'object' && body !== null && 'body' in body ? body.body : undefined
  return typeof text === 'string' ? text : ''
}
