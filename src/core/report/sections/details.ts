import type { Links } from '../links.ts'
import type { Markdown, TableColumn } from '../markdown.ts'
import type { ModelRow } from '../../contract/model.ts'
import type { Sample } from '../../contract/shared.ts'
import type { Survey, Touched } from '../survey.ts'
import { EARLIEST, LATEST } from '../../base/all-time.ts'
import { bullets, details, paragraph, table } from '../markdown.ts'
import { count, counted, share } from '../figures.ts'
import { descending, story } from '../story.ts'
import { elsewhere, placeOf } from '../links.ts'
import { enumerate, joined, name, phrase, said, strong, words, type Phrase } from '../phrase.ts'
import { firstThatFits, most, pack, sizeOf } from '../fit.ts'
import { movesRows } from '../../contract/headline.ts'
import { marks } from '../survey.ts'
import { explainedFacts, factsTable } from './explain.ts'
import { sampleTable } from './samples.ts'
import { hasTestNews, testTable } from './tests.ts'

/** How much of a model is told. */
export type Depth = 'with-samples' | 'without-samples'

/** Columns listed at most. */
const widest = 12

/** The models whose differences are worth unfolding. */
export function worthDetails({ touched }: Survey): readonly Touched[] {
  return touched.filter(
    ({ row }) =>
      hasTestNews(row) ||
      ((row.columns ?? []).length > 0 && row.verdict !== 'identical' && row.verdict !== 'not_affected'),
  )
}

/** Details, worst first, of no more than `limit` models: with less in each before there are fewer of them. `kept` counts from the worst. */
export function modelDetails(
  survey: Survey,
  { links, limit }: { readonly links: Links; readonly limit: number },
  room: number,
): { readonly kept: number; readonly blocks: readonly Markdown[] } {
  const models = worthDetails(survey)
  const first = models.slice(0, limit)
  const intro = models.length > 3 ? [paragraph(strong(words('Model by model, worst first')))] : []
  const listed = compactList(models.slice(limit), links, Math.floor(room / 4))
  const left = room - sizeOf(intro) - sizeOf(listed)
  const written = (depth: Depth): readonly Markdown[] =>
    first.map((model) => oneModel(model, depth, links, models.length))
  const whole = firstThatFits([() => written('with-samples'), () => written('without-samples')], left)
  if (whole.length === first.length)
    return { kept: first.length, blocks: [...(whole.length === 0 ? [] : intro), ...whole, ...listed] }
  const { kept, blocks } = pack(written('without-samples'), left, (more) =>
    paragraph(phrase`${counted(more, 'more model')} with differences: details are in ${elsewhere(links)}.`),
  )
  return { kept, blocks: blocks.length === 0 ? listed : [...intro, ...blocks, ...listed] }
}

/** One line each, folded. */
function compactList(models: readonly Touched[], links: Links, room: number): readonly Markdown[] {
  if (models.length === 0) return []
  const columns = [{ title: [] }, { title: words('Model') }, { title: words('What') }]
  const lines = models.map(({ row, mark }) => [words(marks[mark]), name(row.model_name), story(row)])
  return most(models.length, room, (shown) => {
    const more = models.length - shown
    const rest = phrase`${counted(more, 'more model')}: in ${elsewhere(links)}.`
    if (shown === 0) return [paragraph(rest)]
    const body = [table(columns, lines.slice(0, shown)), ...(more === 0 ? [] : [paragraph(rest)])]
    return [details(phrase`${strong(counted(models.length, 'more model'))} with differences, one line each`, body)]
  })
}

function oneModel({ row, mark, samples, anchor }: Touched, depth: Depth, links: Links, models: number): Markdown {
  const body = comparisonBlocks(row, depth === 'with-samples' ? samples : [], links)
  const title = phrase`${words(marks[mark])} ${strong(name(row.model_name))} — ${story(row)}`
  return details(title, body, { anchor, state: models <= mostOpen ? 'open' : 'closed' })
}

/** So few models that nobody should have to unfold them. */
const mostOpen = 2

/** What was compared, and how it came out: columns, facts, sampled rows. */
export function comparisonBlocks(row: ModelRow, samples: readonly Sample[], links: Links): readonly Markdown[] {
  const facts = comparisonFacts(row, links)
  return [
    ...columnTable(row),
    ...factsTable(row),
    ...(facts.length === 0 ? [] : [bullets(facts)]),
    ...testTable(row),
    ...(samples.length === 0 ? [] : sampleTable(row, samples)),
  ]
}

/** A sentence each: the counts, the key, the method, what was found besides, and where the model stands. */
export function comparisonFacts(row: ModelRow, links: Links): readonly Phrase[] {
  const facts = [
    reconciliation(row),
    intervalLine(row),
    keyLine(row),
    ...explainedFacts(row),
    ...methodLine(row),
    ...otherFindings(row),
    fileLine(row, links),
  ]
  return facts.filter((line) => line.length > 0)
}

/** The counts as a sum that can be checked by hand. */
function reconciliation({ rows, scope, verdict }: ModelRow): Phrase {
  if (rows === undefined || isOneSided(verdict)) return []
  const what = scope === undefined ? 'Rows' : scope === 'next_run' ? 'Rows of the next run' : 'Rows of a full refresh'
  const isSame = rows.changed === 0
  const of = phrase`${count(rows.changed)} changed, ${count(rows.identical)} identical`
  if (rows.removed === 0 && rows.added === 0) {
    return phrase`${words(what)}: ${count(rows.head)} on both sides${isSame ? words(', all identical') : phrase`: ${of}`}.`
  }
  const removed = rows.removed === 0 ? [] : phrase` − ${count(rows.removed)} removed`
  const added = rows.added === 0 ? [] : phrase` + ${count(rows.added)} added`
  const sum = phrase`${words(what)}: ${count(rows.base)}${removed}${added} = ${count(rows.head)}`
  return phrase`${sum}. Those on both sides${isSame ? words(' are identical') : phrase`: ${of}`}.`
}

/** Which intervals a run was for; neighbours are told as one. */
function intervalLine({ intervals = [] }: ModelRow): Phrase {
  const ranges: { start: string; end: string }[] = []
  for (const { start, end } of intervals) {
    const before = ranges.at(-1)
    if (before?.end === start) before.end = end
    else ranges.push({ start, end })
  }
  if (ranges.length === 0) return []
  const day = (time: string): string => time.replace(/ 00:00:00$/, '')
  const [first] = ranges
  if (first?.end === LATEST) {
    const since = first.start === EARLIEST ? '' : ` from ${day(first.start)} on`
    return words(`A first run, for all time${since}.`)
  }
  const told = ranges.map(({ start, end }) => words(`${day(start)} until before ${day(end)}`))
  return phrase`Run for ${counted(intervals.length, 'interval')}: ${enumerate(told, 5)}.`
}

function keyLine(row: ModelRow): Phrase {
  const { key, verdict } = row
  if (key === undefined || isOneSided(verdict)) return []
  if (key.columns.length === 0) {
    if (!movesRows(row)) return []
    return words('No key is known: rows are compared as a whole, so a changed row counts as one removed and one added.')
  }
  const title = phrase`Key ${enumerate(key.columns.map((column) => name(column)))} (${words(keySources[key.source])})`
  if (key.unique_base === true && key.unique_head === true) return phrase`${title}, unique on both sides.`
  const facts = [
    ...sidesOf(
      key.duplicates_base,
      key.duplicates_head,
      ({ keys, rows }) => phrase`${counted(keys, 'repeated key')} in ${counted(rows, 'row')}`,
    ),
    ...sidesOf(key.null_rows_base, key.null_rows_head, (rows) => phrase`NULL in ${counted(rows, 'row')}`),
  ]
  if (facts.length === 0) return phrase`${title}; among the rows in play no key repeats.`
  return phrase`${title}: ${joined(facts, ', ')}.`
}

/** The same fact of each side that it holds for. */
function sidesOf<T>(base: T | undefined, head: T | undefined, told: (fact: T) => Phrase): readonly Phrase[] {
  return [
    ...(base === undefined ? [] : [phrase`base has ${told(base)}`]),
    ...(head === undefined ? [] : [phrase`the PR has ${told(head)}`]),
  ]
}

/** How the rows were compared, where that was not every row by the plainest way. */
function methodLine({
  method,
  sample,
  unchecked_columns = [],
  rows_within_tolerance: near,
}: ModelRow): readonly Phrase[] {
  const unchecked = unchecked_columns.map(
    ({ name: column, because }) => phrase`Not checked: ${name(column)}, ${words(because)}.`,
  )
  const within =
    near === undefined
      ? []
      : [phrase`${counted(near, 'row')} differ within the tolerance only, and count as identical.`]
  if (sample !== undefined) {
    const { rows, keys } = sample
    const seen = phrase`Of ${counted(keys, 'sampled key')} ${count(rows.removed)} removed, ${count(rows.added)} added, ${count(rows.changed)} changed`
    return [phrase`${seen}; ${words(method?.because ?? 'a sample')}.`, ...within, ...unchecked]
  }
  return [...within, ...unchecked]
}

const keySources = {
  declared: 'declared',
  test: 'from a test',
  constraint: 'the primary key',
  measured: 'found in the data',
  none: 'of unknown origin',
} as const satisfies Record<NonNullable<ModelRow['key']>['source'], string>

/** There is nothing to compare with. */
const isOneSided = (verdict: ModelRow['verdict']): boolean => verdict === 'added' || verdict === 'removed'

/** Findings that neither the columns nor the row counts show. */
function otherFindings({ findings, verdict }: ModelRow): readonly Phrase[] {
  const told = ['column.', 'rows.', 'key.', 'model.added', 'model.removed', 'test.']
  return findings
    .filter(
      ({ code, severity }) =>
        (code === 'column.narrowed' || !told.some((prefix) => code.startsWith(prefix))) &&
        !(verdict === 'failed' && severity === 'breaking'),
    )
    .map(({ message, severity }) =>
      severity === 'info' ? said(message) : phrase`${words(severity)}: ${said(message)}`,
    )
}

function fileLine({ path, materialization }: ModelRow, links: Links): Phrase {
  const place = placeOf({ path }, links)
  if (place.length === 0) return []
  return materialization === undefined ? place : phrase`${place}, built as ${materialization}`
}

/** The columns that differ: those that do not are a number below. */
function columnTable({ columns = [], rows, verdict }: ModelRow): readonly Markdown[] {
  const differs = (column: NonNullable<ModelRow['columns']>[number]): boolean =>
    column.change !== 'same' || (column.rows_changed ?? 0) !== 0
  const oneSided = isOneSided(verdict)
  const moved = oneSided ? columns : columns.filter(differs)
  const order = [...moved].sort(
    (a, b) =>
      Number(b.change !== 'same') - Number(a.change !== 'same') || descending(a.rows_changed ?? 0, b.rows_changed ?? 0),
  )
  const shown = order.slice(0, widest)
  if (shown.length === 0) return []
  const both = rows === undefined ? undefined : BigInt(rows.changed) + BigInt(rows.identical)
  const lines = shown.map(({ name: column, change, type_base = '', type_head = '', rows_changed }) => [
    name(column, 60),
    typeCell(change, type_base, type_head, oneSided),
    rows_changed === undefined ? words('–') : count(rows_changed),
    rows_changed === undefined || both === undefined ? words('–') : share(rows_changed, String(both)),
  ])
  const left = columns.length - shown.length
  const hiddenMoved = Math.max(0, order.length - shown.length)
  return [
    table(oneSided ? columnColumns.slice(0, 2) : columnColumns, lines),
    ...(left === 0 ? [] : [paragraph(leftColumns(left - hiddenMoved, hiddenMoved))]),
  ]
}

const columnColumns: readonly TableColumn[] = [
  { title: words('Column') },
  { title: words('Type') },
  { title: words('Rows that differ'), align: 'right' },
  { title: words('Share'), align: 'right' },
]

function typeCell(change: string, base: string, head: string, oneSided: boolean): Phrase {
  if (oneSided) return name(head === '' ? base : head, 60)
  if (change === 'added') return phrase`${strong(words('new'))} ${name(head, 60)}`
  if (change === 'removed') return phrase`${strong(words('removed'))} ${name(base, 60)}`
  if (change === 'renamed') return phrase`${strong(words('renamed'))} ${name(head, 60)}`
  if (change === 'retyped') return phrase`${name(base, 60)} → ${strong(name(head, 60))}`
  return name(head === '' ? base : head, 60)
}

function leftColumns(unchanged: number, changed: number): Phrase {
  const parts = [
    ...(changed > 0
      ? [phrase`${counted(changed, 'more column')} that ${words(changed === 1 ? 'differs' : 'differ')}`]
      : []),
    ...(unchanged > 0
      ? [phrase`${counted(unchanged, 'column')} that ${words(unchanged === 1 ? 'does' : 'do')} not differ`]
      : []),
  ]
  return phrase`And ${joined(parts, ', ')}.`
}
