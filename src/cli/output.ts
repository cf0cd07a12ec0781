import { formatError, PreviewError } from '../core/base/errors.ts'

/** Who reads our output may stop reading (`| head -1`): no reason to complain. A full disk is one. */
export function withstandClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return
      // The run itself may still set a status.
      process.once('exit', () => {
        process.exitCode = process.exitCode === undefined || process.exitCode === 0 ? 1 : process.exitCode
      })
      if (stream === process.stdout) process.stderr.write(`The output could not be written: ${error.message}\n`)
    })
  }
}

/** What, where, and what to do on stderr. A stack is shown for mistakes of ours only. */
export function tellError(error: unknown): void {
  if (error instanceof PreviewError && error.blame !== 'bug') {
    process.stderr.write(`${withoutControls(formatError(error))}\n`)
    return
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${withoutControls(text)}\nThis is a bug of ours; please report it.\n`)
}

/** Messages quote the pull request: but for line ends and tabs, control characters could move the cursor or more. */
export function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '·')
}
