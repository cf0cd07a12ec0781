import type { Markdown } from '../markdown.ts'
import type { Since } from '../since.ts'
import { count } from '../figures.ts'
import { enumerate, joined, name, phrase, strong, words, type Phrase } from '../phrase.ts'
import { paragraph } from '../markdown.ts'

/**
 * The commit that is told of, since a push may come without a run, and the report stands on; and what is resolved, new and
 * unchanged since the commit that was reported on before.
 */
export function commitLine(head: string, since: Since | undefined): Markdown {
  const commit = phrase`Commit ${head.slice(0, 7)}`
  return paragraph(since === undefined ? commit : phrase`${commit} · ${toldSince(since)}`)
}

function toldSince({ head, resolved, gone, fresh, otherwise, unchanged, unchecked, unknown }: Since): Phrase {
  const parts = [
    counted(resolved.length + gone, 'resolved', resolved),
    counted(fresh.length, 'new', fresh),
    counted(otherwise.length, 'found otherwise', otherwise),
    counted(unchanged, 'unchanged', []),
    counted(unchecked, 'not checked any more', []),
    counted(unknown, 'of which is not known whether they are new', []),
  ].flat()
  const told = parts.length === 0 ? words('nothing to tell, then and now') : joined(parts, ', ')
  return phrase`${strong(phrase`since the report on ${head.slice(0, 7)}`)}: ${told}`
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
