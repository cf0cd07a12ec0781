import type { Markdown } from '../markdown.ts'
import type { RunDocument } from '../survey.ts'
import { bullets, details, paragraph } from '../markdown.ts'
import { count, counted } from '../figures.ts'
import { enumerate, joined, name, phrase, said, strong, words, type Phrase } from '../phrase.ts'
import { most } from '../fit.ts'

type SeedChange = NonNullable<RunDocument['seed_change']>
type Source = SeedChange['sources'][number]
type Effect = SeedChange['models'][number]

/** What the pull request's seed does without its code; apart from the verdicts, which are the code's. */
export function seedSection({ seed_change: change }: RunDocument, room: number): readonly Markdown[] {
  if (change === undefined) return []
  const title = phrase`${strong(words('Because the seed changed'))} — ${seedSummary(change)}`
  const lines = seedLines(change)
  return most(lines.length, room, (n) => [
    details(title, [
      paragraph(words(ABOUT)),
      bullets([
        ...lines.slice(0, n),
        ...(n < lines.length ? [phrase`and ${count(lines.length - n)} more`] : []),
        ...(change.reads_clock === true ? [words(CLOCK)] : []),
      ]),
    ]),
  ])
}

const ABOUT = 'Base’s code on base’s seed against the same code on head’s. No verdict above counts any of this.'
const CLOCK = 'Both seeds read the clock or make ids of chance, so rows may differ that nobody edited.'

/** `2 tables differ, 3 models change, 1 not checked`. */
export function seedSummary({ not_checked: because, sources, models }: SeedChange): Phrase {
  if (because !== undefined) return phrase`not checked: ${said(because)}`
  const n = (verdict: Effect['verdict']): number => models.filter((model) => model.verdict === verdict).length
  const [changed, failed, unchecked] = [n('changed'), n('failed'), n('not_checked')]
  return joined(
    [
      phrase`${counted(sources.length, 'table differs', 'tables differ')}`,
      phrase`${counted(changed, 'model changes', 'models change')}`,
      ...(failed === 0 ? [] : [phrase`${count(failed)} ${words(failed === 1 ? 'fails' : 'fail')} on one of the two`]),
      ...(unchecked === 0 ? [] : [phrase`${count(unchecked)} not checked`]),
    ],
    ', ',
  )
}

/** Tables first, then what they lead to; equal ones in one line. */
export function seedLines({ sources, models }: SeedChange): readonly Phrase[] {
  const same = models.filter(({ verdict }) => verdict === 'identical').map(({ model_name }) => name(model_name))
  return [
    ...sources.map(sourceLine),
    ...models.filter(({ verdict }) => verdict !== 'identical').map(effectLine),
    ...(same.length === 0 ? [] : [phrase`identical, every row compared: ${enumerate(same, 20)}`]),
  ]
}

function sourceLine(source: Source): Phrase {
  const title = phrase`table ${name(source.table)}`
  const { rows } = source
  if (source.change === 'added') return phrase`${title} is new, ${counted(rows?.head ?? 0, 'row')}`
  if (source.change === 'removed') return phrase`${title} is gone, with its ${counted(rows?.base ?? 0, 'row')}`
  return phrase`${title}: ${whatDiffers(source)}`
}

function effectLine(effect: Effect): Phrase {
  if (effect.verdict === 'changed') return phrase`${name(effect.model_name)}: ${whatDiffers(effect)}`
  if (effect.verdict === 'failed') return phrase`${name(effect.model_name)}: ${said(effect.detail)}`
  return phrase`${name(effect.model_name)} not checked: ${said(effect.detail)}`
}

/** `3 of 40 rows changed, 2 rows added, column x added`. */
function whatDiffers({ rows, columns }: Pick<Effect, 'rows' | 'columns'>): Phrase {
  const counts =
    rows === undefined
      ? []
      : [
          { n: rows.changed, verb: 'changed' },
          { n: rows.removed, verb: 'removed' },
          { n: rows.added, verb: 'added' },
        ].filter(({ n }) => n !== 0)
  const moved = counts.map(({ n, verb }, index) =>
    index === 0 && rows !== undefined && rows.base !== 0
      ? phrase`${count(n)} of ${counted(rows.base, 'row')} ${words(verb)}`
      : phrase`${counted(n, 'row')} ${words(verb)}`,
  )
  const named = (['added', 'removed', 'retyped'] as const).flatMap((change) => {
    const list = columns?.[change] ?? []
    const noun = list.length === 1 ? 'column' : 'columns'
    return list.length === 0
      ? []
      : [
          phrase`${words(noun)} ${enumerate(
            list.map((one) => name(one)),
            5,
          )} ${words(change)}`,
        ]
  })
  const all = [...moved, ...named]
  return all.length === 0 ? words('it differs, and its rows were not counted') : joined(all, ', ')
}
