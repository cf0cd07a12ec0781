import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { PreviewError } from '../core/base/errors.ts'
import type { NativeArchive } from './manifest.ts'

const TIMEOUT_MS = 180_000
/** What npm needs to start and to reach a registry through a proxy; no token, no npm setting of the caller's. */
const passedOn =
  /^(path|pathext|comspec|systemroot|windir|temp|tmp|tmpdir|(https?|no|all)_proxy|node_extra_ca_certs|ssl_cert_(file|dir))$/i

/**
 * The bytes of an npm archive, not yet verified, through the npm client of this machine: it knows the proxies and the
 * mirrors. Runs in an empty folder with a configuration of its own, so an .npmrc of the checkout has no say.
 */
export async function fetchArchive(
  { name, version }: NativeArchive,
  registryUrl: string | undefined,
  temporaryFolder = tmpdir(),
): Promise<Uint8Array> {
  const registry = registryUrl === undefined ? [] : [`--registry=${checkedUrl(registryUrl)}`]
  const folder = await mkdtemp(join(temporaryFolder, 'rocky-preview-fetch-'))
  try {
    await writeFile(join(folder, 'npmrc'), '')
    const flags = [
      '--userconfig=npmrc',
      '--cache=cache',
      '--fetch-retry-mintimeout=1000',
      '--fetch-retry-maxtimeout=5000',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-update-notifier',
    ]
    await npm(['pack', `${name}@${version}`, ...flags, ...registry], folder)
    const archive = (await readdir(folder)).find((file) => file.endsWith('.tgz'))
    if (archive === undefined) throw new Error('npm pack left no archive')
    return await readFile(join(folder, archive))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function npm(words: readonly string[], folder: string): Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name)))
  const options = { cwd: folder, env: { ...env, HOME: folder, USERPROFILE: folder }, timeout: TIMEOUT_MS }
  // npm is a script on Windows, which only its shell starts; every word is ours or passed `checkedUrl`.
  await (process.platform === 'win32'
    ? promisify(execFile)(`npm.cmd ${words.join(' ')}`, { ...options, shell: true })
    : promisify(execFile)('npm', words, options))
}

/** A registry's address in characters that no shell reads. */
function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url === undefined ||
    !/^https?:\/\/[\w.:/~@\]\[-]+$/.test(url.href) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new PreviewError('input.invalid', '`registry-url` is not a plain http or https address without a password.')
  }
  return url.href
}
