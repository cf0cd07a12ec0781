/**
 * The text of the fenced blocks `rocky-preview` of a Markdown text, every other line blank: lines and columns stay what they
 * are. Undefined when there is none. What stands in a comment or in another fence is not declared.
 */
export function declarationBlocks(markdown: string): string | undefined {
  const kept: string[] = []
  let place: Place = { kind: 'text' }
  let found = false
  for (const given of markdown.split('\n')) {
    const line = given.replace(/\r$/, '')
    const next = placeAfter(place, line)
    kept.push(place.kind === 'fence' && place.ours && next.kind === 'fence' ? line : '')
    place = next
    found = found || (place.kind === 'fence' && place.ours)
  }
  return found ? kept.join('\n') : undefined
}

type Place =
  { readonly kind: 'text' | 'comment' } | { readonly kind: 'fence'; readonly mark: string; readonly ours: boolean }

const TEXT: Place = { kind: 'text' }

function placeAfter(place: Place, line: string): Place {
  if (place.kind === 'fence') return closes(place.mark, line) ? TEXT : place
  if (place.kind === 'comment' || /^ {0,3}<!--/.test(line)) return line.includes('-->') ? TEXT : { kind: 'comment' }
  const [, mark, info = ''] = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line) ?? []
  return mark === undefined ? TEXT : { kind: 'fence', mark, ours: /^\s*rocky-preview\s*$/.test(info) }
}

function closes(mark: string, line: string): boolean {
  const [, closing = ''] = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line) ?? []
  return closing.startsWith(mark)
}
