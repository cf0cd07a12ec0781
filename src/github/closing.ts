/** How a pull request ended. */
export interface Closing {
  readonly merged: boolean
  /** ISO 8601, by GitHub's clock; undefined where it does not say. */
  readonly at: string | undefined
  /** The commit that it ended at. */
  readonly head: string
}

/** The content with a line below it that says how the pull request ended, in place of an earlier such line. An open one has none. */
export function withClosing(content: string, closing: Closing | undefined, reported: string | undefined): string {
  const whole = withoutClosing(content)
  return closing === undefined ? whole : `${whole}\n\n${SIGN}\n<sub>${sentence(closing, reported)}</sub>`
}

/** Nothing that others wrote can hold this: the escaper writes `<` in other letters. */
const SIGN = '<!-- rocky-preview-closed -->'

function withoutClosing(content: string): string {
  const at = content.lastIndexOf(SIGN)
  return at === -1 ? content : content.slice(0, at).trimEnd()
}

function sentence({ merged, at, head }: Closing, reported: string | undefined): string {
  const when = at === undefined ? '' : ` ${moment(at)}`
  const ended = `${merged ? 'Merged' : 'Closed without merging'}${when}, at <code>${head.slice(0, 7)}</code>.`
  if (reported === undefined || reported === head)
    return `${ended} The preview’s environment is gone; its verdict stays.`
  return `${ended} That commit has no report: what stands above is about <code>${reported.slice(0, 7)}</code>.`
}

/** `2026-11-21 12:00 UTC`. */
function moment(at: string): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? '' : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
