import type { CostOutput } from '../../contract/cost.ts'
import { breachLines, costLine } from '../sections/cost.ts'
import { bytes, count, duration, usd } from '../figures.ts'
import { plain } from '../text.ts'
import { pairOfBars } from './charts.ts'
import { codeHtml, markup, phraseHtml, text, type Html } from './html.ts'
import type { Phrase } from '../phrase.ts'

type CostRow = CostOutput['per_model'][number]

const MOST_ROWS = 100

/** What a run costs on each side, the longest first. */
export function costSection(cost: Omit<CostOutput, 'markdown'>): readonly Html[] {
  const ran = cost.per_model
    .filter((row) => !row.skipped_via_copy && (row.branch_duration_ms > 0 || row.base_duration_ms > 0))
    .sort((a, b) => longestOf(b) - longestOf(a))
  const breaches = breachLines(cost)
  if (ran.length === 0 && breaches.length === 0) return []
  const most = Math.max(1, ...ran.map(longestOf))
  const shown = ran.slice(0, MOST_ROWS)
  const extra = columns.filter(({ of }) => ran.some((row) => of(row).some((value) => value !== undefined)))
  const lines = shown.map(
    (row) =>
      markup`<tr><th scope="row">${codeHtml(row.model_name)}</th><td class="n">${timeCell(row, most)}</td>${extra.map(({ of, figure }) => markup`<td class="n">${both(of(row), figure)}</td>`)}</tr>`,
  )
  return [
    markup`<section aria-labelledby="cost"><h2 id="cost">Cost</h2><p>${phraseHtml(costLine(cost))}</p>${
      breaches.length === 0 ? [] : [markup`<ul>${breaches.map((line) => markup`<li>${phraseHtml(line)}</li>`)}</ul>`]
    }<details><summary>${shown.length} models, the longest first</summary><div class="scroll" tabindex="0" role="region" aria-label="Cost by model"><table class="cost"><thead><tr><th>Model</th><th class="n">Time, base → PR</th>${extra.map(({ title }) => markup`<th class="n">${text(title)}</th>`)}</tr></thead><tbody>${lines}</tbody></table></div>${ran.length > shown.length ? [markup`<p class="note">${ran.length - shown.length} more, none longer than these.</p>`] : []}</details></section>`,
  ]
}

type Sides = readonly [base: number | undefined, head: number | undefined]

const columns: readonly {
  readonly title: string
  readonly of: (row: CostRow) => Sides
  readonly figure: (value: number) => Phrase
}[] = [
  { title: 'Rows written', of: (row) => [row.base_rows, row.branch_rows], figure: count },
  { title: 'Read', of: (row) => [row.base_bytes_scanned, row.branch_bytes_scanned], figure: bytes },
  { title: 'USD', of: (row) => [row.base_cost_usd, row.branch_cost_usd], figure: usd },
]

function timeCell(row: CostRow, most: number): Html {
  const sides: Sides = [known(row.base_duration_ms), known(row.branch_duration_ms)]
  const drawn = pairOfBars(
    `Time of ${row.model_name}: base ${word(sides[0], duration)}, pull request ${word(sides[1], duration)}`,
    row.base_duration_ms / most,
    row.branch_duration_ms / most,
  )
  return markup`${both(sides, duration)}${drawn}`
}

function both([base, head]: Sides, figure: (value: number) => Phrase): Html {
  return base === head
    ? markup`${text(word(head, figure))}`
    : markup`${text(word(base, figure))} → ${text(word(head, figure))}`
}

const word = (value: number | undefined, figure: (value: number) => Phrase): string =>
  value === undefined ? '–' : plain(figure(value))
const known = (ms: number): number | undefined => (ms === 0 ? undefined : ms)
const longestOf = (row: CostRow): number => Math.max(row.base_duration_ms, row.branch_duration_ms)
