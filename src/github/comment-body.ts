import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What a comment says of itself, for the runs that come after. */
export interface CommentState {
  readonly v: 1
  readonly head: string
  readonly base: string
  readonly run: number
  readonly attempt: number
  /** When the run started, by GitHub's clock, in milliseconds. */
  readonly t: number
  /** Tells one run's writes from all others'. */
  readonly nonce: string
  /** Of the content. */
  readonly hash: string
}

/** The first line of every comment of ours with this key. */
export function marker(key: string): string {
  return `<!-- rocky-preview:v1 key=${key} -->`
}

/** Marker, state and content, each from a line of its own. The state is letters, digits, `-` and `_`, so it cannot close its HTML comment. */
export function writeBody(key: string, state: CommentState, content: string): string {
  const encoded = Buffer.from(JSON.stringify(state)).toString('base64url')
  return `${marker(key)}\n<!-- rocky-preview-state ${encoded} -->\n${content}`
}

/** Undefined when the second line is none of ours, too long or garbled: then the comment orders nothing. */
export function readState(body: string): CommentState | undefined {
  const [, encoded] = /^[^\n]*\n<!-- rocky-preview-state ([\w-]{1,2000}) -->\r?(?:\n|$)/.exec(body) ?? []
  if (encoded === undefined) return undefined
  const parsed = stateText.safeParse(Buffer.from(encoded, 'base64url').toString('utf8'))
  return parsed.success ? parsed.data : undefined
}

/** What follows the first two lines. GitHub's editor turns line ends into CRLF; that is no change. */
export function readContent(body: string): string {
  return normalised(body.split('\n').slice(2).join('\n'))
}

/** The line that content may begin with and nobody sees, and the rest: what is put on top goes between them. */
export function splitHidden(content: string): readonly [hidden: string, shown: string] {
  const [hidden = ''] = /^<!-- [^\n]* -->\n/.exec(content) ?? []
  return [hidden, content.slice(hidden.length)]
}

export function sameContent(a: string, b: string): boolean {
  return normalised(a) === normalised(b)
}

export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}

function normalised(content: string): string {
  return content.replaceAll('\r\n', '\n').trimEnd()
}

const state = z.object({
  v: z.literal(1),
  head: z.string(),
  base: z.string(),
  run: z.number(),
  attempt: z.number(),
  t: z.number(),
  nonce: z.string(),
  hash: z.string(),
})

const stateText = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      context.addIssue('not JSON')
      return z.NEVER
    }
  })
  .pipe(state)
