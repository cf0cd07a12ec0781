import type { CostOutput } from '../contract/cost.ts'
import type { DiffOutput } from '../contract/diff.ts'
import type { Markdown, TableColumn } from './markdown.ts'
import type { Phrase } from './phrase.ts'
import { breachLines, costLine, costTable } from './sections/cost.ts'
import { bullets, document, heading, paragraph, table } from './markdown.ts'
import { ceiling, most } from './fit.ts'
import { count, counted } from './figures.ts'
import { joined, name, phrase, said, words } from './phrase.ts'

type DiffDocument = Omit<DiffOutput, 'markdown'>
type ModelDiffRow = DiffOutput['models'][number]
type RowsMoved = Extract<ModelDiffRow['algorithm'], { kind: 'sampled' }>['sampled']

/** The `markdown` of a diff document: one line a model. */
export function renderDiffMarkdown(diff: DiffDocument): string {
  const { summary, models } = diff
  const title = phrase`${counted(summary.models_with_changes, 'model')} with changes, ${count(summary.models_unchanged)} identical`
  const blocks = most(models.length, ceiling - 2_000, (shown) => [
    ...(shown === 0 ? [] : [table(diffColumns, models.slice(0, shown).map(diffLine))]),
    ...leftOut(models.length - shown),
  ])
  return document([heading(title), ...blocks])
}

/** The `markdown` of a cost document. */
export function renderCostMarkdown(cost: Omit<CostOutput, 'markdown'>): string {
  const breaches = breachLines(cost)
  const ran = cost.per_model.filter(({ skipped_via_copy }) => !skipped_via_copy)
  const blocks = most(ran.length, ceiling - 20_000, (shown) => [
    ...(shown === 0 ? [] : [costTable(ran.slice(0, shown))]),
    ...leftOut(ran.length - shown),
  ])
  return document([
    heading(phrase`Cost: ${costLine(cost)}`),
    ...(breaches.length === 0 ? [] : [bullets(breaches)]),
    ...blocks,
  ])
}

const diffColumns: readonly TableColumn[] = [
  { title: words('Model') },
  { title: words('Columns') },
  { title: words('Rows + / − / ~'), align: 'right' },
  { title: words('Evidence') },
]

function diffLine({ model_name, structural, algorithm }: ModelDiffRow): readonly Phrase[] {
  const { added_columns = [], removed_columns = [], type_changes = [] } = structural
  const parts = [
    ...added_columns.map((column) => phrase`+ ${name(column, 60)}`),
    ...removed_columns.map((column) => phrase`− ${name(column, 60)}`),
    ...type_changes.map((column) => phrase`~ ${name(column.name, 60)}`),
  ]
  const columns = parts.length === 0 ? words('–') : joined(parts.slice(0, 5), ', ')
  const more = parts.length > 5 ? phrase` and ${count(parts.length - 5)} more` : []
  const title = name(model_name)
  if (algorithm.kind === 'bisection') {
    return [title, [...columns, ...more], rowsCell(algorithm.diff), words('every row compared')]
  }
  const { coverage } = algorithm.sampling_window
  if (!coverage.startsWith(NONE)) return [title, [...columns, ...more], rowsCell(algorithm.sampled), said(coverage)]
  return [title, [...columns, ...more], words('–'), phrase`not checked: ${said(coverage.slice(NONE.length))}`]
}

const NONE = 'none: '

function rowsCell({ rows_added, rows_removed, rows_changed }: RowsMoved): Phrase {
  return phrase`${count(rows_added)} / ${count(rows_removed)} / ${count(rows_changed)}`
}

function leftOut(left: number): readonly Markdown[] {
  return left === 0 ? [] : [paragraph(phrase`${counted(left, 'more model')}: see the document itself.`)]
}
