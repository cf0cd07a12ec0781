import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Links } from './links.ts'
import { renderComment, type CommentOptions } from './comment.ts'
import type { RunDocument } from './survey.ts'

/** A step's summary may have 1 MiB; the rest is for what the runner adds. */
export const SUMMARY_BYTES = 1_000_000
/** Fits whatever the text is: a unit takes three bytes at most. */
export const SUMMARY_UNITS = Math.floor(SUMMARY_BYTES / 3)

/** The report for a job summary: the same as the comment, with the room of a megabyte, whatever alphabet its names are in. */
export function renderJobSummary(
  run: RunDocument,
  { links: given = {}, earlier }: Pick<CommentOptions, 'links' | 'earlier'>,
  maxBytes = SUMMARY_BYTES,
): string {
  const links = withoutItself(given)
  let units = maxBytes
  for (;;) {
    const text = renderComment(run, { maxUnits: units, links, earlier })
    const bytes = utf8ToBytes(text).length
    if (bytes <= maxBytes) return text
    // A unit takes three bytes at most, so this ends.
    units = Math.floor((Math.min(units, text.length) * maxBytes * 0.98) / bytes)
  }
}

/** What a summary has no room for is not in the summary. */
function withoutItself({ fileUrl, reportUrl }: Links): Links {
  return { ...(fileUrl !== undefined && { fileUrl }), ...(reportUrl !== undefined && { reportUrl }) }
}
