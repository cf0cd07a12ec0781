import type { Depth } from '../../contract/headline.ts'
import type { Links } from '../links.ts'
import type { Markdown, TableColumn } from '../markdown.ts'
import type { ModelRow } from '../../contract/model.ts'
import type { Survey, Touched } from '../survey.ts'
import { count, duration, durationDelta, usd, usdDelta } from '../figures.ts'
import { elsewhere } from '../links.ts'
import { link, name, phrase, said, words, type Phrase } from '../phrase.ts'
import { marks } from '../survey.ts'
import { most } from '../fit.ts'
import { paragraph, table } from '../markdown.ts'
import { testsLine } from './tests.ts'
import { why } from '../story.ts'

/** Rows of the table: fewer on a large pull request, where the rest is rolled up by folder. */
export interface SummaryOptions {
  readonly rows: number
  readonly links: Links
  /** Anchors of the details that the comment holds. */
  readonly detailed: ReadonlySet<string>
}

/** One line a model, worst first. */
export function summary(survey: Survey, { rows, links, detailed }: SummaryOptions, room: number): readonly Markdown[] {
  const { touched, run } = survey
  const depth = run.plan_only === undefined ? 'measured' : 'plan-only'
  if (touched.length === 0) return []
  const names = new Set(touched.map(({ row }) => row.model_name))
  const columns = touched.some(({ cost }) => cost !== undefined) ? [...plainColumns, costColumn] : plainColumns
  const limit = Math.min(rows, touched.length)
  return most(limit, room, (shown) => [
    ...(shown === 0
      ? []
      : [
          table(
            columns,
            touched.slice(0, shown).map((model) => line(model, names, detailed, depth)),
          ),
        ]),
    ...rolledUp(touched.slice(shown), links),
    ...testsLine(run.models),
  ])
}

const plainColumns: readonly TableColumn[] = [
  { title: [], align: 'center' },
  { title: words('Model') },
  { title: words('Why') },
  { title: words('Columns') },
  { title: words('Rows + / − / ~'), align: 'right' },
  { title: words('Evidence') },
]
const costColumn: TableColumn = { title: words('Cost per run'), align: 'right' }
const nothing = words('–')

function line(
  model: Touched,
  names: ReadonlySet<string>,
  detailed: ReadonlySet<string>,
  depth: Depth,
): readonly Phrase[] {
  const { row, mark, anchor } = model
  const title = name(row.model_name)
  return [
    words(marks[mark]),
    detailed.has(anchor) ? link(`#user-content-${anchor}`, title) : title,
    why(row, names),
    columnsCell(row),
    rowsCell(row),
    evidenceCell(row, depth),
    costCell(model),
  ]
}

function columnsCell({ columns = [] }: ModelRow): Phrase {
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

function rowsCell({ rows }: ModelRow): Phrase {
  if (rows === undefined) return nothing
  return phrase`${count(rows.added)} / ${count(rows.removed)} / ${count(rows.changed)}`
}

function evidenceCell({ verdict, evidence }: ModelRow, depth: Depth): Phrase {
  if (verdict === 'failed') return words('does not build')
  if (verdict === 'not_affected') return words('no data touched')
  if (depth === 'plan-only') return words('not compared')
  if (verdict === 'not_checked') return phrase`not checked: ${said(evidence.detail)}`
  return evidence.kind === 'none' ? phrase`not counted: ${said(evidence.detail)}` : said(evidence.detail)
}

function costCell({ cost }: Touched): Phrase {
  if (cost === undefined || cost.skipped_via_copy) return words('not run')
  if (cost.branch_cost_usd !== undefined) {
    const delta = cost.delta_usd === undefined ? [] : phrase` (${usdDelta(cost.delta_usd)})`
    return phrase`${usd(cost.branch_cost_usd)}${delta}`
  }
  if (cost.branch_duration_ms === 0) return nothing
  const isSame = cost.time?.change === 'same'
  const before = isSame ? cost.branch_duration_ms : cost.base_duration_ms
  const delta = cost.base_duration_ms === 0 ? [] : phrase` (${durationDelta(before, cost.branch_duration_ms)})`
  return phrase`${duration(cost.branch_duration_ms)}${delta}`
}

/** The models that have no line of their own, counted by folder. */
function rolledUp(rest: readonly Touched[], links: Links): readonly Markdown[] {
  if (rest.length === 0) return []
  const folders = new Map<string, Touched[]>()
  for (const model of rest) {
    const folder = folderOf(model.row)
    const members = folders.get(folder)
    if (members === undefined) folders.set(folder, [model])
    else members.push(model)
  }
  const largest = [...folders].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
  const shown = largest.slice(0, folderRows)
  const hidden = largest.slice(folderRows).flatMap(([, members]) => members)
  const lines = shown.map(([folder, members]) => folderLine(name(folder, 60), members))
  const last = hidden.length === 0 ? [] : [folderLine(words('other folders'), hidden)]
  return [
    paragraph(phrase`${count(rest.length)} more, by folder; each one is in ${elsewhere(links)}:`),
    table(folderColumns, [...lines, ...last]),
  ]
}

const folderRows = 14
const folderColumns: readonly TableColumn[] = [
  { title: words('Folder') },
  ...['Models', 'Fail', 'Differ', 'Not checked', 'Identical', 'Other'].map((title) => ({
    title: words(title),
    align: 'right' as const,
  })),
]

function folderLine(title: Phrase, members: readonly Touched[]): readonly Phrase[] {
  const n = (...verdicts: readonly ModelRow['verdict'][]): number =>
    members.filter(({ row }) => verdicts.includes(row.verdict)).length
  const counts = [
    members.length,
    n('failed'),
    n('changed', 'removed'),
    n('not_checked'),
    n('identical'),
    n('added', 'not_affected'),
  ]
  return [title, ...counts.map((amount) => (amount === 0 ? nothing : count(amount)))]
}

function folderOf({ path = '' }: ModelRow): string {
  const folder = path.split('/').slice(0, -1)
  return folder.length === 0 ? './' : `${folder.join('/')}/`
}
