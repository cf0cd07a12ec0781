import { PreviewError } from '../core/base/errors.ts'
import { isSmallEnough, tooLarge } from './message-size.ts'
import { operations, requestMessage, type Handlers, type Operation } from './protocol.ts'

/** The worker's end of the channel: answers each message with the handler's result or its failure, and ends with its parent. */
export function serve(handlers: Handlers): void {
  // Not `exit`: Node would wait for the statements that still run. Whatever was to be written has been.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.on('message', (message) => {
    const parsed = requestMessage.safeParse(message)
    // There is nobody to answer: what a question is, the other end knows.
    if (!parsed.success) return
    const { id, operation, request } = parsed.data
    answer(handlers, operation, request)
      .then((response) => {
        if (!isSmallEnough(response)) throw tooLarge('answer')
        reply({ id, response })
      })
      .catch((error: unknown) => {
        reply({ id, failure: failureOf(error) })
      })
  })
}

async function answer(handlers: Handlers, operation: Operation, request: unknown): Promise<unknown> {
  const handler = handlers[operation] as (request: unknown) => Promise<unknown>
  return handler(operations[operation].request.parse(request))
}

/** An answer that can no longer be delivered has nobody to care: the parent is gone, and `disconnect` follows. */
function reply(message: object): void {
  process.send?.(message, undefined, undefined, () => undefined)
}

function failureOf(error: unknown): { code: string; message: string; hint: string } {
  if (error instanceof PreviewError) return { code: error.code, message: error.message, hint: error.hint }
  const bug = new PreviewError('bug', error instanceof Error ? (error.stack ?? error.message) : String(error))
  return { code: bug.code, message: bug.message, hint: bug.hint }
}
