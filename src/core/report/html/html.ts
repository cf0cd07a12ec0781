import { unreachable } from '../../base/unreachable.ts'
import { visible } from '../escape.ts'
import type { Phrase, Piece } from '../phrase.ts'

/** HTML that is whole: every element in it is closed. Only this file makes it of text. */
export type Html = string & { readonly __html: 'Html' }

/** What may be put into a template: HTML as it stands, whatever else as text. */
export type Part = Html | readonly Html[] | Text | number | undefined

/** Text that somebody else may have chosen. A plain string is refused, so that none is put in by mistake. */
export interface Text {
  readonly text: string
}

/** Longest text that is written, in characters. */
const LONGEST = 4_000

/**
 * Tag: the template is ours, and what is put in is escaped, unless it is HTML already. It is not called `html`: Prettier
 * would set out what is in it, and a space more or less is another page.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let written = strings[0] ?? ''
  for (let index = 0; index < parts.length; index += 1) {
    written += partHtml(parts[index]) + (strings[index + 1] ?? '')
  }
  return written as Html
}

/** Text of any origin, for an element's content and for a quoted attribute alike. */
export function text(value: string, cap = LONGEST): Text {
  return { text: visible(value, cap) }
}

/** The one escaper: what a parser reads back from it, in a text or a quoted attribute, is the text that was given. */
export function escaped(value: string): Html {
  if (!special.test(value)) return value as Html
  return value.replace(/[&<>"'`=]/g, (character) => `&#${String(character.charCodeAt(0))};`) as Html
}

const special = /[&<>"'`=]/

/** A phrase of the report: its names as code. */
export function phraseHtml(phrase: Phrase): Html {
  return joinedHtml(phrase.map(pieceHtml))
}

export function joinedHtml(parts: readonly Html[]): Html {
  return parts.join('') as Html
}

/** A name or a value as code. */
export function codeHtml(value: string, cap = 200): Html {
  return markup`<code>${text(value, cap)}</code>`
}

function partHtml(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return part
  if ('text' in part) return escaped(part.text)
  return part.join('')
}

function pieceHtml(piece: Piece): Html {
  switch (piece.kind) {
    case 'words':
      return markup`${text(piece.text)}`
    case 'name':
      return codeHtml(piece.text, piece.cap)
    case 'said':
      return saidHtml(piece.text)
    case 'strong':
      return markup`<b>${phraseHtml(piece.phrase)}</b>`
    case 'link':
      return markup`<a href="${text(piece.url)}" rel="noreferrer">${phraseHtml(piece.phrase)}</a>`
    default:
      return unreachable(piece)
  }
}

/** A sentence in which names stand in backticks. */
function saidHtml(sentence: string): Html {
  const parts = sentence.slice(0, LONGEST).split(/`([^`]*)`/)
  return joinedHtml(parts.map((part, index) => (index % 2 === 1 ? codeHtml(part) : markup`${text(part)}`)))
}
