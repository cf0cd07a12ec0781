import type { SourceRow } from '../../contract/sources.ts'
import { diffLines, type DiffLine } from './line-diff.ts'
import { markup, text, type Html } from './html.ts'

/** Same lines shown around a difference, and lines shown in all. */
const CONTEXT = 3
const MOST_LINES = 400
const LONGEST_LINE = 400

/** Both texts of a model side by side; runs of equal lines are folded away. */
export function sourceDiff(source: SourceRow | undefined): readonly Html[] {
  if (source === undefined) return []
  const rows = pairs(diffLines(source.base ?? '', source.head ?? ''))
  const shown = folded(rows)
  const lines = shown.slice(0, MOST_LINES)
  const left = shown.length - lines.length
  return [
    markup`<section class="sql"><h3>SQL, base and pull request</h3><div class="scroll" tabindex="0" role="group" aria-label="SQL of ${text(source.model_name)}, side by side"><table class="code"><colgroup><col class="no" /><col /><col class="no" /><col /></colgroup><thead class="unseen"><tr><th>Line</th><th>Base</th><th>Line</th><th>Pull request</th></tr></thead><tbody>${lines.map(lineHtml)}</tbody></table></div>${left > 0 ? [markup`<p class="note">${left} more lines are not shown.</p>`] : []}</section>`,
  ]
}

interface Pair {
  readonly base: DiffLine | undefined
  readonly head: DiffLine | undefined
}

/** Removed lines stand beside the added ones that take their place. */
function pairs(lines: readonly DiffLine[]): readonly Pair[] {
  const paired: Pair[] = []
  let [removed, added]: [DiffLine[], DiffLine[]] = [[], []]
  const flush = (): void => {
    const height = Math.max(removed.length, added.length)
    for (let index = 0; index < height; index += 1) paired.push({ base: removed[index], head: added[index] })
    removed = []
    added = []
  }
  for (const line of lines) {
    if (line.kind === 'removed') removed.push(line)
    else if (line.kind === 'added') added.push(line)
    else {
      flush()
      paired.push({ base: line, head: line })
    }
  }
  flush()
  return paired
}

type Shown = Pair | { readonly folded: number }

function folded(rows: readonly Pair[]): readonly Shown[] {
  const near = new Set<number>()
  for (const [index, { base, head }] of rows.entries()) {
    if (base?.kind === 'same' && head?.kind === 'same') continue
    for (let at = index - CONTEXT; at <= index + CONTEXT; at += 1) near.add(at)
  }
  const shown: Shown[] = []
  let hidden = 0
  for (const [index, row] of rows.entries()) {
    if (!near.has(index)) hidden += 1
    else {
      if (hidden > 0) shown.push({ folded: hidden })
      hidden = 0
      shown.push(row)
    }
  }
  return hidden > 0 ? [...shown, { folded: hidden }] : shown
}

function lineHtml(line: Shown): Html {
  if ('folded' in line) {
    return markup`<tr class="fold"><td colspan="4">${line.folded} equal ${text(line.folded === 1 ? 'line' : 'lines')}</td></tr>`
  }
  const { base, head } = line
  return markup`<tr>${sideHtml(base, 'base')}${sideHtml(head, 'head')}</tr>`
}

function sideHtml(line: DiffLine | undefined, side: 'base' | 'head'): Html {
  if (line === undefined) return markup`<td class="no"></td><td class="none"></td>`
  const number = line.kind === 'same' ? line[side] : line.kind === 'removed' ? line.base : line.head
  const written = text(line.text.replaceAll('\t', '    '), LONGEST_LINE)
  if (line.kind === 'same') return markup`<td class="no">${number}</td><td>${written}</td>`
  const element = line.kind === 'removed' ? 'del' : 'ins'
  return element === 'del'
    ? markup`<td class="no del">${number}</td><td class="del"><del>${written}</del></td>`
    : markup`<td class="no ins">${number}</td><td class="ins"><ins>${written}</ins></td>`
}
