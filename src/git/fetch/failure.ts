import { PreviewError } from '../../core/base/errors.ts'
import type { FetchTarget } from './target.ts'

const remedy = 'Run again. If it stays, add `with: { fetch-depth: 0 }` to the actions/checkout step of the workflow.'
const refused =
  'Give the job `permissions: contents: read` and pass `github-token`, or add `with: { fetch-depth: 0 }` to the actions/checkout step.'

/** `git.fetch-failed` in the server's first words, without the token in any of its forms. */
export function fetchFailed({ url, token, signal }: FetchTarget, failure: unknown): PreviewError {
  const words = signal.aborted ? 'there was no answer in time.' : firstLine(messageOf(failure))
  const reason = redact(words, token)
  const hint = /\b40[134]\b|could not read Username|Authentication failed|not found/i.test(words) ? refused : remedy
  return new PreviewError('git.fetch-failed', `Fetching from ${url.origin}${url.pathname} failed: ${reason}`, { hint })
}

/** The line that says why, free of control characters and short enough to be shown. */
export function firstLine(text: string): string {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').trim())
    .filter((line) => line !== '')
  const telling = lines.find((line) => /^(?:remote|fatal|error):/.test(line)) ?? lines[0] ?? 'no reason was given.'
  return telling.length > 300 ? `${telling.slice(0, 300)}…` : telling
}

/** How HTTP carries it: GitHub takes any user name beside a token. */
export function credentialsOf(token: string): string {
  return Buffer.from(`x-access-token:${token}`).toString('base64')
}

function redact(text: string, token: string | undefined): string {
  if (token === undefined) return text
  const forms = [credentialsOf(token), Buffer.from(token).toString('base64'), encodeURIComponent(token), token]
  return forms.reduce((left, form) => left.replaceAll(form, '***'), text)
}

function messageOf(failure: unknown): string {
  return typeof failure === 'string' ? failure : ((failure as { message?: string }).message ?? String(failure))
}
