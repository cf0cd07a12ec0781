import type { ModelRow } from '../../contract/model.ts'
import { count } from '../figures.ts'
import { plain } from '../text.ts'
import { codeHtml, markup, text, type Html } from './html.ts'

const MOST_ROWS = 30
const MOST_FIELDS = 12
const DEEPEST = 4

/** Whatever the run found out about the reasons of a difference: shown as the tables and lists that it is, whatever its fields are called. */
export function explainSection(row: ModelRow): readonly Html[] {
  const found: unknown = row.explained
  if (!isFilled(found)) return []
  return [markup`<section class="explain"><h3>What stands behind it</h3>${valueHtml(found, 0)}</section>`]
}

function valueHtml(value: unknown, depth: number): Html {
  if (value === null || value === undefined) return markup`<i>NULL</i>`
  if (typeof value === 'number')
    return markup`${text(Number.isSafeInteger(value) && value >= 0 ? plain(count(value)) : String(value))}`
  if (typeof value === 'boolean') return markup`${text(value ? 'yes' : 'no')}`
  if (typeof value === 'string') return codeHtml(value)
  if (depth > DEEPEST || typeof value !== 'object') return markup`…`
  if (!Array.isArray(value)) return fieldsHtml(value as Fields, depth)
  const items: readonly unknown[] = value
  return items.every(isFields) ? tableHtml(items, depth) : listHtml(items, depth)
}

type Fields = Readonly<Record<string, unknown>>

function fieldsHtml(fields: Fields, depth: number): Html {
  const entries = Object.entries(fields).filter(([, value]) => isFilled(value))
  return markup`<dl>${entries
    .slice(0, MOST_FIELDS)
    .map(
      ([name, value]) => markup`<dt>${titleOf(name)}</dt><dd>${valueHtml(value, depth + 1)}</dd>`,
    )}</dl>${more(entries.length - MOST_FIELDS)}`
}

function tableHtml(rows: readonly Fields[], depth: number): Html {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, MOST_FIELDS)
  const lines = rows
    .slice(0, MOST_ROWS)
    .map(
      (row) =>
        markup`<tr>${names.map((name) => markup`<td>${isFilled(row[name]) ? valueHtml(row[name], depth + 1) : markup`<span class="dim">–</span>`}</td>`)}</tr>`,
    )
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="Figures"><table><thead><tr>${names.map((name) => markup`<th>${titleOf(name)}</th>`)}</tr></thead><tbody>${lines}</tbody></table></div>${more(rows.length - MOST_ROWS)}`
}

function listHtml(items: readonly unknown[], depth: number): Html {
  return markup`<ul>${items.slice(0, MOST_ROWS).map((item) => markup`<li>${valueHtml(item, depth + 1)}</li>`)}</ul>${more(items.length - MOST_ROWS)}`
}

function more(left: number): readonly Html[] {
  return left > 0 ? [markup`<p class="note">${left} more are not shown.</p>`] : []
}

/** `rows_changed` → `Rows changed`. */
function titleOf(name: string): Html {
  const spoken = name.replaceAll('_', ' ')
  return markup`${text(spoken.charAt(0).toUpperCase() + spoken.slice(1), 60)}`
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isFilled(value: unknown): boolean {
  if (value === undefined) return false
  if (value === null || typeof value !== 'object') return true
  return Object.keys(value).length > 0
}
