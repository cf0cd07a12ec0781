import { commonLines } from '../../base/common-lines.ts'

/** A line of both sides, or of one. Numbers count from 1. */
export type DiffLine =
  | { readonly kind: 'same'; readonly base: number; readonly head: number; readonly text: string }
  | { readonly kind: 'removed'; readonly base: number; readonly text: string }
  | { readonly kind: 'added'; readonly head: number; readonly text: string }

/** The lines of two texts, with as many as possible taken to be the same; what went away stands before what came. */
export function diffLines(base: string, head: string): readonly DiffLine[] {
  const [was, is] = [linesOf(base), linesOf(head)]
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  for (const [x, y] of [...commonLines(was, is), [was.length, is.length] as const]) {
    was.slice(i, x).forEach((text, index) => lines.push({ kind: 'removed', base: i + index + 1, text }))
    is.slice(j, y).forEach((text, index) => lines.push({ kind: 'added', head: j + index + 1, text }))
    const text = was[x]
    if (text !== undefined) lines.push({ kind: 'same', base: x + 1, head: y + 1, text })
    ;[i, j] = [x + 1, y + 1]
  }
  return lines
}

function linesOf(text: string): readonly string[] {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  return lines === '' ? [] : lines.split('\n')
}
