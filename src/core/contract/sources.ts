import { z } from 'zod'
import type { Model } from '../project/model.ts'
import type { PlannedModel } from '../plan/plan.ts'

/** What an edited model says on each side, as its author wrote it. A side that has no such model has no text. */
export const sourceSchema = z.strictObject({
  model_name: z.string(),
  base: z.string().optional(),
  head: z.string().optional(),
})
export type SourceRow = z.infer<typeof sourceSchema>

/** UTF-16 units of a text and of all together. What is longer is left out, and the report says so. */
const LONGEST_TEXT = 64_000
const LONGEST_IN_ALL = 1_000_000

/** The texts of the models whose text the pull request changes, in the plan's order, as many as there is room for. */
export function toSources(models: readonly PlannedModel[]): SourceRow[] {
  let room = LONGEST_IN_ALL
  return models.filter(isEdited).flatMap(({ name, base, head }) => {
    const [was, is] = [textOf(base), textOf(head)]
    const units = (was ?? '').length + (is ?? '').length
    const fits = [was, is].every((text) => (text ?? '').length <= LONGEST_TEXT) && units <= room
    if (!fits || units === 0 || was === is) return []
    room -= units
    return [{ model_name: name, ...(was !== undefined && { base: was }), ...(is !== undefined && { head: is }) }]
  })
}

function isEdited({ change }: PlannedModel): boolean {
  return change.kind !== 'none' && change.kind !== 'metadata'
}

const textOf = (model: Model | undefined): string | undefined => model?.source?.text ?? model?.sql
