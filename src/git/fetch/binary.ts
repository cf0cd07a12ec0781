import { runGit } from '../binary/command.ts'
import { credentialsOf } from './failure.ts'
import type { Fetch, FetchTarget } from './target.ts'

/** No redirects: git would send the header on to whatever host is named. No helper may be asked for a password. */
const settings = [
  'http.followRedirects=false',
  'credential.helper=',
  'core.askPass=',
  'gc.auto=0',
  'fetch.unpackLimit=1',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=30',
].flatMap((setting) => ['-c', setting])

const quiet = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--no-auto-maintenance']

export async function fetchWithBinary({ url, token, into, sha256, environment, signal }: FetchTarget): Promise<Fetch> {
  const extra = { ...authorization(url, token), GIT_ALLOW_PROTOCOL: 'http:https' }
  const run = async (folder: string | undefined, ...args: string[]) => {
    const { status, stderr } = await runGit({ folder, args, environment, extra, signal })
    if (status !== 0) throw new Error(stderr)
  }
  const format = sha256 ? ['--object-format=sha256'] : []
  await run(undefined, 'init', '--quiet', '--bare', '--template=', ...format, into)
  return (wanted) => run(into, ...settings, 'fetch', ...quiet, '--depth=1', '--', url.href, ...wanted)
}

/** Through the environment, because the command line is there for every process of the machine to read. */
function authorization(url: URL, token: string | undefined): Record<string, string> {
  if (token === undefined) return {}
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${url.origin}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${credentialsOf(token)}`,
  }
}
