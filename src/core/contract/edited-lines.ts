import { z } from 'zod'
import { changedLines, type LineRange } from '../base/changed-lines.ts'
import type { PlannedModel } from '../plan/plan.ts'
import type { Model } from '../project/model.ts'

/** The lines of a model's file that the pull request changes, from one. */
export const editSchema = z.strictObject({
  lines: z.array(z.strictObject({ first: z.int().positive(), last: z.int().positive() })),
  /** These lines are all that was edited of the model, in one stretch. */
  only_hunk: z.literal(true).optional(),
})

/** What was edited in the file of a model that both sides have; of a new one, its first line. */
export function editOf({ base, head, change }: PlannedModel): { readonly edit?: z.infer<typeof editSchema> } {
  if (head?.path === undefined || change.kind === 'none' || change.kind === 'metadata') return {}
  if (base === undefined) return { edit: { lines: [{ first: 1, last: 1 }] } }
  const lines = changedLines(textOf(base), textOf(head)).map((range) => inFile(range, head))
  if (lines.length === 0) return {}
  const isOnly = lines.length === 1 && change.kind === 'edited' && change.fields.every((field) => field === 'sql')
  return { edit: { lines, ...(isOnly && { only_hunk: true as const }) } }
}

/** What the author wrote, where the SQL was made of it. */
function textOf({ source, sql }: Model): string {
  return source?.text ?? sql
}

function inFile({ first, last }: LineRange, { source, sqlLineOffset }: Model): LineRange {
  const above = source === undefined ? sqlLineOffset : 0
  return { first: first + above, last: last + above }
}
