import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { BlobId, CommitId } from '../../src/core/ports/git.ts'

/** A real repository in a temporary folder, made with the git program. */
export interface TestRepository {
  readonly folder: string
  /** Runs git in it and returns what it prints, trimmed. */
  git(...args: string[]): string
  /** As `git`, with standard input and untouched output. */
  raw(args: readonly string[], input?: string | Uint8Array): Buffer
  /** Writes files into the working tree; undefined deletes one. */
  write(files: Files): void
  /** Writes the files and commits all that changed. Each commit is a minute later than the one before. */
  commit(files?: Files, message?: string): CommitId
  blob(content: string | Uint8Array): BlobId
}

export type Files = Readonly<Record<string, string | Uint8Array | undefined>>

const made: string[] = []
let clock = Date.parse('2026-01-01T00:00:00Z') / 1_000

/** For `afterAll`. */
export function removeTemporaryFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rocky-git-')))
  made.push(folder)
  return folder
}

/** `init` arguments such as `--bare` or `--object-format=sha256`. */
export function createRepository(...args: string[]): TestRepository {
  const repository = repositoryIn(temporaryFolder())
  repository.git('init', '--quiet', '--initial-branch=main', ...args)
  return repository
}

/** Not from a server of this very process: git is waited for, and the server could not answer. */
export function cloneRepository(url: string, ...args: string[]): TestRepository {
  const repository = repositoryIn(temporaryFolder())
  repository.git('clone', '--quiet', ...args, url, '.')
  return repository
}

export function repositoryIn(folder: string): TestRepository {
  const raw: TestRepository['raw'] = (args, input) =>
    execFileSync('git', args, {
      cwd: folder,
      env: environment(),
      input,
      maxBuffer: 2 ** 28,
      stdio: 'pipe',
      timeout: 20_000,
    })
  const git: TestRepository['git'] = (...args) => raw(args).toString().trim()
  const write: TestRepository['write'] = (files) => {
    for (const [path, content] of Object.entries(files)) place(join(folder, path), content)
  }
  return {
    folder,
    git,
    raw,
    write,
    commit(files = {}, message = 'a commit') {
      write(files)
      git('add', '--all')
      clock += 60
      git('commit', '--quiet', '--allow-empty', '--message', message)
      return git('rev-parse', 'HEAD') as CommitId
    },
    blob: (content) => raw(['hash-object', '-w', '--stdin'], content).toString().trim() as BlobId,
  }
}

function place(path: string, content: string | Uint8Array | undefined): void {
  if (content === undefined) {
    rmSync(path)
    return
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** Nothing of the user's own configuration, and the same ids in every run. */
function environment(): NodeJS.ProcessEnv {
  const date = `${String(clock)} +0000`
  return {
    PATH: process.env.PATH,
    HOME: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: 'protocol.file.allow',
    GIT_CONFIG_VALUE_0: 'always',
    GIT_CONFIG_KEY_1: 'core.quotePath',
    GIT_CONFIG_VALUE_1: 'false',
    GIT_CONFIG_KEY_2: 'core.autocrlf',
    GIT_CONFIG_VALUE_2: 'false',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    GIT_COMMITTER_DATE: date,
    GIT_TERMINAL_PROMPT: '0',
  }
}
