import { rmSync } from 'node:fs'

/** What is undone when the runner cancels the job: SIGINT, then SIGTERM after 7.5 s, and 2.5 s later the end. */
export interface Stop {
  /** Undone last come, first served. Must not wait for anything: nothing else runs any more. */
  readonly beforeExit: (undo: () => void) => void
  release(): void
}

/** From here to `release` a signal undoes, writes nothing to GitHub and ends the process at once. `first`: what is done before all else. */
export function stopOnSignals(first: () => void): Stop {
  const undos: (() => void)[] = []
  const stop = (signal: NodeJS.Signals): void => {
    for (const undo of [first, ...undos.toReversed()]) attempt(undo)
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    beforeExit: (undo) => {
      undos.push(undo)
    },
    release: () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}

/** Even while a process that was just killed still holds a file in it. */
export function removeNow(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** What cannot be undone does not keep the rest from being undone; the runner empties its temporary folder after each job. */
function attempt(undo: () => void): void {
  try {
    undo()
  } catch {
    return
  }
}
