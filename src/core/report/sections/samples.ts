import type { Markdown } from '../markdown.ts'
import type { ModelRow } from '../../contract/model.ts'
import type { Sample } from '../../contract/shared.ts'
import { count } from '../figures.ts'
import { enumerate, name, phrase, words, type Phrase } from '../phrase.ts'
import { paragraph, table } from '../markdown.ts'

/** Sampled rows of a model, and the lines that they may take. */
const rowsShown = 5
const linesShown = 15
/** Longest value, in characters. */
const widestValue = 60

/** Values of a row that only one side has. */
const valuesShown = 4

/** A few rows that differ: one line a column that differs in them, or a line for one that only one side has. */
export function sampleTable({ key, rows }: ModelRow, samples: readonly Sample[]): readonly Markdown[] {
  if (samples.length === 0) return []
  const shown = samples.slice(0, rowsShown)
  const lines = shown.flatMap(sampleLines).slice(0, linesShown)
  const title = key === undefined || key.columns.length === 0 ? words('Row') : name(key.columns.join(', '), widestValue)
  const moved = rows === undefined ? undefined : BigInt(rows.added) + BigInt(rows.removed) + BigInt(rows.changed)
  const of = moved === undefined ? [] : phrase` of ${count(String(moved))}`
  return [
    paragraph(phrase`${shown.length}${of} rows that differ:`),
    table([{ title }, { title: words('Column') }, { title: words('Base') }, { title: words('PR') }], lines),
  ]
}

function sampleLines({ kind, primary_key, key = [], changes }: Sample): readonly (readonly Phrase[])[] {
  const row = key.length === 0 ? words('–') : keyCell(key, primary_key)
  const cells = changes.map(({ column, base_value, branch_value, base_is_null, branch_is_null }) => ({
    column: name(column, widestValue),
    base: valueCell(base_value, base_is_null),
    head: valueCell(branch_value, branch_is_null),
  }))
  if (kind === 'changed') return cells.map(({ column, base, head }) => [row, column, base, head])
  const only = cells.map(({ column, base, head }) => phrase`${column} ${kind === 'removed' ? base : head}`)
  const whole = only.length === 0 ? words('–') : enumerate(only, valuesShown)
  const [base, head] = kind === 'removed' ? [whole, words('–')] : [words('–'), whole]
  return [[row, words(`row ${kind}`), base, head]]
}

function keyCell(key: NonNullable<Sample['key']>, primaryKey: string): Phrase {
  const [only] = key
  return key.length === 1 && only !== undefined ? valueCell(only.value, only.is_null) : name(primaryKey, widestValue)
}

/** NULL and the empty text are words of ours, so that no value can look like them. */
function valueCell(value: string, isNull: true | undefined): Phrase {
  if (isNull === true) return words('NULL')
  return value === '' ? words('(empty)') : name(value, widestValue)
}
