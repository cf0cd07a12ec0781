import type { ModelRow } from '../../contract/model.ts'
import type { Survey } from '../survey.ts'

/** Models with one reason. */
export interface ReasonGroup {
  readonly reason: string
  readonly models: readonly ModelRow[]
}

/** Why models were not checked and why they were left alone, the largest group first. What holds for the whole run is not repeated. */
export function reasonGroups({ run, untouched }: Survey): {
  readonly unchecked: readonly ReasonGroup[]
  readonly aside: readonly ReasonGroup[]
} {
  const told = run.plan_only?.because
  const unchecked = run.models.filter(({ verdict, evidence }) => verdict === 'not_checked' && evidence.detail !== told)
  return { unchecked: groupedBy(unchecked), aside: groupedBy(untouched) }
}

function groupedBy(models: readonly ModelRow[]): readonly ReasonGroup[] {
  const groups = new Map<string, ModelRow[]>()
  for (const model of models) {
    const members = groups.get(model.evidence.detail)
    if (members === undefined) groups.set(model.evidence.detail, [model])
    else members.push(model)
  }
  return [...groups]
    .map(([reason, members]) => ({ reason, models: members }))
    .sort((a, b) => b.models.length - a.models.length)
}
