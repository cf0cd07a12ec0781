import * as core from '@actions/core'
import type { ProgressEvent } from '../commands/services.ts'
import type { PreviewError } from '../core/base/errors.ts'
import { untrustedLine, untrustedLines } from '../github/workflow-log.ts'

const stages = {
  load: 'Reading the two commits',
  warehouse: 'Opening the warehouse',
  plan: 'Planning',
  build: 'Building both sides',
  compare: 'Comparing',
} as const satisfies Record<(ProgressEvent & { kind: 'stage' })['stage'], string>

type Redact = (text: string) => string

/** One group of the log a stage, and in it one line a model. */
export function logStages(redact: Redact): {
  readonly progress: (event: ProgressEvent) => void
  readonly end: () => void
} {
  let isOpen = false
  const end = (): void => {
    if (isOpen) core.endGroup()
    isOpen = false
  }
  return {
    progress: (event) => {
      if (event.kind === 'model') {
        core.info(`${String(event.done)} of ${String(event.of)}: ${untrustedLine(redact(event.model))}`)
        return
      }
      end()
      core.startGroup(stages[event.stage])
      isOpen = true
    },
    end,
  }
}

/** A line with text that we did not write: it cannot command the runner. */
export function logUntrusted(text: string): void {
  core.info(untrustedLine(text))
}

/** The stack of an error that we did not expect, for those who will mend it. */
export function logBug(error: PreviewError, mask: Redact): void {
  const { cause = error } = error
  const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  core.startGroup('A bug of ours: where it happened')
  for (const line of untrustedLines(mask(stack))) core.info(line)
  core.endGroup()
}
