import type { Links } from '../links.ts'
import type { Markdown } from '../markdown.ts'
import type { RunDocument, Survey } from '../survey.ts'
import { reasonGroups, type ReasonGroup } from './reasons.ts'
import { bullets, details, paragraph, small } from '../markdown.ts'
import { count, counted, duration } from '../figures.ts'
import { enumerate, joined, link, name, phrase, said, strong, words, type Phrase } from '../phrase.ts'
import { most } from '../fit.ts'
import { placeOf } from '../links.ts'

/** What was not checked, what was not read, and what should be known beside: each with its reason. */
export function leftAside(survey: Survey, links: Links, room: number): readonly Markdown[] {
  const { run } = survey
  const { unchecked, aside } = reasonGroups(survey)
  if (run.notices.length === 0 && unchecked.length + aside.length === 0) return []
  const title = joined(
    [
      ...sum(unchecked, 'not checked'),
      ...sum(aside, 'not affected'),
      ...(run.notices.length === 0 ? [] : [counted(run.notices.length, 'notice')]),
    ],
    ' · ',
  )
  const groups = [...unchecked.map((group) => ({ ...group, reason: `not checked: ${group.reason}` })), ...aside]
  return most(named, room, (names) => [
    details(phrase`${strong(title)} — why`, [
      bullets([
        ...groups.slice(0, groupsShown).map((group) => groupLine(group, names)),
        ...(groups.length > groupsShown ? [phrase`and ${count(groups.length - groupsShown)} more reasons`] : []),
        ...run.notices.slice(0, noticesShown).map((notice) => noticeLine(notice, links)),
        ...(run.notices.length > noticesShown
          ? [phrase`and ${count(run.notices.length - noticesShown)} more notices`]
          : []),
      ]),
    ]),
  ])
}

/** Names a reason lists, when there is room. */
const named = 30
const groupsShown = 8
const noticesShown = 6

function sum(groups: readonly ReasonGroup[], what: string): readonly Phrase[] {
  const n = groups.reduce((total, { models }) => total + models.length, 0)
  return n === 0 ? [] : [phrase`${count(n)} ${words(what)}`]
}

function groupLine({ reason, models }: ReasonGroup, names: number): Phrase {
  const told = phrase`${said(reason)} (${count(models.length)})`
  return names === 0
    ? told
    : phrase`${told}: ${enumerate(
        models.map(({ model_name }) => name(model_name)),
        names,
      )}`
}

function noticeLine(notice: RunDocument['notices'][number], links: Links): Phrase {
  const place = placeOf(notice, links)
  return phrase`${words('Note:')} ${said(notice.message)}${place.length === 0 ? [] : phrase` (${place})`}`
}

/** For a pull request that touches no model. */
export function nothingTouched({ run }: Survey): readonly Markdown[] {
  const n = run.models.length
  if (n === 0) return [paragraph(words('The project has no models.'))]
  const what = n === 1 ? words('The one model does not depend') : phrase`None of the ${count(n)} models depends`
  return [paragraph(phrase`${what} on anything that this pull request changes.`)]
}

/** What was compared with what, where, and with which version of this program. */
export function footer(survey: Survey, { runUrl }: Links): Markdown {
  const { run } = survey
  const parts = [
    provenance(survey),
    phrase`environment ${name(run.create.branch_name, 80)}`,
    phrase`rocky-preview ${name(run.version, 40)}`,
    ...(runUrl === undefined ? [] : [link(runUrl, words('this run'))]),
  ]
  return small(joined(parts, ' · '))
}

/** `Compared main@9ac01de (merge base) with 1f3c9ab in 14 s`. */
export function provenance({ run: { refs, create, duration_ms: ms } }: Survey): Phrase {
  const base = isCommit(create.base_ref) ? short(refs.merge_base) : `${create.base_ref}@${short(refs.merge_base)}`
  return phrase`Compared ${name(base, 80)} (merge base) with ${short(refs.head)} in ${duration(ms)}`
}

const short = (commit: string): string => commit.slice(0, 7)
const isCommit = (ref: string): boolean => /^[0-9a-f]{7,64}$/.test(ref)
