import type { ModelRow } from '../contract/model.ts'
import type { RunDocument } from './survey.ts'
import type { Count } from '../contract/shared.ts'
import { counted } from './figures.ts'
import { descending } from './story.ts'
import { isDeclared } from '../contract/headline.ts'
import { plain } from './text.ts'
import { survey } from './survey.ts'

/** Something to say beside lines of a file that the pull request changes. */
export interface Annotation {
  readonly level: 'warning' | 'notice'
  readonly path: string
  readonly first: number
  readonly last: number
  readonly title: string
  readonly message: string
}

/** What each edited file does to the data, as measured, worst first. Files that the pull request leaves alone have none. */
export function annotationsOf(run: RunDocument): readonly Annotation[] {
  const moving = new Set(
    run.models
      .filter(({ verdict }) => verdict !== 'identical' && verdict !== 'not_affected')
      .map((row) => row.model_name),
  )
  return survey(run).touched.flatMap(({ row }): readonly Annotation[] => {
    const [hunk] = row.edit?.lines ?? []
    if (hunk === undefined || row.path === undefined || row.verdict !== 'changed' || row.change === 'added') return []
    const effects = effectsOf(row)
    if (effects.length === 0) return []
    const message = `${effects.join(', ')} (${causeOf(row, moving)})${isDeclared(row) ? ', as declared' : ''}.`
    const level = isDeclared(row) ? 'notice' : 'warning'
    return [{ level, path: row.path, ...hunk, title: row.model_name, message }]
  })
}

/** Named as the cause only where nothing else can be. */
function causeOf({ edit, inputs }: ModelRow, moving: ReadonlySet<string>): string {
  const edits = edit?.only_hunk === true ? 'this edit' : 'this file’s edits'
  return inputs.some((input) => moving.has(input)) ? `${edits}, and what it reads` : edits
}

/** `98,110 values of net_amount changed`, `33 rows removed`, `column fx_rate added`. */
function effectsOf({ rows, columns = [], scope, sample }: ModelRow): readonly string[] {
  const values = columns
    .flatMap(({ name, rows_changed: n = 0 }) => (n === 0 ? [] : [{ name, n }]))
    .sort((a, b) => descending(a.n, b.n))
  const told = rows ?? sample?.rows
  const moved = told === undefined ? [] : [rowsText(told.removed, 'removed'), rowsText(told.added, 'added')].flat()
  const others = values.length > COLUMNS ? [`and ${String(values.length - COLUMNS)} more columns`] : []
  const structure = columns
    .filter(({ change }) => change !== 'same')
    .slice(0, COLUMNS)
    .map(({ name, change }) => `column ${name} ${change}`)
  const some = [
    ...values.slice(0, COLUMNS).map(({ name, n }) => `${plain(counted(n, 'value'))} of ${name} changed`),
    ...others,
    ...moved,
  ]
  const where = scope === 'next_run' && some.length > 0 ? [`in the next run: ${some.join(', ')}`] : some
  const seen = sample !== undefined && where.length > 0 ? [`in a sample: ${where.join(', ')}`] : where
  return [...seen, ...structure]
}

const COLUMNS = 3

function rowsText(n: Count, verb: string): readonly string[] {
  return n === 0 ? [] : [`${plain(counted(n, 'row'))} ${verb}`]
}
