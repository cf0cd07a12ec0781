import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { z } from 'zod'
import { FOUND_DIGITS, MOST_WITH_BEFORE, NAME_DIGITS, type Remembered, type Told } from '../core/report/since.ts'

/** The comment's text with what it leaves for the next report in its first line: invisible, at most 2 kB, letters, digits, `-` and `_`. */
export function withMemory(remembered: Remembered | undefined, markdown: string): string {
  if (remembered === undefined) return markdown
  const { before } = remembered
  const memory = { v: 1, ...written(remembered), ...(before !== undefined && { before: written(before) }) }
  return `<!-- rocky-preview-seen ${deflateRawSync(JSON.stringify(memory)).toString('base64url')} -->\n${markdown}`
}

function written({ head, of, findings }: Told): z.input<typeof told> {
  return { head, of, found: [...findings].map(([name, what]) => `${name}${what}`).join('') }
}

/** What the comment of an earlier report left. Undefined where its third line is none of ours, too long or garbled. */
export function memoryOf(body: string): Remembered | undefined {
  const [, , line = ''] = body.split('\n', 3)
  const [, packed] = /^<!-- rocky-preview-seen ([\w-]{1,2000}) -->\r?$/.exec(line) ?? []
  const read = packed === undefined ? undefined : unpacked(packed)
  if (read === undefined) return undefined
  return { ...readTold(read), ...(read.before !== undefined && { before: readTold(read.before) }) }
}

function readTold({ head, of, found }: z.infer<typeof told>): Told {
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
const LONGEST = MOST_WITH_BEFORE * DIGITS + 500

const told = z.object({
  head: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/),
  of: z.int().nonnegative(),
  found: z
    .string()
    .regex(/^[0-9a-f]*$/)
    .refine((text) => text.length % DIGITS === 0)
    .transform((text) => text.match(new RegExp(`.{${String(DIGITS)}}`, 'g')) ?? []),
})

const memory = told.extend({ v: z.literal(1), before: told.optional() })
