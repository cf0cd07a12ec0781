import type { Phrase, Piece } from './phrase.ts'
import { entities, visible, visibleLines } from './escape.ts'
import { unreachable } from '../base/unreachable.ts'

/** A whole block: it may stand before or after any other, and is never cut. */
export type Markdown = string & { readonly __brand: 'Markdown' }

export interface TableColumn {
  readonly title: Phrase
  readonly align?: 'left' | 'center' | 'right'
}

/** Blocks with an empty line between them. */
export function document(blocks: readonly Markdown[]): string {
  return blocks.join('\n\n')
}

export function heading(text: Phrase): Markdown {
  return block(`## ${inline(text)}`)
}

export function paragraph(text: Phrase): Markdown {
  return block(inline(text))
}

export function small(text: Phrase): Markdown {
  return block(`<sub>${inline(text)}</sub>`)
}

/** Lines one below the other, set apart from the rest. */
export function quote(lines: readonly Phrase[]): Markdown {
  return block(lines.map((line) => `> ${inline(line)}`).join('<br>\n'))
}

export function bullets(items: readonly Phrase[]): Markdown {
  return block(items.map((item) => `- ${inline(item)}`).join('\n'))
}

export function table(columns: readonly TableColumn[], rows: readonly (readonly Phrase[])[]): Markdown {
  const rules = { left: '---', center: ':-:', right: '--:' } as const
  const lines = [
    columns.map(({ title }) => inline(title)),
    columns.map(({ align = 'left' }) => rules[align]),
    ...rows.map((row) => columns.map((_, index) => inline(row[index] ?? []))),
  ]
  return block(lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'))
}

/** Something to unfold. `anchor` is an id of ours, to which `[…](#user-content-<anchor>)` leads. */
export function details(
  summary: Phrase,
  body: readonly Markdown[],
  { anchor, state = 'closed' }: { readonly anchor?: string; readonly state?: 'open' | 'closed' } = {},
): Markdown {
  const mark = anchor === undefined ? '' : `<a id="${anchor}"></a>`
  const open = state === 'open' ? ' open' : ''
  return block(`<details${open}><summary>${mark}${inline(summary)}</summary>\n\n${document(body)}\n\n</details>`)
}

/** Text as it stands, with what is unseen spelled out, between fences that it cannot close. `language` is a word of ours. */
export function fence(language: string, text: string): Markdown {
  const lines = visibleLines(text)
  const runs = lines.match(/`+/g) ?? []
  const mark = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length + 1), 3))
  return block(`${mark}${language}\n${lines}\n${mark}`)
}

/** A phrase in one line: right in a paragraph, a list, a table cell and a `<summary>` alike. */
export function inline(text: Phrase): string {
  return text.map(piece).join('')
}

/** The one way to write what somebody else chose: exact, whatever it holds, and in `<code>`, where GitHub looks for no mentions. */
export function code(text: string, cap: number): string {
  return `<code>${entities(visible(text, cap))}</code>`
}

/** A sentence of unknown origin: plain words stay words, and whatever is more than a word is set as code. */
export function prose(text: string): string {
  const pieces = visible(text, longestSentence).split(/`([^`]*)`/)
  return pieces.map((part, index) => (index % 2 === 1 ? code(part, longestSentence) : loose(part))).join('')
}

const longestSentence = 300

function piece(part: Piece): string {
  switch (part.kind) {
    case 'words':
      return part.text
    case 'name':
      return code(part.text, part.cap)
    case 'said':
      return prose(part.text)
    case 'strong':
      return `<b>${inline(part.phrase)}</b>`
    case 'link':
      return `<a href="${part.url.replaceAll('&', '&amp;')}">${inline(part.phrase)}</a>`
    default:
      return unreachable(part)
  }
}

/** Letters, with the punctuation of sentences around them; or a number; or a dash. */
const plainWord =
  /^(?:["'(]*(?:[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*)?[)"'.,;:!?…]*|[(]?\d{1,3}(?:,\d{3})*(?:\.\d+)?%?[).,;:]*|[-–—→·⏎=+])$/u
/** Words that GitHub would link: commits and issues. */
const linkable = /^(?:GH-.*|[0-9a-f]{7,})$/i

function loose(text: string): string {
  return text
    .split(/( +)/)
    .map((word) =>
      /^ +$/.test(word) || (plainWord.test(word) && !linkable.test(word))
        ? entities(word)
        : code(word, longestSentence),
    )
    .join('')
    .replaceAll('</code> <code>', ' ')
}

const block = (text: string): Markdown => text as Markdown
