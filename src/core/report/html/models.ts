import type { Links } from '../links.ts'
import type { ModelRow } from '../../contract/model.ts'
import type { Mark, Survey, Touched } from '../survey.ts'
import { columnsCell, costCell, evidenceCell } from '../sections/cells.ts'
import { count } from '../figures.ts'
import { markup, phraseHtml, text, type Html } from './html.ts'
import { marked } from './marks.ts'
import { modelDetails, type Depth } from './model.ts'
import { plain } from '../text.ts'
import { stackedBar } from './charts.ts'
import { why } from '../story.ts'

/** UTF-16 units that the details of all models may take: with less in each before there are none. */
const FULL_UNITS = 1_200_000
const MOST_UNITS = 1_450_000

/** Every model of the run, worst first, each with what is known of it folded beneath. */
export function modelTable(survey: Survey, links: Links): Html {
  const { run, touched, untouched } = survey
  const sources = new Map((run.sources ?? []).map((source) => [source.model_name, source]))
  const names = new Set(touched.map(({ row }) => row.model_name))
  const plan = run.plan_only === undefined ? 'measured' : 'plan-only'
  let used = 0
  const bodies = touched.map((model, index) => {
    const depth: Depth = used < FULL_UNITS ? 'all' : used < MOST_UNITS ? 'without-sql' : 'short'
    const isQuiet = model.mark === 'untouched' || used > MOST_UNITS
    const source = sources.get(model.row.model_name)
    const details = isQuiet && source === undefined ? undefined : modelDetails(model, source, links, depth)
    used += details?.length ?? 0
    const evidence = phraseHtml(evidenceCell(model.row, plan))
    const cells = markup`<td>${phraseHtml(why(model.row, names))}</td><td>${phraseHtml(columnsCell(model.row))}</td>${rowsCell(model.row)}<td>${evidence}</td><td class="n">${phraseHtml(costCell(model))}</td>`
    return body(model, index, cells, details)
  })
  const quiet = untouched.map((row, index) => {
    const cells = markup`<td colspan="5" class="dim">not affected</td>`
    return body({ row, mark: 'untouched', anchor: '' }, touched.length + index, cells, undefined)
  })
  return markup`<table class="models"><caption class="unseen">Models, worst first</caption><thead><tr>${heads}</tr></thead>${bodies}${quiet}</table>`
}

const heads = [
  ['state', 'State'],
  ['name', 'Model'],
  ['', 'Why'],
  ['', 'Columns'],
  ['rows', 'Rows +/−/~'],
  ['', 'Evidence'],
  ['cost', 'Cost per run'],
].map(([key = '', title = '']) =>
  key === ''
    ? markup`<th scope="col">${text(title)}</th>`
    : markup`<th scope="col" aria-sort="${text(key === 'state' ? 'descending' : 'none')}"><button type="button" data-sort="${text(key)}">${text(title)}</button></th>`,
)

type Listed = Pick<Touched, 'row' | 'anchor'> & { readonly mark: Mark; readonly cost?: Touched['cost'] }

function body({ row, mark, anchor, cost }: Listed, index: number, cells: Html, details: Html | undefined): Html {
  const name = text(row.model_name, 200)
  const id = anchor === '' ? markup`` : markup` id="${text(anchor)}"`
  const title =
    details === undefined
      ? markup`<span class="name">${name}</span>`
      : markup`<button type="button" class="name" aria-expanded="false" aria-controls="d${index}">${name}</button>`
  const path = row.path === undefined ? markup`` : markup`<small>${text(row.path, 200)}</small>`
  const folded =
    details === undefined
      ? markup``
      : markup`<tr class="more" id="d${index}" hidden><td colspan="7">${details}</td></tr>`
  return markup`<tbody${id} data-mark="${text(mark)}" data-rows="${movedShare(row)}" data-cost="${cost?.branch_duration_ms ?? 0}" data-words="${wordsOf(row)}"><tr><td>${marked(mark, row)}</td><th scope="row">${title}${path}</th>${cells}</tr>${folded}</tbody>`
}

/** What a search should find besides what can be seen: the columns that differ. */
function wordsOf({ columns = [] }: ModelRow): Html {
  const names = columns
    .filter(({ change, rows_changed: n = 0 }) => change !== 'same' || n !== 0)
    .map(({ name }) => name)
  return markup`${text(names.join(' '), 600)}`
}

function movedShare({ rows }: ModelRow): number {
  if (rows === undefined) return 0
  const moved = Number(rows.added) + Number(rows.removed) + Number(rows.changed)
  return Number((moved / Math.max(1, Number(rows.base))).toPrecision(6))
}

function rowsCell({ rows }: ModelRow): Html {
  if (rows === undefined) return markup`<td class="n">–</td>`
  const all = Math.max(1, Number(rows.base) + Number(rows.added))
  const [added, removed, changed] = [rows.added, rows.removed, rows.changed].map((n) => plain(count(n)))
  const figures = markup`${text(added ?? '')} / ${text(removed ?? '')} / ${text(changed ?? '')}`
  if ([rows.added, rows.removed, rows.changed].every((n) => n === 0)) return markup`<td class="n">${figures}</td>`
  const drawn = stackedBar(
    `${added ?? ''} rows added, ${removed ?? ''} removed, ${changed ?? ''} changed`,
    (['added', 'removed', 'changed'] as const).map((kind) => ({ kind, share: Number(rows[kind]) / all })),
  )
  return markup`<td class="n">${figures}${drawn}</td>`
}
