import { PreviewError } from '../core/base/errors.ts'

/** What a request brought: a value that met its schema, or the one kind of failure that decides what to do next. */
export type Answer<T> =
  | {
      readonly kind: 'answered'
      readonly value: T
      readonly hasNextPage: boolean
      /** It took more than one attempt, so what was read before it may be old. */
      readonly waited: boolean
    }
  | { readonly kind: 'failed'; readonly failure: Failure }

export type Failure =
  | { readonly kind: 'limited'; readonly waitMs: number; readonly message: string }
  | { readonly kind: Exclude<FailureKind, 'limited'>; readonly message: string }

export type FailureKind =
  /** The token is not valid. */
  | 'unauthorized'
  | 'forbidden'
  | 'locked'
  | 'not-found'
  /** A rate limit, primary or secondary. */
  | 'limited'
  | 'too-long'
  /** Any other answer that says that the request is wrong. */
  | 'rejected'
  /** No answer, half an answer or a server error: a write may have happened all the same. */
  | 'unreachable'

export interface HttpRefusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | undefined>>
  readonly message: string
}

/** What an HTTP status of 400 and more means. GitHub says 403 for a missing permission, a lock and both kinds of limit. */
export function classify({ status, headers, message }: HttpRefusal): Failure {
  const said = oneLine(message)
  if (status === 429 || (status === 403 && isLimit(headers, message))) {
    return { kind: 'limited', waitMs: waitMs(headers), message: said }
  }
  return { kind: kindOf(status, message), message: said }
}

/** The error for callers that cannot go on without the answer. */
export function toPreviewError(what: string, failure: Failure): PreviewError {
  const kind = failure.kind
  const refused = kind === 'forbidden' || kind === 'unauthorized' || kind === 'not-found'
  return new PreviewError(refused ? 'github.forbidden' : 'github.unreachable', `${what}: ${failure.message}`)
}

function kindOf(status: number, message: string): Exclude<FailureKind, 'limited'> {
  if (status >= 500) return 'unreachable'
  if (status === 401) return 'unauthorized'
  if (status === 403) return /\blocked\b/i.test(message) ? 'locked' : 'forbidden'
  if (status === 404 || status === 410) return 'not-found'
  if (status === 422 && /too long/i.test(message)) return 'too-long'
  return 'rejected'
}

function isLimit(headers: HttpRefusal['headers'], message: string): boolean {
  return (
    headers['retry-after'] !== undefined ||
    String(headers['x-ratelimit-remaining']) === '0' ||
    /rate limit|abuse detection/i.test(message)
  )
}

/** `retry-after`, else the moment of the reset by GitHub's own clock, else a minute, as its guide asks. */
function waitMs(headers: HttpRefusal['headers']): number {
  const seconds = Number(headers['retry-after'])
  if (Number.isFinite(seconds)) return Math.max(0, seconds) * 1_000
  const resetMs = Number(headers['x-ratelimit-reset']) * 1_000
  const nowMs = Date.parse(String(headers.date))
  const untilReset = resetMs - nowMs
  if (String(headers['x-ratelimit-remaining']) === '0' && Number.isFinite(untilReset)) {
    return Math.max(0, untilReset) + 1_000
  }
  return 60_000
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
