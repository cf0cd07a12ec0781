import { PreviewError } from '../core/base/errors.ts'

/** What one message may hold, in bytes, about: counted as it is sent, and again as it comes from a worker that may lie. */
export const MOST_BYTES = 64_000_000

/** Whether a message is small enough to be sent. Stops counting where it is not. */
export function isSmallEnough(message: unknown, mostBytes = MOST_BYTES): boolean {
  let left = mostBytes
  const waiting: unknown[] = [message]
  while (waiting.length > 0) {
    const part = waiting.pop()
    left -= bytesOf(part)
    if (left < 0) return false
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) continue
    // Each part takes a byte at least, so that an array is never spread that is too long anyway.
    const [keys, values] = Array.isArray(part) ? [[], part as unknown[]] : [Object.keys(part), Object.values(part)]
    for (const key of keys) left -= key.length
    if (left < values.length) return false
    for (const value of values) waiting.push(value)
  }
  return true
}

export function tooLarge(what: 'question' | 'answer'): PreviewError {
  const size = `${String(MOST_BYTES / 1e6)} MB`
  return new PreviewError('kernel.too-large', `The ${what} to be sent has more than ${size}.`)
}

function bytesOf(part: unknown): number {
  if (typeof part === 'string') return 2 + part.length
  if (ArrayBuffer.isView(part)) return part.byteLength
  return 8
}
