import type { Place } from './links.ts'
import { document, fence, heading, paragraph, small } from './markdown.ts'
import { placeOf, type Links } from './links.ts'
import { phrase, said, words } from './phrase.ts'

/** Why there is no report: the run ended before there was anything to tell about. */
export interface RunFailure extends Place {
  readonly message: string
  readonly hint: string
  /** The line of source with a caret. */
  readonly frame?: string | undefined
}

/** The comment of a run that came to nothing: what happened, where, and what to do. A stale report must not stand in its place. */
export function renderFailure(failure: RunFailure, head: string, links: Links = {}): string {
  const place = placeOf(failure, links)
  return document([
    heading(words('🔴 The preview could not run')),
    paragraph(place.length === 0 ? said(failure.message) : phrase`${place}: ${said(failure.message)}`),
    ...(failure.frame === undefined ? [] : [fence('text', failure.frame)]),
    paragraph(said(failure.hint)),
    ...(head === '' ? [] : [small(phrase`For commit ${head.slice(0, 7)}`)]),
  ])
}
