import { markup, text, type Html } from './html.ts'

/** Widths are in hundredths of the picture's. */
const WIDE = 100

/**
 * Two bars, base above the pull request. `base` and `head` are shares of the longest, from 0 to 1; a side that is not known
 * has none. `noise`: a share too, by which each may be off either way.
 */
export function pairOfBars(label: string, base: number | undefined, head: number | undefined, noise = 0): Html {
  const [was, is] = [base, head].map((share) => (share === undefined ? undefined : barWidth(share)))
  return markup`<svg class="bars" viewBox="0 0 100 14" preserveAspectRatio="none" role="img" aria-label="${text(label)}"><rect class="track" width="100" height="6" />${bar('was', 0, was)}<rect class="track" y="8" width="100" height="6" />${bar('is', 8, is)}${noise > 0 ? [whisker(2, base, noise), whisker(10, head, noise)] : []}</svg>`
}

/** From what a figure may be less to what it may be more. */
function whisker(y: number, share: number | undefined, noise: number): Html {
  if (share === undefined || share <= 0) return markup``
  const [from, to] = [Math.max(0, share - noise) * WIDE, Math.min(1, share + noise) * WIDE]
  return markup`<rect class="noise" x="${rounded(from)}" y="${y}" width="${rounded(Math.max(0.5, to - from))}" height="2" />`
}

/** One bar of several parts, each a share from 0 to 1. */
export function stackedBar(label: string, parts: readonly { readonly kind: string; readonly share: number }[]): Html {
  let x = 0
  const drawn = parts
    .filter(({ share }) => share > 0)
    .map(({ kind, share }) => {
      const width = barWidth(share)
      const rect = markup`<rect class="${text(kind)}" x="${rounded(x)}" width="${rounded(Math.min(width, WIDE - x))}" height="6"/>`
      x = Math.min(WIDE, x + width)
      return rect
    })
  return markup`<svg class="stack" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="${text(label)}"><rect class="track" width="100" height="6" />${drawn}</svg>`
}

function bar(kind: 'was' | 'is', y: number, width: number | undefined): Html {
  return width === undefined || width === 0
    ? markup``
    : markup`<rect class="${text(kind)}" y="${y}" width="${rounded(width)}" height="6" />`
}

/** What is there can be seen, however little it is. */
function barWidth(share: number): number {
  return share <= 0 ? 0 : Math.min(WIDE, Math.max(1.5, share * WIDE))
}

const rounded = (value: number): number => Number(value.toFixed(2))
