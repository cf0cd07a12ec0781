/** What a shell reports for a process that a signal ended: 128 and the signal's number. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

const cleanups = new Set<() => void>()

/**
 * Runs `cleanup` when a signal ends the process, the latest first, until the returned function is called. It must be
 * done when it returns: no timer or promise comes after it.
 */
export function onInterrupt(cleanup: () => void): () => void {
  if (cleanups.size === 0) for (const signal of Object.keys(signals)) process.on(signal, interrupted)
  cleanups.add(cleanup)
  return () => {
    cleanups.delete(cleanup)
    if (cleanups.size === 0) for (const signal of Object.keys(signals)) process.off(signal, interrupted)
  }
}

function interrupted(signal: keyof typeof signals): void {
  try {
    for (const cleanup of [...cleanups].reverse()) cleanup()
  } finally {
    process.exit(signals[signal])
  }
}
