import { commonLines } from './common-lines.ts'

/** Lines of a text, from one, both ends included. */
export interface LineRange {
  readonly first: number
  readonly last: number
}

/** The stretches of head's lines that are not base's, in order. Where lines only went away, the line that took their place. */
export function changedLines(base: string, head: string): readonly LineRange[] {
  const [a, b] = [base.split(/\r?\n/), head.split(/\r?\n/)]
  const ranges: LineRange[] = []
  let [i, j] = [0, 0]
  for (const [x, y] of [...commonLines(a, b), [a.length, b.length] as const]) {
    if (x > i || y > j) ranges.push({ first: Math.min(j + 1, b.length), last: Math.min(Math.max(j + 1, y), b.length) })
    ;[i, j] = [x + 1, y + 1]
  }
  return ranges
}
