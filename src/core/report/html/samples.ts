import type { Sample } from '../../contract/shared.ts'
import { codeHtml, markup, text, type Html } from './html.ts'

const MOST_ROWS = 20
const MOST_CHANGES = 20
/** Longest value, in characters. */
const LONGEST = 120

/** A few rows that differ, as far as the run was allowed to show values. */
export function sampleSection(samples: readonly Sample[]): readonly Html[] {
  if (samples.length === 0) return []
  const shown = samples.slice(0, MOST_ROWS)
  return [
    markup`<section><h3>Rows that differ, ${shown.length} of them</h3><div class="scroll" tabindex="0" role="group" aria-label="Rows that differ"><table class="samples"><thead><tr><th>Row</th><th>Key</th><th>Column</th><th>Base</th><th>Pull request</th></tr></thead>${shown.map(rowHtml)}</table></div></section>`,
  ]
}

function rowHtml({ kind, primary_key: key, changes }: Sample): Html {
  const shown = changes.slice(0, MOST_CHANGES)
  const height = Math.max(1, shown.length)
  const head = markup`<td rowspan="${height}"><span class="tag ${text(kind)}">${text(kind)}</span></td><th scope="rowgroup" rowspan="${height}">${key === '' ? markup`<span class="dim">–</span>` : codeHtml(key, LONGEST)}</th>`
  const [first, ...rest] = shown.map((change) => changeHtml(kind, change))
  const none = markup`<td class="dim">whole row</td><td class="dim">–</td><td class="dim">–</td>`
  return markup`<tbody><tr>${head}${first ?? none}</tr>${rest.map((cells) => markup`<tr>${cells}</tr>`)}</tbody>`
}

function changeHtml(kind: Sample['kind'], change: Sample['changes'][number]): Html {
  const { column, base_value: was, branch_value: is, base_is_null: wasNull, branch_is_null: isNull } = change
  const base = kind === 'added' ? markup`<span class="dim">–</span>` : markup`<del>${valueHtml(was, wasNull)}</del>`
  const head = kind === 'removed' ? markup`<span class="dim">–</span>` : markup`<ins>${valueHtml(is, isNull)}</ins>`
  return markup`<td>${codeHtml(column)}</td><td>${base}</td><td>${head}</td>`
}

/** NULL and the empty text are words of ours, so that no value can look like them. */
function valueHtml(value: string, isNull: true | undefined): Html {
  if (isNull === true) return markup`<i>NULL</i>`
  return value === '' ? markup`<i>(empty)</i>` : codeHtml(value, LONGEST)
}
