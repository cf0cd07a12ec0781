import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import { FOUND_DIGITS, MOST_REMEMBERED, NAME_DIGITS, remember, type Remembered } from '../core/report/since.ts'
import type { RunOutput } from '../core/contract/run.ts'

/** The comment's text with what it leaves for the next report in its first line: invisible, at most 2 kB, letters, digits, `-` and `_`. */
export function withMemory(run: RunOutput, markdown: string): string {
  const { head, of, findings } = remember(run)
  const found = [...findings].map(([name, told]) => `${name}${told}`).join('')
  const packed = deflateRawSync(JSON.stringify({ v: 1, head, of, found })).toString('base64url')
  return `<!-- rocky-preview-seen ${packed} -->\n${markdown}`
}

/** What the comment of an earlier report left. Undefined where its third line is none of ours, too long or garbled. */
export function memoryOf(body: string): Remembered | undefined {
  const [, , line = ''] = body.split('\n', 3)
  const [, packed] = /^<!-- rocky-preview-seen ([\w-]{1,2000}) -->\r?$/.exec(line) ?? []
  const read = packed === undefined ? undefined : unpacked(packed)
  if (read === undefined) return undefined
  const { head, of, found } = read
  return { head, of, findings: new Map(found.map((one) => [one.slice(0, NAME_DIGITS), one.slice(NAME_DIGITS)])) }
}

function unpacked(packed: string): z.infer<typeof memory> | undefined {
  try {
    const text = inflateRawSync(Buffer.from(packed, 'base64url'), { maxOutputLength: LONGEST }).toString('utf8')
    return memory.safeParse(JSON.parse(text)).data
  } catch {
    // Somebody edited it, or it is of another version: then there is nothing to compare with.
    return undefined
  }
}

const DIGITS = NAME_DIGITS + FOUND_DIGITS
const LONGEST = MOST_REMEMBERED * DIGITS + 500

const memory = z.object({
  v: z.literal(1),
  head: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/),
  of: z.int().nonnegative(),
  found: z
    .string()
    .regex(/^[0-9a-f]*$/)
    .refine((text) => text.length % DIGITS === 0)
    .transform((text) => text.match(new RegExp(`.{${String(DIGITS)}}`, 'g')) ?? []),
})
