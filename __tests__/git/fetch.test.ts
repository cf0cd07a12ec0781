import { afterAll, afterEach, describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { formatError, PreviewError } from '../../src/core/base/errors.ts'
import type { CommitId } from '../../src/core/ports/git.ts'
import { fetchCommits } from '../../src/git/fetch/fetch.ts'
import { layered } from '../../src/git/layered.ts'
import {
  cloneRepository,
  createRepository,
  removeTemporaryFolders,
  temporaryFolder,
} from '../support/git-repository.ts'
import { startGitServer, type GitServer, type GitServerOptions } from '../support/git-server.ts'
import { closeAll, open, readers } from './readers.ts'

afterAll(closeAll)
afterAll(removeTemporaryFolders)

const servers: GitServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serve(options: GitServerOptions): Promise<GitServer> {
  const server = await startGitServer(options)
  servers.push(server)
  return server
}

const token = 'ghs_s3cret+/token'
const absent = '1'.repeat(40) as CommitId

/** The upstream: base and head with three commits between them, and a pull request's ref that no branch reaches. */
function upstream() {
  const made = createRepository()
  const base = made.commit({ 'models/a.sql': 'select 1', 'models/deep/b.sql': 'select 2' })
  made.commit({ 'models/a.sql': 'select 3' })
  const head = made.commit({ 'models/a.sql': 'select 4' })
  made.commit({ 'models/a.sql': 'select 5' })
  made.git('switch', '--quiet', '--detach')
  const pull = made.commit({ 'models/c.sql': 'select 6' })
  made.git('update-ref', 'refs/pull/7/head', pull)
  made.git('switch', '--quiet', 'main')
  const bare = cloneRepository(made.folder, '--mirror')
  return { root: dirname(bare.folder), name: bare.folder.slice(dirname(bare.folder).length), base, head, pull }
}

const { root, name, base, head, pull } = upstream()

function digest(folder: string): string {
  const hash = createHash('sha256')
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    hash.update(join(entry.parentPath, entry.name))
    if (entry.isFile()) hash.update(readFileSync(join(entry.parentPath, entry.name)))
  }
  return hash.digest('hex')
}

async function failureOf(fetching: Promise<void>): Promise<PreviewError> {
  const error: unknown = await fetching.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(PreviewError)
  return error as PreviewError
}

describe.each(readers)('fetchCommits with the %s reader', (reader) => {
  it('brings exactly the commits asked for, with their files, and leaves the checkout as it was', async () => {
    const { url } = await serve({ root })
    const checkout = cloneRepository(`file://${root}${name}`, '--depth=1')
    const before = digest(join(checkout.folder, '.git'))
    const into = join(temporaryFolder(), 'private')
    const here = (await open(checkout.folder, reader)).repository
    expect([await here.has(base), await here.has(head)]).toEqual([false, false])

    await fetchCommits({ url: `${url}${name}`, commits: [base, head], into, reader })

    const both = layered([here, (await open(into, reader)).repository])
    expect(await both.has(base)).toBe(true)
    const [entry] = await both.list(head, 'models')
    const contents = await both.read(entry === undefined ? [] : [entry.id])
    expect([...contents.values()].map((bytes) => Buffer.from(bytes).toString())).toEqual(['select 4'])
    expect(await both.list(base, '')).toHaveLength(2)
    expect(await both.mergeBase(base, head)).toBeUndefined()
    expect(await both.resolve('main')).toBe(checkout.git('rev-parse', 'HEAD'))
    expect(digest(join(checkout.folder, '.git'))).toBe(before)
    expect(readdirSync(into)).not.toContain('FETCH_HEAD')
  })

  it('brings a pull request’s head by its id', async () => {
    const { url } = await serve({ root })
    const into = temporaryFolder()
    await fetchCommits({ url: `${url}${name}`, commits: [pull], into, reader })
    expect(await (await open(into, reader)).repository.has(pull)).toBe(true)
  })

  it('asks for the refs when the server does not hand out an id, and names the commit that stays away', async () => {
    const { url } = await serve({ root })
    const into = temporaryFolder()
    const request = { url: `${url}${name}`, commits: [base, absent], refs: ['refs/pull/7/head'], into, reader }
    const error = await failureOf(fetchCommits(request))
    expect(error).toMatchObject({ code: 'git.fetch-failed', blame: 'transient' })
    expect(error.message).toMatch(/not our ref|1{40}/)
    expect(error.hint).toContain('with: { fetch-depth: 0 }')
    const { repository } = await open(into, reader)
    expect([await repository.has(base), await repository.has(pull)]).toEqual([true, true])
  })

  it('reads a private repository with the token', async () => {
    const server = await serve({ root, token })
    const into = temporaryFolder()
    await fetchCommits({ url: `${server.url}${name}`, token, commits: [base, head], into, reader })
    expect(await (await open(into, reader)).repository.has(head)).toBe(true)
    const kept = readdirSync(into, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const text = kept.map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString('latin1')).join()
    expect(text).not.toContain(token)
    expect(text).not.toContain(Buffer.from(`x-access-token:${token}`).toString('base64'))
  })

  it.each([
    ['a wrong token', 'ghs_wr0ng'],
    ['no token', undefined],
    ['an empty token', ''],
  ])('fails with %s without telling it, and says what the workflow needs', async (_, given) => {
    const { url } = await serve({ root, token })
    const into = temporaryFolder()
    const error = await failureOf(fetchCommits({ url: `${url}${name}`, token: given, commits: [base], into, reader }))
    expect(error.code).toBe('git.fetch-failed')
    expect(error.hint).toContain('with: { fetch-depth: 0 }')
    expect(formatError(error)).not.toContain('ghs_')
    expect(error.cause).toBeUndefined()
  })

  it('fails when nobody listens', async () => {
    const server = await serve({ root })
    await server.close()
    const { url } = server
    const error = await failureOf(
      fetchCommits({ url: `${url}${name}`, commits: [base], into: temporaryFolder(), reader }),
    )
    expect(error).toMatchObject({ code: 'git.fetch-failed', blame: 'transient' })
    expect(error.message).toMatch(/connect|ECONNREFUSED/)
  })

  it('fails when there is no such repository', async () => {
    const { url } = await serve({ root })
    const error = await failureOf(
      fetchCommits({ url: `${url}/nowhere`, commits: [base], into: temporaryFolder(), reader }),
    )
    expect(error.message).toMatch(/not found|404/i)
  })

  it('fails when the connection breaks within the pack', async () => {
    const { url } = await serve({ root, cutAfter: 120 })
    const into = temporaryFolder()
    const error = await failureOf(
      fetchCommits({ url: `${url}${name}`, commits: [base], into, reader, timeoutMs: 8_000 }),
    )
    expect(error.code).toBe('git.fetch-failed')
  })

  it('fails in time when the server does not answer', async () => {
    const { createServer } = await import('node:net')
    const silent = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    const { port } = silent.address() as { port: number }
    const sockets: { destroy(): void }[] = []
    silent.on('connection', (socket) => sockets.push(socket))
    const url = `http://127.0.0.1:${String(port)}/x`
    const error = await failureOf(
      fetchCommits({ url, commits: [base], into: temporaryFolder(), reader, timeoutMs: 500 }),
    )
    for (const socket of sockets) socket.destroy()
    silent.close()
    expect(error.message).toContain('no answer in time')
  })

  it('does not follow a redirect, so that no other host sees the token', async () => {
    const other = await serve({ root })
    const { url } = await serve({ root, redirectTo: other.url.replace('127.0.0.1', 'localhost') })
    const error = await failureOf(
      fetchCommits({ url: `${url}${name}`, token, commits: [base], into: temporaryFolder(), reader }),
    )
    expect(error.code).toBe('git.fetch-failed')
    expect(other.requests).toEqual([])
  })

  it.each([
    ['a file', 'file:///etc', 'git.fetch-failed'],
    ['a helper', 'ext::sh -c touch% /tmp/x', 'git.fetch-failed'],
    ['ssh', 'git@github.com:a/b.git', 'git.fetch-failed'],
    ['an option', '--upload-pack=x', 'git.fetch-failed'],
    ['credentials', 'https://user:s3cret@example.com/a', 'git.fetch-failed'],
  ])('refuses an address that is %s', async (_, url, code) => {
    const error = await failureOf(fetchCommits({ url, commits: [base], into: temporaryFolder(), reader }))
    expect(error.code).toBe(code)
    expect(formatError(error)).not.toContain('s3cret')
  })

  it.each(['main', '--upload-pack=x', 'refs/heads/../x', 'refs/pull/7/head~1', '+refs/heads/*:refs/heads/*'])(
    'refuses %s as a full ref name',
    async (ref) => {
      const { url, requests } = await serve({ root })
      const request = { url: `${url}${name}`, commits: [base], refs: [ref], into: temporaryFolder(), reader }
      expect((await failureOf(fetchCommits(request))).code).toBe('git.bad-ref')
      expect(requests).toEqual([])
    },
  )
})

it('fetchCommits takes no token that would break out of its header', async () => {
  const request = { url: 'http://127.0.0.1:1/x', token: 'a\r\nX-Evil: 1', commits: [base], into: temporaryFolder() }
  expect((await failureOf(fetchCommits(request))).code).toBe('input.invalid')
})
