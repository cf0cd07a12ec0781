import type { Depth } from '../../contract/headline.ts'
import type { Links } from '../links.ts'
import type { Markdown, TableColumn } from '../markdown.ts'
import type { ModelRow } from '../../contract/model.ts'
import type { Survey, Touched } from '../survey.ts'
import { columnsCell, costCell, evidenceCell, nothing, rowsCell } from './cells.ts'
import { count } from '../figures.ts'
import { elsewhere, placeOf } from '../links.ts'
import { firstBreaking, why } from '../story.ts'
import { folderOf } from '../folder.ts'
import { link, name, phrase, words, type Phrase } from '../phrase.ts'
import { marks } from '../survey.ts'
import { most } from '../fit.ts'
import { paragraph, table } from '../markdown.ts'
import { testsLine } from './tests.ts'

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
  const context = { names: new Set(touched.map(({ row }) => row.model_name)), detailed, depth, links } as const
  const columns = allColumns.filter(({ isTelling }) => isTelling === undefined || touched.some(isTelling))
  const limit = Math.min(rows, touched.length)
  return most(limit, room, (shown) => [
    ...(shown === 0
      ? []
      : [
          table(
            columns,
            touched.slice(0, shown).map((model) => columns.map(({ cell }) => cell(model, context))),
          ),
        ]),
    ...rolledUp(touched.slice(shown), links),
    ...testsLine(run.models),
  ])
}

/** A column of the table, and when it is worth its room. */
interface SummaryColumn extends TableColumn {
  readonly cell: (model: Touched, table: Context) => Phrase
  readonly isTelling?: (model: Touched) => boolean
}

interface Context {
  readonly names: ReadonlySet<string>
  readonly detailed: ReadonlySet<string>
  readonly depth: Depth
  readonly links: Links
}

/** What moved stands before why: on a phone the first three columns are what is seen. */
const allColumns: readonly SummaryColumn[] = [
  { title: [], align: 'center', cell: ({ mark }) => words(marks[mark]) },
  {
    title: words('Model'),
    cell: ({ row, anchor }, { detailed }) =>
      detailed.has(anchor) ? link(`#user-content-${anchor}`, name(row.model_name)) : name(row.model_name),
  },
  {
    title: words('Rows\u00a0+\u00a0/\u00a0−\u00a0/\u00a0~'),
    align: 'right',
    cell: ({ row }) => rowsCell(row),
    isTelling: ({ row }) => row.rows !== undefined,
  },
  {
    title: words('Columns'),
    cell: ({ row }) => columnsCell(row),
    isTelling: ({ row }) => columnsCell(row) !== nothing,
  },
  { title: words('Why'), cell: ({ row }, { names }) => why(row, names) },
  { title: words('Evidence'), cell: evidence },
  {
    title: words('Cost\u00a0per\u00a0run'),
    align: 'right',
    cell: (model) => costCell(model),
    isTelling: ({ cost }) => cost !== undefined,
  },
]

/** Of a model that does not build, also where. */
function evidence({ row }: Touched, { depth, links }: Context): Phrase {
  const told = evidenceCell(row, depth)
  const finding = row.verdict === 'failed' ? firstBreaking(row) : undefined
  const place = placeOf({ path: finding?.path, line: finding?.line }, links)
  return place.length === 0 ? told : phrase`${told}: ${place}`
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
