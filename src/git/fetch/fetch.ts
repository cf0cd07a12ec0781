import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { PreviewError } from '../../core/base/errors.ts'
import type { CommitId } from '../../core/ports/git.ts'
import { gitVersion } from '../binary/command.ts'
import { openRepository, type ReaderChoice } from '../open.ts'
import { checkedId, parseRef } from '../ref.ts'
import { fetchWithBinary } from './binary.ts'
import { fetchFailed, firstLine } from './failure.ts'
import type { Fetch, FetchTarget } from './target.ts'

export interface FetchRequest {
  /** http or https, without credentials. */
  readonly url: string
  /** Sent to that host only; absent or empty for a public repository. */
  readonly token?: string | undefined
  readonly commits: readonly CommitId[]
  /** Full names (`refs/pull/7/head`) to fetch where the server does not hand out a commit by its id. */
  readonly refs?: readonly string[] | undefined
  /** The bare git folder to put them in. It is created; never that of a checkout. */
  readonly into: string
  readonly reader?: ReaderChoice | undefined
  readonly environment?: NodeJS.ProcessEnv | undefined
  /** For the whole of it; two minutes unless given. */
  readonly timeoutMs?: number | undefined
  /** One that knows the machine's proxy, which Node's own does not: for where there is no git program. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * The commits with all of their files and none of their history, into a git folder of our own. Fails with
 * `git.fetch-failed`; the token is never part of what it says.
 *
 * Files come along (no `--filter=blob:none`): it is one request and one pack, in which two neighbouring commits
 * cost little more than one; it works with servers that do not filter; and no token is needed later, when files are
 * read. The checkout before us has downloaded as much. It does not borrow the checkout's objects either: a server
 * that is told of a shallow commit takes its whole history for known.
 */
export async function fetchCommits(request: FetchRequest): Promise<void> {
  const { token, commits, refs = [], environment = process.env, timeoutMs = 120_000 } = request
  const url = checkedUrl(request.url)
  if (token !== undefined && !/^[\x21-\x7e]*$/.test(token)) {
    throw new PreviewError('input.invalid', 'The token holds characters that no token has.', {
      hint: 'Give it as it was issued.',
    })
  }
  commits.forEach(checkedId)
  refs.forEach(checkedFullName)
  const into = resolve(request.into)
  await mkdir(into, { recursive: true, mode: 0o700 })
  const target: FetchTarget = {
    url,
    token: token === '' ? undefined : token,
    into,
    sha256: commits.some((id) => id.length === 64),
    environment,
    signal: AbortSignal.timeout(timeoutMs),
    fetch: request.fetch ?? globalThis.fetch,
  }
  const reader = await readerFor(request.reader ?? 'auto', environment)
  const connect = reader === 'binary' ? fetchWithBinary : (await import('./isomorphic.ts')).fetchWithIsomorphic
  const fetch = await connect(target).catch((error: unknown) => {
    throw fetchFailed(target, error)
  })
  const failure = await fetch(commits).then(noFailure, asFailure)
  const absentNow = () => absentIn(into, commits, { reader, environment })
  const absent = await absentNow()
  if (absent === undefined) return
  if (refs.length > 0) {
    await fetchApart(fetch, commits, refs)
    if ((await absentNow()) === undefined) return
  }
  throw fetchFailed(target, failure ?? `the server did not send commit ${absent}.`)
}

/** One commit that the server does not hand out must not keep the others away. The first failure is the one told. */
async function fetchApart(fetch: Fetch, commits: readonly CommitId[], refs: readonly string[]): Promise<void> {
  const alone = commits.length > 1 ? commits : []
  for (const wanted of [...alone, ...refs]) await fetch([wanted]).then(noFailure, asFailure)
}

const noFailure = () => undefined
const asFailure = (error: unknown) => error ?? 'no reason was given.'

async function readerFor(choice: ReaderChoice, environment: NodeJS.ProcessEnv) {
  if (choice !== 'auto') return choice
  return ((await gitVersion(environment)) ?? 0) >= 2_031 ? 'binary' : 'isomorphic'
}

type Opening = Parameters<typeof openRepository>[1]

async function absentIn(into: string, commits: readonly CommitId[], options: Opening): Promise<CommitId | undefined> {
  const { repository } = await openRepository(into, options)
  try {
    for (const commit of commits) if (!(await repository.has(commit))) return commit
    return undefined
  } finally {
    await repository.close()
  }
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new PreviewError(
      'git.fetch-failed',
      `Commits are fetched over http or https only, not from ${firstLine(text)}.`,
    )
  }
  if (url.username !== '' || url.password !== '') {
    throw new PreviewError('git.fetch-failed', `The address of ${url.host} holds credentials; give them as the token.`)
  }
  return url
}

function checkedFullName(ref: string): void {
  const { name, steps } = parseRef(ref)
  if (!name.startsWith('refs/') || steps.length > 0)
    throw new PreviewError('git.bad-ref', `"${ref}" is not a full ref name.`)
}
