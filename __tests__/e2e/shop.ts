import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect } from '@jest/globals'
import type { CommitId } from '../../src/core/ports/git.ts'
import { readState } from '../../src/github/comment-body.ts'
import { JOB_TOKEN, startFakeGitHub, type FakeGitHub } from '../support/fake-github.ts'
import {
  createRepository,
  removeTemporaryFolders,
  repositoryIn,
  temporaryFolder,
  type Files,
  type TestRepository,
} from '../support/git-repository.ts'
import { answerGit } from '../support/git-server.ts'
import { startAction, type ActionOptions, type FinishedAction, type RunningAction } from '../support/run-action.ts'

export const PULL = 7
export const BOT = 'github-actions[bot]'

/** A project of two models over forty orders; a preview of it takes little more than the start of two processes. */
export const project: Files = {
  'rocky.toml': `[adapter]
type = "duckdb"
path = "shop.duckdb"

[pipeline.shop]
type = "transformation"
models = "models/**"
target.adapter = "default"
`,
  'data/seed.sql': `CREATE SCHEMA raw;
CREATE TABLE raw.orders AS SELECT n AS id, n * 2.5 AS amount, n % 4 AS state FROM range(1, 41) AS t (n);
`,
  'models/_defaults.toml': `[target]
catalog = "shop"
schema = "mart"
`,
  'models/orders.sql': 'SELECT id, amount, state FROM raw.orders WHERE state <> 3\n',
  'models/orders.toml': '[strategy]\ntype = "full_refresh"\n',
  'models/revenue.sql': 'SELECT id, amount FROM mart.orders\n',
  'models/revenue.toml': '[strategy]\ntype = "merge"\nunique_key = ["id"]\n',
}

/** What the pull request does unless a test says otherwise: every amount is doubled. */
const doubled: Files = { 'models/revenue.sql': 'SELECT id, amount * 2 AS amount FROM mart.orders\n' }

/** Hours of work for any machine. */
export const slow: Files = {
  'models/revenue.sql':
    'SELECT sum(hash(a.range + b.range)) AS id, 1 AS amount FROM range(9000000) a, range(9000000) b\n',
}

export interface ShopOptions {
  readonly base?: Files
  readonly head?: Files
  /** What main got after the branch left it. */
  readonly later?: Files
  /** The pull request comes from another repository. */
  readonly fork?: boolean
}

export type Given = Partial<Omit<ActionOptions, 'inputs'>> & { readonly inputs?: Record<string, string> }

/** A repository at a fake GitHub with pull request 7 in it. */
export interface Shop {
  readonly fake: FakeGitHub
  readonly upstream: TestRepository
  /** The newest commit of main. */
  readonly base: CommitId
  readonly mergeBase: CommitId
  readonly head: CommitId
  /** `Authorization` of each git request. */
  readonly gitRequests: readonly (string | undefined)[]
  /** Another commit on the branch. */
  push(files: Files): CommitId
  /** With the whole history, as `fetch-depth: 0` gives it. */
  checkout(): string
  /** Only the merge commit of the pull request, as actions/checkout does unless told otherwise. */
  shallowCheckout(...options: readonly string[]): string
  /** The Action on a push to the pull request, in a full checkout unless given. */
  start(given?: Given): RunningAction
  run(given?: Given): Promise<FinishedAction>
  /** Comments of ours, without the first two lines. */
  reports(): readonly { readonly id: number; readonly head: string | undefined; readonly text: string }[]
}

const open: FakeGitHub[] = []

/** For the top of each file: no test may ask the fake for what GitHub does not have. */
export function closeShopsAfterEach(): void {
  afterEach(async () => {
    const fakes = open.splice(0)
    await Promise.all(fakes.map((fake) => fake.close()))
    removeTemporaryFolders()
    expect(fakes.flatMap(({ unexpected }) => unexpected)).toEqual([])
  })
}

export async function openShop({
  base: before = {},
  head: change = doubled,
  later,
  fork = false,
}: ShopOptions = {}): Promise<Shop> {
  const root = temporaryFolder()
  const bare = join(root, 'octo', 'shop.git')
  const gitRequests: (string | undefined)[] = []
  const fake = await startFakeGitHub({
    git: (request, response) => {
      gitRequests.push(request.headers.authorization)
      answerGit(request, response, { root, token: JOB_TOKEN })
    },
  })
  open.push(fake)
  const work = createRepository()
  const mergeBase = work.commit({ ...project, ...before }, 'The shop')
  work.git('switch', '--quiet', '--create', 'feature')
  let head = work.commit(change, 'The change')
  work.git('switch', '--quiet', 'main')
  const base = later === undefined ? mergeBase : work.commit(later, 'Meanwhile')
  mkdirSync(bare, { recursive: true })
  const upstream = repositoryIn(bare)
  upstream.git('init', '--quiet', '--bare', '--initial-branch=main')
  publish()

  function publish(): void {
    work.git('switch', '--quiet', '--detach', 'main')
    work.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'feature')
    const refs = ['main', 'feature', `feature:refs/pull/${PULL}/head`, `HEAD:refs/pull/${PULL}/merge`]
    work.git('push', '--quiet', '--force', bare, ...refs)
    fake.repository.setPull({ number: PULL, head, base, ...(fork && { headRepositoryId: 2002 }) })
    fake.repository.setMergeBase(base, head, mergeBase)
  }

  const shop: Shop = {
    fake,
    upstream,
    base,
    mergeBase,
    get head() {
      return head
    },
    gitRequests,
    push: (files) => {
      work.git('switch', '--quiet', 'feature')
      head = work.commit(files, 'Another change')
      publish()
      return head
    },
    checkout: () => {
      const clone = repositoryIn(temporaryFolder())
      clone.git('clone', '--quiet', `file://${bare}`, '.')
      return clone.folder
    },
    shallowCheckout: (...options) => {
      const clone = createRepository()
      clone.git('remote', 'add', 'origin', `file://${bare}`)
      const merge = `refs/remotes/pull/${PULL}/merge`
      clone.git('fetch', '--quiet', '--depth=1', '--no-tags', ...options, 'origin', `+refs/pull/${PULL}/merge:${merge}`)
      clone.git('checkout', '--quiet', '--force', merge)
      clone.git('remote', 'set-url', 'origin', `${fake.url}/octo/shop.git`)
      return clone.folder
    },
    start: ({ inputs, environment, ...given } = {}) =>
      startAction({
        event: pullRequestEvent(shop, { fork }),
        workspace: given.workspace ?? shop.checkout(),
        ...given,
        inputs: { 'github-token': JOB_TOKEN, ...inputs },
        environment: { ...fake.environment(), ...environment },
      }),
    run: (given) => shop.start(given).finished,
    reports: () =>
      fake.repository
        .comments(PULL)
        .filter(({ login, body }) => login === BOT && body.startsWith('<!-- rocky-preview:v1 '))
        .map(({ id, body }) => ({ id, head: readState(body)?.head, text: body.split('\n').slice(2).join('\n') })),
  }
  return shop
}

export function pullRequestEvent(
  { base, head, fake }: Pick<Shop, 'base' | 'head' | 'fake'>,
  {
    fork = false,
    action = 'synchronize',
    name = 'pull_request',
  }: { fork?: boolean; action?: string; name?: string } = {},
): ActionOptions['event'] {
  const { id } = fake.repository
  const sides = {
    base: { sha: base, ref: 'main', repo: { id } },
    head: { sha: head, ref: 'feature', repo: { id: fork ? 2002 : id } },
  }
  return { name, payload: { action, number: PULL, pull_request: { number: PULL, ...sides }, ...repositoryFacts } }
}

export const repositoryFacts = { repository: { private: false, default_branch: 'main' } }
