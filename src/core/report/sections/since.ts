import type { Markdown } from '../markdown.ts'
import type { Since } from '../since.ts'
import { count } from '../figures.ts'
import { enumerate, joined, name, phrase, strong, words, type Phrase } from '../phrase.ts'
import { paragraph } from '../markdown.ts'

/** What is resolved, new and unchanged since the commit that was reported on before. Nothing where nothing was remembered. */
export function sinceSection(since: Since | undefined): readonly Markdown[] {
  if (since === undefined) return []
  const { head, resolved, gone, fresh, otherwise, unchanged, unchecked, unknown } = since
  const parts = [
    counted(resolved.length + gone, 'resolved', resolved),
    counted(fresh.length, 'new', fresh),
    counted(otherwise.length, 'found otherwise', otherwise),
    counted(unchanged, 'unchanged', []),
    counted(unchecked, 'not checked any more', []),
    counted(unknown, 'of which is not known whether they are new', []),
  ].flat()
  const told = parts.length === 0 ? words('nothing to tell, then and now') : joined(parts, ', ')
  return [paragraph(phrase`${strong(phrase`Since the report on ${head.slice(0, 7)}`)}: ${told}`)]
}

function counted(n: number, what: string, names: readonly string[]): readonly Phrase[] {
  if (n === 0) return []
  const told = phrase`${count(n)} ${words(what)}`
  return [
    names.length === 0
      ? told
      : phrase`${told} (${enumerate(
          names.map((one) => name(one, 60)),
          3,
        )})`,
  ]
}
