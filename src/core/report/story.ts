import type { Count } from '../contract/shared.ts'
import type { ModelRow } from '../contract/model.ts'
import { count, counted, share } from './figures.ts'
import { enumerate, joined, name, phrase, said, words, type Phrase } from './phrase.ts'
import { allWith, sumStory } from './sections/explain.ts'
import { declaredStory } from './sections/expectations.ts'
import { checksStory } from './sections/tests.ts'
import { movesRows } from '../contract/headline.ts'
import { unreachable } from '../base/unreachable.ts'

/** What became of a model, in half a sentence that follows its name; then what its tests say. */
export function story(row: ModelRow): Phrase {
  return joined([outcomeStory(row), ...declaredStory(row), ...checksStory(row)], '; ')
}

function outcomeStory(row: ModelRow): Phrase {
  switch (row.verdict) {
    case 'failed':
      return phrase`${words(isOldFailure(row) ? 'does not build, nor did it on base' : 'does not build')}: ${said(firstBreaking(row)?.message ?? '')}`
    case 'removed':
      return row.rows === undefined ? words('removed') : phrase`removed, with its ${counted(row.rows.base, 'row')}`
    case 'added':
      return row.rows === undefined ? words('new model') : phrase`new model, ${counted(row.rows.head, 'row')}`
    case 'not_checked':
      return joined([phrase`not checked: ${said(row.evidence.detail)}`, ...structure(row)], '; ')
    case 'not_affected':
      return asideStory(row)
    case 'identical':
      return phrase`identical, ${said(row.evidence.detail)}`
    case 'changed':
      return joined(
        [...keyStory(row), ...rowsStory(row), ...sumStory(row), ...structure(row), ...uncheckedStory(row)],
        '; ',
      )
    default:
      return unreachable(row.verdict)
  }
}

/** The fault is not new: a reader must not look for it in the pull request. */
function isOldFailure({ findings }: ModelRow): boolean {
  return findings.some(({ code }) => code === 'failure.old')
}

/** The finding that a reader must see first. */
export function firstBreaking({ findings }: ModelRow): ModelRow['findings'][number] | undefined {
  return findings.find(({ severity }) => severity === 'breaking')
}

/** Why the model is looked at: one or two words, or what it reads that the pull request touches. */
export function why(row: ModelRow, touched: ReadonlySet<string>): Phrase {
  if (row.change === 'renamed') return phrase`renamed from ${row.renamed_from ?? ''}`
  if (row.change === 'metadata') return asideStory(row)
  if (row.change !== 'none') return words(changeWords[row.change])
  const inputs = row.inputs.filter((input) => touched.has(input))
  return inputs.length === 0
    ? words('downstream')
    : phrase`reads ${enumerate(
        inputs.map((input) => name(input)),
        2,
      )}`
}

const changeWords = {
  edited: 'edited',
  added: 'new',
  removed: 'removed',
} as const satisfies Partial<Record<ModelRow['change'], string>>

function asideStory({ findings, change }: ModelRow): Phrase {
  const told = findings.find(({ code }) => code === 'model.metadata' || code === 'model.renamed')
  return told === undefined || change === 'none' ? words('not affected') : said(told.message)
}

function keyStory({ findings }: ModelRow): readonly Phrase[] {
  const finding = findings.find(({ code }) => code === 'key.duplicated')
  return finding === undefined ? [] : [said(finding.message)]
}

/** `98,110 of 10,002,400 rows changed (0.98 %), all in net_amount; 33 rows removed`. */
function rowsStory(row: ModelRow): readonly Phrase[] {
  const { rows } = row
  if (rows === undefined || !movesRows(row)) return []
  const whole =
    row.scope === undefined ? 'rows' : row.scope === 'next_run' ? 'rows of the next run' : 'rows of a full refresh'
  const kinds = [
    { n: rows.changed, verb: 'changed', where: [...columnsMoved(row), ...allWith(row, 'changed')] },
    { n: rows.removed, verb: 'removed', where: allWith(row, 'removed') },
    { n: rows.added, verb: 'added', where: allWith(row, 'added') },
  ].filter(({ n }) => n !== 0)
  return kinds.map(({ n, verb, where }, index) =>
    index === 0 && rows.base !== 0
      ? phrase`${count(n)} of ${count(rows.base)} ${words(whole)} ${words(verb)} (${share(n, rows.base)})${where}`
      : phrase`${counted(n, 'row')} ${words(verb)}${where}`,
  )
}

/** The columns in which changed rows differ, most first. */
function columnsMoved(row: ModelRow): Phrase {
  const moved = (row.columns ?? [])
    .flatMap(({ name: column, rows_changed = 0 }) => (rows_changed === 0 ? [] : [{ column, n: rows_changed }]))
    .sort((a, b) => descending(a.n, b.n))
  const [first] = moved
  if (first === undefined) return []
  if (moved.length === 1) return phrase`, all in ${first.column}`
  const told = moved.map(({ column, n }) => phrase`${column} ${words('×')} ${count(n)}`)
  return phrase`, in ${enumerate(told, 2)}`
}

/** Columns whose differences are not among those that are told. */
function uncheckedStory({ unchecked_columns: unchecked = [] }: ModelRow): readonly Phrase[] {
  if (unchecked.length === 0) return []
  const names = unchecked.map((column) => name(column.name))
  return [phrase`${enumerate(names, 3)} not checked`]
}

/** What became of the columns themselves. */
function structure({ columns = [] }: ModelRow): readonly Phrase[] {
  const names = (change: string): readonly Phrase[] =>
    columns.filter((column) => column.change === change).map((column) => name(column.name))
  const retyped = columns.filter(({ change }) => change === 'retyped')
  const renamed = columns.filter(({ change }) => change === 'renamed')
  const [removed, added] = [names('removed'), names('added')]
  return [
    ...(removed.length > 0 ? [phrase`${plural('column', removed)} ${enumerate(removed, 3)} removed`] : []),
    ...(renamed.length > 0 ? [enumerate(renamed.map(renamedStory), 2)] : []),
    ...(retyped.length > 0 ? [enumerate(retyped.map(retypedStory), 2)] : []),
    ...(added.length > 0 ? [phrase`${plural('column', added)} ${enumerate(added, 3)} added`] : []),
  ]
}

const renamedStory = ({ name: column, renamed_from: from = '' }: NonNullable<ModelRow['columns']>[number]): Phrase =>
  phrase`column ${from} renamed to ${column}`

const retypedStory = ({
  name: column,
  type_base = '',
  type_head = '',
}: NonNullable<ModelRow['columns']>[number]): Phrase =>
  phrase`${column} is ${name(type_head, 60)}, was ${name(type_base, 60)}`

const plural = (one: string, items: readonly unknown[]): Phrase => words(items.length === 1 ? one : `${one}s`)

export function descending(a: Count, b: Count): number {
  const [x, y] = [BigInt(a), BigInt(b)]
  return x < y ? 1 : x > y ? -1 : 0
}
