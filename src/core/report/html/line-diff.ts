/** A line of both sides, or of one. Numbers count from 1. */
export type DiffLine =
  | { readonly kind: 'same'; readonly base: number; readonly head: number; readonly text: string }
  | { readonly kind: 'removed'; readonly base: number; readonly text: string }
  | { readonly kind: 'added'; readonly head: number; readonly text: string }

/** Cells of the table of common lines: beyond, the middle is told as wholly replaced. */
const LARGEST_TABLE = 1_000_000

/** The lines of two texts, with as many as possible taken to be the same. */
export function diffLines(base: string, head: string): readonly DiffLine[] {
  const [was, is] = [linesOf(base), linesOf(head)]
  let start = 0
  while (start < Math.min(was.length, is.length) && was[start] === is[start]) start += 1
  let end = 0
  while (end < Math.min(was.length, is.length) - start && was[was.length - 1 - end] === is[is.length - 1 - end])
    end += 1
  const same = (text: string, index: number, offset: number): DiffLine => ({
    kind: 'same',
    base: index + 1,
    head: index + 1 + offset,
    text,
  })
  const after = was.length - end
  return [
    ...was.slice(0, start).map((text, index) => same(text, index, 0)),
    ...middle(was.slice(start, after), is.slice(start, is.length - end), start),
    ...was.slice(after).map((text, index) => same(text, after + index, is.length - was.length)),
  ]
}

function linesOf(text: string): readonly string[] {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  return lines === '' ? [] : lines.split('\n')
}

/** Between the first and the last line that differ: the longest common subsequence. */
function middle(was: readonly string[], is: readonly string[], offset: number): readonly DiffLine[] {
  const common = was.length * is.length <= LARGEST_TABLE ? commonLengths(was, is) : () => 0
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < was.length || j < is.length) {
    const [a, b] = [was[i], is[j]]
    if (a !== undefined && a === b && common(i, j) > 0) {
      lines.push({ kind: 'same', base: offset + i + 1, head: offset + j + 1, text: a })
      i += 1
      j += 1
    } else if (a !== undefined && (b === undefined || common(i + 1, j) >= common(i, j + 1))) {
      lines.push({ kind: 'removed', base: offset + i + 1, text: a })
      i += 1
    } else if (b !== undefined) {
      lines.push({ kind: 'added', head: offset + j + 1, text: b })
      j += 1
    }
  }
  return lines
}

/** Lines in common from `i` of the one and `j` of the other on. */
function commonLengths(was: readonly string[], is: readonly string[]): (i: number, j: number) => number {
  const width = is.length + 1
  const table = new Uint32Array((was.length + 1) * width)
  const at = (i: number, j: number): number => table[i * width + j] ?? 0
  for (let i = was.length - 1; i >= 0; i -= 1) {
    for (let j = is.length - 1; j >= 0; j -= 1) {
      table[i * width + j] = was[i] === is[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  return at
}
