import type { CostOutput } from '../../contract/cost.ts'
import type { Markdown } from '../markdown.ts'
import { bullets, details, paragraph } from '../markdown.ts'
import { bytes, counted, duration, durationDelta, usd, usdDelta } from '../figures.ts'
import { enumerate, joined, name, phrase, said, strong, words, type Phrase } from '../phrase.ts'
import { most } from '../fit.ts'
import { placeOf, type Links } from '../links.ts'
import { costTable, type CostRow } from './cost-table.ts'

export { costTable } from './cost-table.ts'

type CostDocument = Omit<CostOutput, 'markdown'>

/** Models told of at most: those that move most. */
const longest = 15
/** Reasons of one model at most. */
const reasonsShown = 3

/** What a run costs, folded; budgets that it breaks stand outside. `views` are never stored, so they cost when they are read. */
export function costSection(
  cost: CostDocument,
  views: ReadonlySet<string>,
  room: number,
  links: Links = {},
): readonly Markdown[] {
  const breaches = breachLines(cost)
  const moving = movingRows(cost)
  const isWorthTelling = cost.per_model.some(ran) || cost.savings !== undefined
  if (!isWorthTelling && breaches.length === 0) return []
  return most(Math.min(longest, moving.length), room, (shown) => [
    ...(breaches.length === 0 ? [] : [bullets(breaches)]),
    ...(isWorthTelling ? [folded(cost, moving, shown, views, links)] : []),
  ])
}

/** What a build would take; of a plan. */
export function expectedLine({ expected }: CostDocument): Phrase | undefined {
  if (expected === undefined || expected.builds === 0) return undefined
  const { builds, build_ms, compare_ms, bytes: size, basis } = expected
  const how = basis === 'records' ? 'as measured in earlier runs' : 'estimated from table sizes'
  return phrase`${counted(builds, 'build')} would take about ${duration(build_ms)} and ${bytes(size)}, the comparisons ${duration(compare_ms)}: ${words(how)}`
}

export function expectedSection(cost: CostDocument): readonly Markdown[] {
  const line = expectedLine(cost)
  return line === undefined ? [] : [paragraph(phrase`${line}.`)]
}

/** Whether a model was run on either side. */
function ran(row: CostRow): boolean {
  return !row.skipped_via_copy && (row.branch_duration_ms > 0 || row.base_duration_ms > 0)
}

/** Models whose figures are not the same on both sides: most bytes first, then longest; at the end those that one side alone has. */
function movingRows({ per_model }: CostDocument): readonly CostRow[] {
  const onBoth = ({ moved }: CostRow): number => (moved === undefined ? 0 : 1)
  const weight = (row: CostRow): number => Math.abs((row.branch_bytes_scanned ?? 0) - (row.base_bytes_scanned ?? 0))
  return per_model
    .filter(
      (row) => ran(row) && (row.moved !== undefined || row.branch_duration_ms === 0 || row.base_duration_ms === 0),
    )
    .sort((a, b) => onBoth(b) - onBoth(a) || weight(b) - weight(a) || b.branch_duration_ms - a.branch_duration_ms)
}

/** `+$3.10/month`, else `+$0.10 per run`, else `+4.2 s per run`; nothing where nothing measurable changes. */
export function costHeadline(cost: CostDocument): readonly Phrase[] {
  const { delta_usd: perRun, month_delta_usd: month } = cost.summary
  if (month !== undefined && Math.abs(month) >= LEAST_TOLD) return [phrase`${usdDelta(month)}/month`]
  if (month === undefined && perRun !== undefined && Math.abs(perRun) >= LEAST_TOLD)
    return [phrase`${usdDelta(perRun)} per run`]
  const delta = timeDelta(cost) ?? 0
  const base = cost.summary.total_base_duration_ms
  const isTelling = Math.abs(delta) > Math.max(1_000, base / 2)
  return isTelling ? [phrase`${durationDelta(base, base + delta)} per run`] : []
}

/** In the headline, a cent. */
const LEAST_TOLD = 0.01

/** `14 s per run (+1.3 s) · +$3.10 per month · 41 models not rebuilt, about 12 s saved`. */
export function costLine(cost: CostDocument): Phrase {
  const { summary, per_model, price } = cost
  const { total_branch_duration_ms: head, total_branch_cost_usd: dear, month_delta_usd: month } = summary
  const delta = timeDelta(cost)
  const about = price?.estimate === true ? words('about ') : []
  const parts = [
    ...(per_model.length === 0
      ? []
      : [
          phrase`${duration(head)} per run${delta === undefined ? [] : phrase` (${durationDelta(head - delta, head)})`}`,
        ]),
    ...(dear === undefined
      ? []
      : [
          phrase`${about}${usd(dear)} per run${summary.delta_usd === undefined ? [] : phrase` (${usdDelta(summary.delta_usd)})`}`,
        ]),
    ...(month === undefined ? [] : [phrase`${about}${usdDelta(month)} per month`]),
    ...(summary.preview_cost_usd === undefined ? [] : [phrase`preview itself ${usd(summary.preview_cost_usd)}`]),
    ...savingsPart(cost),
  ]
  return parts.length === 0 ? words('nothing was run') : joined(parts, ' · ')
}

function savingsPart({ summary, savings }: CostDocument): readonly Phrase[] {
  const left = savings?.models ?? summary.models_skipped_via_copy
  if (left === 0) return []
  const about = savings?.basis === 'records' ? '' : 'about '
  const saved =
    savings?.usd !== undefined
      ? phrase`, ${words(about)}${usd(savings.usd)} saved`
      : savings?.duration_ms === undefined
        ? []
        : phrase`, ${words(about)}${duration(savings.duration_ms)} saved`
  return [phrase`${counted(left, 'model')} not rebuilt${saved}`]
}

/**
 * How much longer a run of head takes than one of base, in milliseconds: of the models where that can be told. Undefined
 * when a model ran on base only: what did not build would look saved.
 */
export function timeDelta({ summary, per_model }: CostDocument): number | undefined {
  const both = per_model.every((row) => row.base_duration_ms === 0 || row.branch_duration_ms > 0)
  if (!both || summary.total_base_duration_ms === 0) return undefined
  return per_model.reduce((sum, { time, base_duration_ms: base, branch_duration_ms: head, base_derived: derived }) => {
    // What was not built on base is no time that head adds.
    if (base === 0) return derived === true ? sum : sum + head
    return time === undefined || time.change === 'same' ? sum : sum + time.branch_ms - time.base_ms
  }, 0)
}

/** Budgets that a run of head breaks, then those that it nearly does. */
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

type Breach = NonNullable<CostOutput['projected_budget_breaches']>[number]
const limitFigures = { max_usd: usd, max_duration_ms: duration, max_bytes_scanned: bytes }

function breachLine(whose: Phrase, { limit_type, limit, actual, on_breach }: Breach): Phrase {
  const figure = limitFigures[limit_type]
  const icon = on_breach === 'error' ? '🔴' : '🟡'
  return phrase`${words(icon)} Over budget: ${whose} would take ${figure(actual)} per run, and ${figure(limit)} is the limit`
}

function folded(
  cost: CostDocument,
  moving: readonly CostRow[],
  shown: number,
  views: ReadonlySet<string>,
  links: Links,
): Markdown {
  const rows = moving.slice(0, shown)
  const left = moving.length - shown
  const told = rows.flatMap((row) => reasonLines(row, links))
  const none = moving.length === 0 && cost.per_model.some(ran)
  return details(phrase`${strong(words('Cost'))} — ${costLine(cost)}`, [
    ...(none ? [paragraph(words('No model takes measurably more or less than on base.'))] : []),
    ...(rows.length === 0 ? [] : [costTable(rows)]),
    ...(left > 0 ? [paragraph(phrase`${counted(left, 'more model')}: see the JSON.`)] : []),
    ...(told.length === 0 ? [] : [bullets(told)]),
    ...(rows.some(({ model_name }) => views.has(model_name))
      ? [paragraph(words('A view is not stored: its figures are those of one full read.'))]
      : []),
    ...[derivedLine(cost), priceLine(cost), monthLine(cost), rebuildLine(cost), ...headroomLines(cost)].flatMap(
      (line) => (line === undefined ? [] : [paragraph(line)]),
    ),
  ])
}

/** Why a model takes more or less, with the line of its SQL, and whether that goes on. */
function reasonLines(
  { model_name: model, reasons = [], growing_for: growing }: CostRow,
  links: Links,
): readonly Phrase[] {
  const lines = reasons.slice(0, reasonsShown).map(({ message, path, line }) => {
    const place = placeOf({ path, line }, links)
    return phrase`${name(model)}: ${said(message)}${place.length === 0 ? [] : phrase` (${place})`}`
  })
  const trend =
    growing === undefined
      ? []
      : [phrase`${name(model)}: ${words(ordinal(growing))} pull request in a row that grows it`]
  return [...lines, ...trend]
}

function ordinal(n: number): string {
  const tail = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${String(n)}${tail}`
}

/** Why models have no figures of base. */
export function derivedLine({ per_model }: CostDocument): Phrase | undefined {
  const derived = per_model.filter((row) => row.base_derived === true && row.base_duration_ms === 0)
  if (derived.length === 0) return undefined
  const names = derived.map(({ model_name: model }) => name(model))
  return phrase`Not measured on base, because the PR adds columns and nothing else there: ${enumerate(names, 5)}.`
}

function priceLine({ price }: CostDocument): Phrase | undefined {
  if (price === undefined) return undefined
  const places = {
    runner: 'on this runner',
    databricks: 'on Databricks',
    snowflake: 'on Snowflake',
    bigquery: 'on BigQuery',
    own: 'by the prices of preview.toml',
  }
  const formula = phrase`${words(places[price.kind])}: ${name(price.formula)}`
  return price.estimate
    ? phrase`USD are an estimate ${formula}, from what DuckDB measured here.`
    : phrase`USD ${formula}.`
}

function monthLine({ per_model }: CostDocument): Phrase | undefined {
  const told = per_model.flatMap(({ month }) => (month?.delta_usd === undefined ? [] : [month]))
  const [first] = told
  if (first === undefined) return undefined
  const runs = new Set(told.map(({ runs: n, because }) => `${String(Math.round(n))} ${because}`))
  const how =
    runs.size === 1
      ? phrase`${counted(Math.round(first.runs), 'run')} (${name(first.because)})`
      : words('each model by its own schedule')
  return phrase`Per month: ${how}, on the data as they are; growth is not counted.`
}

function rebuildLine({ savings }: CostDocument): Phrase | undefined {
  if (savings === undefined) return undefined
  const why = [
    ...(savings.copied === 0 ? [] : [phrase`${counted(savings.copied, 'model')} not affected`]),
    ...(savings.proven === 0 ? [] : [phrase`${counted(savings.proven, 'model')} proven the same`]),
    ...(savings.cut_off === 0 ? [] : [phrase`${counted(savings.cut_off, 'model')} stopped at equal inputs`]),
  ]
  const { full_rebuild_ms: ms, full_rebuild_usd: dear } = savings
  const how = savings.basis === 'records' ? 'as measured in earlier runs' : 'estimated from table sizes'
  const whole =
    ms === undefined
      ? []
      : phrase`. Building all of head would take ${duration(ms)}${dear === undefined ? [] : phrase`, ${usd(dear)}`}, ${words(how)}`
  return phrase`Not rebuilt: ${joined(why, ', ')}${whole}.`
}

function headroomLines({ budget_headroom: close = [] }: CostDocument): readonly Phrase[] {
  return close.slice(0, 5).map(({ model_name: model, limit_type, limit, actual }) => {
    const figure = limitFigures[limit_type]
    const whose = model === undefined ? words('The project') : name(model)
    return phrase`${whose} takes ${figure(actual)} of a budget of ${figure(limit)} per run.`
  })
}
