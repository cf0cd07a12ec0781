import { lstat, readFile, readlink, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import * as core from '@actions/core'
import { PreviewError } from '../core/base/errors.ts'
import type { CommitId } from '../core/ports/git.ts'
import { connectGitHub } from '../github/client.ts'
import type { Target } from './comment.ts'
import type { Environment } from './inputs.ts'
import { readLeft, type About } from './left.ts'
import { pageOf } from './page.ts'
import { reportFailure } from './report.ts'
import { openStep, type Step } from './step.ts'
import { systemCode } from '../core/base/system-code.ts'

/**
 * Runs after the job's other steps, whatever became of them. Main cleans up after itself; this is for a main that was
 * killed: its worker is ended, its folder removed, and the comment says of that commit that the preview could not run. A
 * cancelled job writes nothing: the run that took its place will.
 */
export async function runPost(environment: Environment, distFolder: string): Promise<void> {
  const { began, ended, folder, workers, about } = readLeft(environment)
  if (!began) return
  if (folder !== undefined) {
    for (const pid of workers) await endWorker(pid, folder)
    await removeFolder(folder, environment)
  }
  if (ended !== undefined) return
  const step = await openStep(environment, distFolder)
  try {
    const died = new PreviewError('step.died', 'The preview ended without a word.')
    await reportFailure(step, died, await targetOf(step, about))
  } finally {
    await step.close()
  }
}

/** A pid may be anybody's by now: ours works in our folder and runs our bundle. Only Linux tells; elsewhere a worker ends with its parent. */
async function endWorker(pid: number, folder: string): Promise<void> {
  try {
    const cwd = await readlink(`/proc/${String(pid)}/cwd`)
    const command = (await readFile(`/proc/${String(pid)}/cmdline`, 'utf8')).split('\0')
    if (!cwd.startsWith(`${folder}/`) || !command.some((word) => basename(word) === 'worker.js')) return
    process.kill(pid, 'SIGKILL')
    core.info('A process that was left behind was ended.')
  } catch {
    // It is gone, or it is nothing that we may look at: then it is not ours.
    return
  }
}

/** Only a folder of the form that we make, where we make it, and no link. */
async function removeFolder(folder: string, environment: Environment): Promise<void> {
  try {
    const temporary = await realpath(environment['RUNNER_TEMP'] ?? tmpdir())
    if (dirname(folder) !== temporary || !/^rocky-preview-\w{6}$/.test(basename(folder))) return
    if (!(await lstat(folder)).isDirectory()) return
    await rm(join(temporary, basename(folder)), { recursive: true, force: true, maxRetries: 3 })
  } catch (error) {
    const code = systemCode(error)
    if (code !== 'ENOENT') core.warning(`Temporary files were left: ${code ?? String(error)}`)
  }
}

/** Undefined when main died before it knew what it was about, or was about no pull request. */
async function targetOf(step: Step, about: About | undefined): Promise<Target | undefined> {
  if (about === undefined) return undefined
  const { environment, inputs } = step
  const { number, fromFork } = about
  const head = about.head as CommitId
  const pullRequest = { number, head, base: head, baseBranch: '', headBranch: '', fromFork }
  const client = connectGitHub(environment, inputs.githubToken, { debug: core.debug })
  const subject = { base: undefined, head, pullRequest, cloneUrl: '' }
  return { client, subject, page: await pageOf(step, subject, client) }
}
