import type { Links } from '../links.ts'
import type { Survey } from '../survey.ts'
import { reasonGroups } from '../sections/reasons.ts'
import { codeHtml, markup, joinedHtml, phraseHtml, text, type Html } from './html.ts'
import { placeOf } from '../links.ts'
import { said } from '../phrase.ts'

const MOST_NAMES = 200

/** What was not checked, what was not read, and what should be known beside: each with its reason. */
export function asideSection(survey: Survey, links: Links): readonly Html[] {
  const { unchecked, aside } = reasonGroups(survey)
  const { notices } = survey.run
  const groups = [
    ...unchecked.map((group) => ({ ...group, told: 'not checked: ' })),
    ...aside.map((group) => ({ ...group, told: '' })),
  ]
  if (groups.length + notices.length === 0) return []
  const lines = groups.map(({ reason, models, told }) => {
    const names = models
      .slice(0, MOST_NAMES)
      .map(({ model_name: name }, index) => markup`${text(index === 0 ? '' : ', ')}${codeHtml(name)}`)
    const left = models.length - names.length
    return markup`<li>${text(told)}${phraseHtml(said(reason))} <b>(${models.length})</b><details><summary>${text(models.length === 1 ? 'Which' : 'Which ones')}</summary>${joinedHtml(names)}${text(left > 0 ? ` and ${String(left)} more` : '')}</details></li>`
  })
  const notes = notices.map(
    (notice) => markup`<li>${phraseHtml(said(notice.message))} ${phraseHtml(placeOf(notice, links))}</li>`,
  )
  return [
    markup`<section aria-labelledby="aside"><h2 id="aside">Left aside, and why</h2><ul>${lines}</ul>${
      notes.length === 0 ? [] : [markup`<h3>Notes</h3><ul>${notes}</ul>`]
    }</section>`,
  ]
}
