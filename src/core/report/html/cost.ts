import type { CostOutput } from '../../contract/cost.ts'
import { breachLines, costLine, derivedLine } from '../sections/cost.ts'
import { bytes, count, duration, usd } from '../figures.ts'
import { plain } from '../text.ts'
import { pairOfBars } from './charts.ts'
import { codeHtml, markup, phraseHtml, text, type Html } from './html.ts'
import type { Phrase } from '../phrase.ts'

type CostRow = CostOutput['per_model'][number]

const MOST_ROWS = 100

/** What a run costs on each side, the longest first; open where something moved. */
export function costSection(cost: Omit<CostOutput, 'markdown'>): readonly Html[] {
  const ran = cost.per_model
    .filter((row) => !row.skipped_via_copy && (row.branch_duration_ms > 0 || row.base_duration_ms > 0))
    .sort((a, b) => longestOf(b) - longestOf(a))
  const breaches = breachLines(cost)
  if (ran.length === 0 && breaches.length === 0) return []
  const shown = ran.slice(0, MOST_ROWS)
  const told = columns.filter(({ of }) => ran.some((row) => of(row).some((value) => value !== undefined)))
  const charts = told.map((column) => ({ ...column, most: mostOf(ran, column) }))
  const lines = shown.map(
    (row) =>
      markup`<tr><th scope="row">${codeHtml(row.model_name)}</th>${charts.map((column) => markup`<td class="n">${cell(row, column)}</td>`)}</tr>`,
  )
  const heads = told.map(({ title }) => markup`<th class="n">${text(title)}</th>`)
  const summary = markup`<summary>${shown.length} models, the longest first: base above, the pull request below</summary>`
  const moves = ran.some(({ moved }) => moved !== undefined)
  const derived = derivedLine(cost)
  const note = derived === undefined ? [] : [markup`<p class="note">${phraseHtml(derived)}</p>`]
  const folded = moves ? markup`<details open>` : markup`<details>`
  return [
    markup`<section aria-labelledby="cost"><h2 id="cost">Cost</h2><p>${phraseHtml(costLine(cost))}</p>${
      breaches.length === 0 ? [] : [markup`<ul>${breaches.map((line) => markup`<li>${phraseHtml(line)}</li>`)}</ul>`]
    }${folded}${summary}<div class="scroll" tabindex="0" role="region" aria-label="Cost by model"><table class="cost"><thead><tr><th>Model</th>${heads}</tr></thead><tbody>${lines}</tbody></table></div>${ran.length > shown.length ? [markup`<p class="note">${ran.length - shown.length} more, none longer than these.</p>`] : []}${note}</details></section>`,
  ]
}

type Sides = readonly [base: number | undefined, head: number | undefined]

interface Column {
  readonly title: string
  /** Of the chart: what it shows of a model. */
  readonly label: string
  readonly of: (row: CostRow) => Sides
  readonly figure: (value: number) => Phrase
  /** By how much each side may be off. */
  readonly noise?: (row: CostRow) => number | undefined
}

const columns: readonly Column[] = [
  {
    title: 'Time, base → PR',
    label: 'Time',
    of: ({ base_duration_ms: base, branch_duration_ms: head }) => [known(base), known(head)],
    figure: duration,
    noise: ({ time }) => time?.noise_ms,
  },
  { title: 'Rows written', label: 'Rows written', of: (row) => [row.base_rows, row.branch_rows], figure: count },
  {
    title: 'Read',
    label: 'Bytes read',
    of: (row) => [row.base_bytes_scanned, row.branch_bytes_scanned],
    figure: bytes,
  },
  {
    title: 'Written',
    label: 'Bytes written',
    of: (row) => [row.base_figures?.bytes_written, row.branch_figures?.bytes_written],
    figure: bytes,
  },
  { title: 'USD', label: 'USD', of: (row) => [row.base_cost_usd, row.branch_cost_usd], figure: usd },
]

/** Every chart of a column has one scale. */
function mostOf(rows: readonly CostRow[], { of, noise }: Column): number {
  return rows.reduce(
    (most, row) => of(row).reduce<number>((high, side) => Math.max(high, (side ?? 0) + (noise?.(row) ?? 0)), most),
    0,
  )
}

function cell(row: CostRow, { label, of, figure, noise, most }: Column & { readonly most: number }): Html {
  const sides = of(row)
  const said = both(sides, figure)
  if (most <= 0 || sides.every((side) => side === undefined)) return said
  const off = noise?.(row)
  const isTold = off !== undefined && sides[0] !== sides[1]
  const about = isTold ? `, each ± ${plain(figure(off))}` : ''
  const drawn = pairOfBars(
    `${label} of ${row.model_name}: base ${word(sides[0], figure)}, pull request ${word(sides[1], figure)}${about}`,
    share(sides[0], most),
    share(sides[1], most),
    (off ?? 0) / most,
  )
  return isTold ? markup`${said} ± ${text(plain(figure(off)))}${drawn}` : markup`${said}${drawn}`
}

const share = (value: number | undefined, most: number): number | undefined =>
  value === undefined ? undefined : value / most

function both([base, head]: Sides, figure: (value: number) => Phrase): Html {
  return base === head
    ? markup`${text(word(head, figure))}`
    : markup`${text(word(base, figure))} → ${text(word(head, figure))}`
}

const word = (value: number | undefined, figure: (value: number) => Phrase): string =>
  value === undefined ? '–' : plain(figure(value))
const known = (ms: number): number | undefined => (ms === 0 ? undefined : ms)
const longestOf = (row: CostRow): number => Math.max(row.base_duration_ms, row.branch_duration_ms)
