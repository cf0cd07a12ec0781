import * as core from '@actions/core'
import { connectGitHub } from '../github/client.ts'
import { analyse } from './analyse.ts'
import { documented } from './documents.ts'
import type { Environment } from './inputs.ts'
import { leaveEnd, leaveSubject } from './left.ts'
import { pageOf } from './page.ts'
import { reportProjects } from './report-projects.ts'
import { reportClosed, reportFailure, reportNothing, reportRun } from './report.ts'
import { openStep, type Step } from './step.ts'
import { sayWhatIsIgnored, subjectOf } from './subject.ts'
import { workOf } from './work.ts'

/**
 * One step of a workflow, from the event to the comment. Whatever happens, the outputs and the job summary are written;
 * and once it is known which pull request it is about, its comment tells of the newest commit, be it of a failure. The
 * analysis decides the step's result, and the delivery of the comment only where that was asked for.
 */
export async function runAction(environment: Environment, distFolder: string): Promise<void> {
  const step = await openStep(environment, distFolder)
  try {
    await preview(step)
  } catch (error) {
    await reportFailure(step, error)
  } finally {
    await step.close()
    leaveEnd('told')
  }
}

async function preview(step: Step): Promise<void> {
  const work = await workOf(step)
  if (work.kind === 'nothing-to-do') {
    await reportNothing(work.because)
    return
  }
  const client = connectGitHub(step.environment, step.inputs.githubToken, { debug: core.debug })
  if (work.kind === 'closed-pull-request') {
    await reportClosed(step, client, work.number)
    return
  }
  const subject = await subjectOf(work, client, step.inputs)
  leaveSubject(subject)
  sayWhatIsIgnored(step.inputs, subject)
  const found = await analyse(step, subject, client).catch((error: unknown) => ({ error }))
  // Read last, and once: what is declared is what stands there now, and who writes there need not look again.
  const page = await pageOf(step, subject, client)
  const target = { subject, client, page }
  const told = 'error' in found ? found : attempt(() => documented(step, found, page))
  if ('error' in told) await reportFailure(step, told.error, target)
  else if (told.kind === 'one') await reportRun(step, told.run, target)
  else await reportProjects(step, told.projects, target)
  core.debug(client.tally())
}

function attempt<T>(work: () => T): T | { readonly error: unknown } {
  try {
    return work()
  } catch (error) {
    return { error }
  }
}
