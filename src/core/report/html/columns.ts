import type { ModelRow } from '../../contract/model.ts'
import { count, share } from '../figures.ts'
import { descending } from '../story.ts'
import { plain } from '../text.ts'
import { pairOfBars, stackedBar } from './charts.ts'
import { codeHtml, markup, joinedHtml, text, type Html } from './html.ts'

type Column = NonNullable<ModelRow['columns']>[number]
type Facts = NonNullable<Column['facts']>['base']

/** Columns that get a line, and names listed of those that do not differ. */
const MOST_LINES = 60
const MOST_NAMES = 200

/** The columns that differ, with what each side holds; the others by name. */
export function columnSection({ columns = [], rows, verdict }: ModelRow): readonly Html[] {
  if (columns.length === 0) return []
  const oneSided = verdict === 'added' || verdict === 'removed'
  const told = oneSided ? columns : columns.filter(differs)
  const shown = [...told].sort(worseFirst).slice(0, MOST_LINES)
  const quiet = oneSided ? [] : columns.filter((column) => !differs(column))
  const withFacts = shown.some(({ facts }) => facts !== undefined)
  const table = markup`<div class="scroll" tabindex="0" role="group" aria-label="Columns"><table class="columns"><thead><tr><th>Column</th><th>Type</th>${oneSided ? [] : [markup`<th class="n">Rows that differ</th>`]}${withFacts ? [factHeads] : []}</tr></thead><tbody>${shown.map((column) => line(column, rows, oneSided, withFacts))}</tbody></table></div>`
  const left = told.length - shown.length
  return [
    markup`<section><h3>Columns</h3>${shown.length === 0 ? [] : [table]}${left > 0 ? [markup`<p class="note">${left} more columns that differ are not shown.</p>`] : []}${quietNames(quiet)}</section>`,
  ]
}

const factHeads = markup`<th>NULL</th><th>Distinct</th><th>Smallest</th><th>Largest</th><th>Mean</th><th>Sum</th>`

function differs({ change, rows_changed: changed = 0, facts }: Column): boolean {
  return (
    change !== 'same' ||
    changed !== 0 ||
    (facts !== undefined && JSON.stringify(facts.base) !== JSON.stringify(facts.head))
  )
}

function worseFirst(a: Column, b: Column): number {
  return (
    Number(b.change !== 'same') - Number(a.change !== 'same') || descending(a.rows_changed ?? 0, b.rows_changed ?? 0)
  )
}

function line(column: Column, rows: ModelRow['rows'], oneSided: boolean, withFacts: boolean): Html {
  const { name, facts } = column
  return markup`<tr><th scope="row">${codeHtml(name)}${changeTag(column)}</th><td>${typeHtml(column)}</td>${oneSided ? [] : [differing(column, rows)]}${withFacts ? factCells(name, facts, rows) : []}</tr>`
}

function changeTag({ change, renamed_from: from }: Column): Html {
  if (change === 'same') return markup``
  if (change === 'renamed' && from !== undefined) return markup` <span class="tag">was ${codeHtml(from)}</span>`
  return markup` <span class="tag ${text(change)}">${text(change === 'added' ? 'new' : change)}</span>`
}

function typeHtml({ change, type_base: was = '', type_head: is = '' }: Column): Html {
  return change === 'retyped' && was !== is
    ? markup`${codeHtml(was, 80)} → ${codeHtml(is, 80)}`
    : codeHtml(is === '' ? was : is, 80)
}

function differing({ name, rows_changed: changed }: Column, rows: ModelRow['rows']): Html {
  if (changed === undefined) return markup`<td class="n">–</td>`
  const both = rows === undefined ? 0n : BigInt(rows.changed) + BigInt(rows.identical)
  if (both === 0n) return markup`<td class="n">${text(plain(count(changed)))}</td>`
  const part = plain(share(changed, String(both)))
  const drawn = stackedBar(`${name}: ${part} of the rows on both sides differ`, [
    { kind: 'changed', share: Number(changed) / Number(both) },
  ])
  return markup`<td class="n">${text(plain(count(changed)))} <small>${text(part)}</small>${drawn}</td>`
}

function factCells(name: string, facts: Column['facts'], rows: ModelRow['rows']): readonly Html[] {
  if (facts === undefined) return [markup`<td colspan="6" class="dim">–</td>`]
  const { base, head } = facts
  return [
    markup`<td class="n">${nullShare(name, base, head, rows)}</td>`,
    markup`<td class="n">${distinctCounts(name, base, head)}</td>`,
    ...(['min', 'max', 'mean', 'sum'] as const).map(
      (fact) => markup`<td class="v">${moved(base[fact], head[fact])}</td>`,
    ),
  ]
}

function nullShare(name: string, base: Facts, head: Facts, rows: ModelRow['rows']): Html {
  const of = (nulls: Facts['nulls'], all: Facts['nulls'] | undefined): number | undefined =>
    all === undefined || Number(all) === 0 ? undefined : Number(nulls) / Number(all)
  const [was, is] = [of(base.nulls, rows?.base), of(head.nulls, rows?.head)]
  const [wasText, isText] = [sharePart(base.nulls, rows?.base), sharePart(head.nulls, rows?.head)]
  if (Number(base.nulls) === 0 && Number(head.nulls) === 0) return markup`none`
  const words = wasText === isText ? isText : `${wasText} → ${isText}`
  return markup`${text(words)}${pairOfBars(`NULL in ${name}: base ${wasText}, pull request ${isText}`, was, is)}`
}

function sharePart(part: Facts['nulls'], whole: Facts['nulls'] | undefined): string {
  const told = whole === undefined ? '' : plain(share(part, whole))
  return told === '' ? plain(count(part)) : told
}

function distinctCounts(name: string, base: Facts, head: Facts): Html {
  const [was, is] = [base.distinct, head.distinct]
  const told = ({ distinct, distinct_is_about: isAbout }: Facts): string =>
    `${isAbout === true ? 'about ' : ''}${plain(count(distinct))}`
  const [wasText, isText] = [told(base), told(head)]
  const most = Math.max(Number(was), Number(is), 1)
  const words = wasText === isText ? isText : `${wasText} → ${isText}`
  return markup`${text(words)}${pairOfBars(`Distinct values of ${name}: base ${wasText}, pull request ${isText}`, Number(was) / most, Number(is) / most)}`
}

function moved(was: string | undefined, is: string | undefined): Html {
  if (was === undefined && is === undefined) return markup`<span class="dim">–</span>`
  if (was === is) return codeHtml(is ?? '', 40)
  const side = (value: string | undefined): Html => (value === undefined ? markup`–` : codeHtml(value, 40))
  return markup`<del>${side(was)}</del> <ins>${side(is)}</ins>`
}

function quietNames(quiet: readonly Column[]): readonly Html[] {
  if (quiet.length === 0) return []
  const names = quiet
    .slice(0, MOST_NAMES)
    .map(({ name }, index) => markup`${text(index === 0 ? '' : ', ')}${codeHtml(name, 80)}`)
  const left = quiet.length - MOST_NAMES
  return [
    markup`<p class="quiet"><b>${quiet.length}</b> without a difference: ${joinedHtml(names)}${text(left > 0 ? ` and ${String(left)} more` : '')}</p>`,
  ]
}
