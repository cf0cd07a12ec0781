import { readFile } from 'node:fs/promises'
import { PreviewError } from '../core/base/errors.ts'
import { readEvent, type Work } from './event.ts'
import type { Environment } from './inputs.ts'
import type { Step } from './step.ts'

/** What the event that started the workflow asks for. Fails with `event.unsupported`, `event.untrusted` or `input.invalid`. */
export async function workOf({ environment, inputs, problem }: Step): Promise<Work> {
  const { prNumber, base, head, allowUnsafeForkSql } = inputs
  try {
    const payload = await payloadOf(environment)
    return readEvent(environment['GITHUB_EVENT_NAME'] ?? '', payload, environment, {
      prNumber,
      base,
      head,
      allowUnsafeForkSql,
    })
  } catch (error) {
    // An input that was dropped may be the very thing that the event needs.
    throw problem ?? error
  }
}

/** What the runner says of the event, whatever it is. Fails with `event.unsupported`. */
export async function payloadOf({ GITHUB_EVENT_PATH: path }: Environment): Promise<unknown> {
  if (path === undefined || path === '') return {}
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new PreviewError('event.unsupported', 'The event’s payload cannot be read.', {
      hint: 'Run the workflow on the event itself, on GitHub’s runner.',
      cause,
    })
  }
}
