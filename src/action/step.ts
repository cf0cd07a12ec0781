import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as core from '@actions/core'
import { PreviewError } from '../core/base/errors.ts'
import { readInputs, salvagedInputs, secretInputs, type ActionInputs, type Environment } from './inputs.ts'
import { leaveEnd, leaveFolder } from './left.ts'
import { createRedactor, createShortener, tellingValues, withoutStack } from './redact.ts'
import { removeNow, stopOnSignals } from './stop.ts'

/** One step of a workflow: what it was given, and what it may use until it is closed. */
export interface Step {
  readonly environment: Environment
  /** The folder with our bundles. */
  readonly distFolder: string
  readonly inputs: ActionInputs
  /** The first input that holds what it may not. `inputs` has its default then, so that the failure can still be told. */
  readonly problem: PreviewError | undefined
  /** Where the runner started us. */
  readonly workspace: string
  /** Private, under the runner's temporary folder. */
  readonly folder: string
  /** Masks secrets: for the log. */
  readonly mask: (text: string) => string
  /** For what people read besides: masks secrets, drops stack traces, and cuts this machine's folders off paths. */
  readonly redact: (text: string) => string
  /** What a signal must undo besides the folder. */
  readonly beforeExit: (undo: () => void) => void
  close(): Promise<void>
}

/** Masks the secrets before anything else is done. */
export async function openStep(environment: Environment, distFolder: string): Promise<Step> {
  const given = secretInputs(environment)
  for (const secret of given) core.setSecret(secret)
  const { inputs, problem } = read(environment)
  for (const secret of tellingValues(inputs.env)) core.setSecret(secret)
  const stop = stopOnSignals(() => {
    leaveEnd('cancelled')
  })
  const temporary = environment['RUNNER_TEMP'] ?? tmpdir()
  const folder = await mkdtemp(join(temporary, 'rocky-preview-'))
  leaveFolder(await realpath(folder))
  stop.beforeExit(() => {
    removeNow(folder)
  })
  const workspace = resolve(environment['GITHUB_WORKSPACE'] ?? '.')
  const mask = createRedactor({ ...environment, ...inputs.env }, given)
  const shorten = createShortener(temporary, workspace)
  return {
    environment,
    distFolder,
    inputs,
    problem,
    workspace,
    folder,
    mask,
    redact: (text) => mask(shorten(withoutStack(text))),
    beforeExit: stop.beforeExit,
    close: async () => {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
      stop.release()
    },
  }
}

function read(environment: Environment): Pick<Step, 'inputs' | 'problem'> {
  try {
    return { inputs: readInputs(environment), problem: undefined }
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error
    return { inputs: salvagedInputs(environment), problem: error }
  }
}
