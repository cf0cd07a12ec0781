import * as core from '@actions/core'
import type { ProgressEvent } from '../commands/services.ts'
import { untrustedLine } from '../github/workflow-log.ts'

const stages = {
  load: 'Reading the two commits',
  warehouse: 'Opening the warehouse',
  plan: 'Planning',
  build: 'Building both sides',
  compare: 'Comparing',
} as const satisfies Record<(ProgressEvent & { kind: 'stage' })['stage'], string>

/** One log line a stage, and one a model where debug logging is on. */
export function logProgress(): (event: ProgressEvent) => void {
  return (event) => {
    if (event.kind === 'stage') core.info(stages[event.stage])
    else core.debug(`${event.stage} ${String(event.done)}/${String(event.of)} ${untrustedLine(event.model)}`)
  }
}

/** A line with text that we did not write: it cannot command the runner. */
export function logUntrusted(text: string): void {
  core.info(untrustedLine(text))
}
