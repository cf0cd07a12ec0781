import { z } from 'zod'
import type { ErrorCode } from '../base/errors.ts'
import type { Location } from '../base/location.ts'
import type { RowSample } from '../diff/result.ts'

/** A count of rows: an integer, or its decimal digits past 2^53, where a JSON number would lie. */
export const countSchema = z.union([z.int().nonnegative(), z.string().regex(/^[0-9]{16,39}$/)])
export type Count = z.infer<typeof countSchema>

export function toCount(rows: bigint): Count {
  return rows <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(rows) : String(rows)
}

/** Milliseconds or bytes as Rocky prints them: whole. */
export const amountSchema = z.int().nonnegative()

export const commitSchema = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)

export const severitySchema = z.enum(['breaking', 'warning', 'info', 'none'])

/** One column of one sampled row. Values are text; SQL's NULL is the empty text with `…_is_null` beside it. */
const sampleChangeSchema = z.strictObject({
  column: z.string(),
  base_value: z.string(),
  branch_value: z.string(),
  base_is_null: z.literal(true).optional(),
  branch_is_null: z.literal(true).optional(),
})

const keyValueSchema = z.strictObject({ column: z.string(), value: z.string(), is_null: z.literal(true).optional() })

/** `primary_key` is for reading; `key` is the same, exact. */
export const sampleSchema = z.strictObject({
  primary_key: z.string(),
  key: z.array(keyValueSchema).optional(),
  kind: z.enum(['added', 'removed', 'changed']),
  changes: z.array(sampleChangeSchema),
})
export type Sample = z.infer<typeof sampleSchema>

export function toSample({ kind, key, changes }: RowSample): Sample {
  const parts = Object.entries(key)
  const primaryKey =
    parts.length === 1 ? (parts[0]?.[1] ?? 'NULL') : parts.map(([c, v]) => `${c}=${v ?? 'NULL'}`).join(', ')
  return {
    primary_key: primaryKey,
    ...(parts.length > 0 && {
      key: parts.map(([column, value]) => ({
        column,
        value: value ?? '',
        ...(value === null && { is_null: true as const }),
      })),
    }),
    kind,
    changes: changes.map(({ column, base, head }) => ({
      column,
      base_value: base ?? '',
      branch_value: head ?? '',
      ...(base === null && { base_is_null: true as const }),
      ...(head === null && { branch_is_null: true as const }),
    })),
  }
}

/** Where in the repository something stands. */
export const placeFields = {
  path: z.string().optional(),
  line: z.int().positive().optional(),
  column: z.int().positive().optional(),
}

export function toPlace(location: Location | undefined): { path?: string; line?: number; column?: number } {
  if (location === undefined) return {}
  const { path, line, column } = location
  return { path, ...(line !== undefined && { line }), ...(column !== undefined && { column }) }
}

export const noticeSchema = z.strictObject({ code: z.string(), message: z.string(), ...placeFields })

/** What went wrong outside any one model. */
export const failureSchema = z.strictObject({
  code: z.string(),
  blame: z.enum(['user', 'transient', 'bug']),
  message: z.string(),
  hint: z.string(),
  ...placeFields,
})

/** What a PreviewError and a TwinFailure have in common. */
export interface Fault {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly location?: Location | undefined
}

/** Writes a document's `markdown` from the rest of it. */
export type Render<Document> = (document: Omit<Document, 'markdown'>) => string

/** Sets a name apart in a sentence. A backtick inside it is replaced, so that it cannot end the quotation. */
export function named(name: string): string {
  return `\`${name.replaceAll('`', "'")}\``
}
