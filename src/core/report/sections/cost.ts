import type { CostOutput } from '../../contract/cost.ts'
import type { Markdown, TableColumn } from '../markdown.ts'
import { bullets, details, paragraph, table } from '../markdown.ts'
import { bytes, count, counted, duration, durationDelta, usd, usdDelta } from '../figures.ts'
import { joined, name, phrase, strong, words, type Phrase } from '../phrase.ts'
import { most } from '../fit.ts'

type CostDocument = Omit<CostOutput, 'markdown'>
type CostRow = CostOutput['per_model'][number]
type Breach = NonNullable<CostOutput['projected_budget_breaches']>[number]

/** Models listed at most: the longest-running. */
const longest = 15

/** What a run costs, folded; budgets that it breaks stand outside. `views` are never stored, so they cost when they are read. */
export function costSection(cost: CostDocument, views: ReadonlySet<string>, room: number): readonly Markdown[] {
  const breaches = breachLines(cost)
  const ran = cost.per_model
    .filter((row) => !row.skipped_via_copy && (row.branch_duration_ms > 0 || row.base_duration_ms > 0))
    .sort((a, b) => b.branch_duration_ms - a.branch_duration_ms)
  if (ran.length === 0 && breaches.length === 0) return []
  return most(Math.min(longest, ran.length), room, (shown) => [
    ...(breaches.length === 0 ? [] : [bullets(breaches)]),
    ...(shown === 0 ? [] : [folded(cost, ran, shown, views)]),
  ])
}

/** Every figure of the cost document, unfolded. */
export function costTable(rows: readonly CostRow[]): Markdown {
  const priced = rows.some((row) => row.branch_cost_usd !== undefined || row.base_cost_usd !== undefined)
  const scanned = rows.some((row) => row.branch_bytes_scanned !== undefined || row.base_bytes_scanned !== undefined)
  const written = rows.some((row) => row.branch_rows !== undefined || row.base_rows !== undefined)
  const right = (title: string): TableColumn => ({ title: words(title), align: 'right' })
  const columns = [
    { title: words('Model') },
    right('Time, base → PR'),
    ...(written ? [right('Rows written')] : []),
    ...(scanned ? [right('Read')] : []),
    ...(priced ? [right('USD')] : []),
  ]
  const lines = rows.map((row) => [
    name(row.model_name),
    bothSides(zeroIsAbsent(row.base_duration_ms), zeroIsAbsent(row.branch_duration_ms), duration),
    ...(written ? [bothSides(row.base_rows, row.branch_rows, count)] : []),
    ...(scanned ? [bothSides(row.base_bytes_scanned, row.branch_bytes_scanned, bytes)] : []),
    ...(priced ? [bothSides(row.base_cost_usd, row.branch_cost_usd, usd)] : []),
  ])
  return table(columns, lines)
}

/** `14 s per run, +1.3 s · 41 models not rebuilt`. */
export function costLine(cost: CostDocument): Phrase {
  const { summary, per_model } = cost
  const { total_branch_duration_ms: head, total_branch_cost_usd: price } = summary
  const delta = timeDelta(cost)
  const copied = summary.models_skipped_via_copy
  const saved = summary.savings_from_copy_usd
  const parts = [
    ...(per_model.length === 0
      ? []
      : [
          phrase`${duration(head)} per run${delta === undefined ? [] : phrase` (${durationDelta(head - delta, head)})`}`,
        ]),
    ...(price === undefined
      ? []
      : [
          phrase`${usd(price)} per run${summary.delta_usd === undefined ? [] : phrase` (${usdDelta(summary.delta_usd)})`}`,
        ]),
    ...(copied === 0
      ? []
      : [phrase`${counted(copied, 'model')} not rebuilt${saved === undefined ? [] : phrase`, ${usd(saved)} saved`}`]),
  ]
  return parts.length === 0 ? words('nothing was run') : joined(parts, ' · ')
}

/** How much longer a run of head takes than one of base, in milliseconds. Undefined when a model ran on base only: what did not build would look saved. */
export function timeDelta({ summary, per_model }: CostDocument): number | undefined {
  const both = per_model.every((row) => row.base_duration_ms === 0 || row.branch_duration_ms > 0)
  const { total_branch_duration_ms: head, total_base_duration_ms: base } = summary
  return both && base > 0 ? head - base : undefined
}

/** Budgets that a run of head breaks. */
export function breachLines(cost: CostDocument): readonly Phrase[] {
  const ofProject = (cost.projected_budget_breaches ?? []).map((breach) => breachLine(words('the project'), breach))
  const ofModels = (cost.projected_per_model_budget_breaches ?? []).map((breach) =>
    breachLine(name(breach.model_name), breach),
  )
  return [
    ...ofProject,
    ...ofModels.slice(0, 10),
    ...(ofModels.length > 10 ? [words(`and ${String(ofModels.length - 10)} more`)] : []),
  ]
}

function breachLine(whose: Phrase, { limit_type, limit, actual, on_breach }: Breach): Phrase {
  const figure = { max_usd: usd, max_duration_ms: duration, max_bytes_scanned: bytes }[limit_type]
  const icon = on_breach === 'error' ? '🔴' : '🟡'
  return phrase`${words(icon)} Over budget: ${whose} would take ${figure(actual)} per run, and ${figure(limit)} is the limit`
}

function folded(cost: CostDocument, ran: readonly CostRow[], shown: number, views: ReadonlySet<string>): Markdown {
  const rows = ran.slice(0, shown)
  const left = ran.length - shown
  return details(phrase`${strong(words('Cost'))} — ${costLine(cost)}`, [
    costTable(rows),
    ...(left > 0 ? [paragraph(phrase`${counted(left, 'more model')}, none longer than these.`)] : []),
    ...(rows.some(({ model_name }) => views.has(model_name))
      ? [paragraph(words('A view is not stored: its figures are those of one full read.'))]
      : []),
  ])
}

function bothSides(base: number | undefined, head: number | undefined, figure: (value: number) => Phrase): Phrase {
  if (base === undefined && head === undefined) return words('–')
  if (base === head && base !== undefined) return figure(base)
  return phrase`${base === undefined ? words('–') : figure(base)} → ${head === undefined ? words('–') : figure(head)}`
}

const zeroIsAbsent = (ms: number): number | undefined => (ms === 0 ? undefined : ms)
