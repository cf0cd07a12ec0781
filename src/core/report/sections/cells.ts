import { isDeclared, type Depth } from '../../contract/headline.ts'
import type { ModelRow } from '../../contract/model.ts'
import type { Touched } from '../survey.ts'
import { count, duration, durationDelta, isNoise, usd, usdDelta } from '../figures.ts'
import { phrase, said, words, type Phrase } from '../phrase.ts'

/** What a cell holds where there is nothing to tell. */
export const nothing = words('–')

/** `+1 −2 ~1`: columns that came, went, or are of another type or name. */
export function columnsCell({ columns = [] }: ModelRow): Phrase {
  const n = (change: string): number => columns.filter((column) => column.change === change).length
  const parts = (
    [
      ['+', n('added')],
      ['−', n('removed')],
      ['~', n('retyped') + n('renamed')],
    ] as const
  ).filter(([, amount]) => amount > 0)
  return parts.length === 0 ? nothing : words(parts.map(([sign, amount]) => `${sign}${String(amount)}`).join(' '))
}

/** Rows added, removed, changed: in one line, however narrow the column. */
export function rowsCell({ rows }: ModelRow): Phrase {
  if (rows === undefined) return nothing
  return phrase`${count(rows.added)}\u00a0/\u00a0${count(rows.removed)}\u00a0/\u00a0${count(rows.changed)}`
}

/** How we know, and whether it is what the pull request declares. */
export function evidenceCell(row: ModelRow, depth: Depth): Phrase {
  return isDeclared(row) && row.verdict === 'changed'
    ? phrase`as declared; ${evidenceStory(row, depth)}`
    : evidenceStory(row, depth)
}

function evidenceStory({ verdict, evidence }: ModelRow, depth: Depth): Phrase {
  if (verdict === 'failed') return words('does not build')
  if (verdict === 'not_affected') return words('no data touched')
  if (depth === 'plan-only') return words('not compared')
  if (verdict === 'not_checked') return phrase`not checked: ${said(evidence.detail)}`
  return evidence.kind === 'none' ? phrase`not counted: ${said(evidence.detail)}` : said(evidence.detail)
}

/** What a run of head takes, and how much more that is where it is more than noise. */
export function costCell({ cost }: Pick<Touched, 'cost'>): Phrase {
  if (cost === undefined || cost.skipped_via_copy) return words('not run')
  if (cost.branch_cost_usd !== undefined) {
    const delta = cost.delta_usd === undefined || cost.delta_usd === 0 ? [] : phrase` (${usdDelta(cost.delta_usd)})`
    return phrase`${usd(cost.branch_cost_usd)}${delta}`
  }
  if (cost.branch_duration_ms === 0) return nothing
  const { base_duration_ms: base, branch_duration_ms: head } = cost
  const isSame = cost.time?.change === 'same'
  const delta = base === 0 || isSame || isNoise(base, head) ? [] : phrase` (${durationDelta(base, head)})`
  return phrase`${duration(head)}${delta}`
}
