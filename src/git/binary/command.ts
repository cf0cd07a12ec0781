import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'

/** How git is started: never through a shell, and knowing nothing of its caller but what is named here. */
export interface GitCommand {
  /** The git folder; undefined for a command that needs none. */
  readonly folder: string | undefined
  readonly args: readonly string[]
  /** The caller's environment, of which little is passed on. */
  readonly environment: NodeJS.ProcessEnv
  /** Added to git's environment: secrets go here, since arguments can be read by every process of the machine. */
  readonly extra?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface GitOutput {
  /** undefined when a signal ended it. */
  readonly status: number | undefined
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * A checkout's own configuration is read, and an earlier step may have written it, so everything in it that starts a
 * program or reaches the network on reading is put out. safe.directory: in a container the checkout often belongs to
 * another user.
 */
const harmless = ['safe.directory=*', 'core.fsmonitor=false', 'core.hooksPath=/dev/null', 'protocol.allow=never']

export function startGit({ folder, args, environment, extra, signal }: GitCommand): ChildProcessWithoutNullStreams {
  const settings = harmless.flatMap((setting) => ['-c', setting])
  const place = folder === undefined ? [] : [`--git-dir=${folder}`]
  const child = spawn('git', ['--no-replace-objects', ...settings, ...place, ...args], {
    cwd: folder,
    env: { ...isolated(environment), ...extra },
    windowsHide: true,
    signal,
  })
  // Where there is no file handle left for them there are no streams, whatever the types say.
  if ((child as Partial<ChildProcessWithoutNullStreams>).stdout === undefined) {
    child.on('error', () => undefined)
    throw Object.assign(new Error('There is no file handle left to start git with.'), { code: 'EMFILE' })
  }
  return child
}

/** Rejects only when git cannot be started or `signal` ends it. */
export async function runGit(command: GitCommand): Promise<GitOutput> {
  const child = startGit(command)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => undefined)
  child.stdin.end()
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => {
      resolve({ status: status ?? undefined, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() })
    })
  })
}

/** 2.39 is 2_039; undefined when there is no git on the PATH. */
export async function gitVersion(environment: NodeJS.ProcessEnv): Promise<number | undefined> {
  const output = await runGit({ folder: undefined, args: ['--version'], environment }).catch(() => undefined)
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(output?.stdout.toString() ?? '') ?? []
  return major === undefined ? undefined : Number(major) * 1_000 + Number(minor)
}

const passed =
  /^(?:PATH|PATHEXT|SYSTEMROOT|TEMP|TMP|TMPDIR|(?:HTTPS?|ALL|NO)_PROXY|(?:GIT_)?SSL_(?:CERT_FILE|CERT_DIR|CAINFO|CAPATH))$/i

function isolated(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => passed.test(name))),
    HOME: '/dev/null',
    LC_ALL: 'C',
    // The allow list beats `protocol.*.allow` of the checkout's configuration, which `-c protocol.allow` does not.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  }
}
