import type { Phrase } from './phrase.ts'
import { formatLocation } from '../base/location.ts'
import { link, name, words } from './phrase.ts'

/** Addresses that the caller knows. One with other characters than an address needs is not used. */
export interface Links {
  /** Where a file of head can be read. */
  readonly fileUrl?: (path: string, line: number | undefined) => string
  readonly runUrl?: string
  /** Where the full report lies. */
  readonly reportUrl?: string
}

export interface Place {
  readonly path?: string | undefined
  readonly line?: number | undefined
}

/** `models/a.sql:12`, linked where the caller knows an address. Nothing without a path. */
export function placeOf({ path, line }: Place, { fileUrl }: Links): Phrase {
  if (path === undefined || path === '') return []
  const shown = formatLocation({ path, ...(line !== undefined && { line }) })
  return link(fileUrl?.(path, line), name(shown))
}

/** Where to find what was left out. */
export function elsewhere({ reportUrl, runUrl }: Links): Phrase {
  if (reportUrl !== undefined) return link(reportUrl, words('the full report'))
  if (runUrl !== undefined) return [...words('the summary of '), ...link(runUrl, words('this run'))]
  return words('the JSON document')
}
