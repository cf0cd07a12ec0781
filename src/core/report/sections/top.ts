import type { Links } from '../links.ts'
import type { Markdown } from '../markdown.ts'
import type { RunDocument, Survey, Touched } from '../survey.ts'
import { bullets, heading, paragraph, quote } from '../markdown.ts'
import { count } from '../figures.ts'
import { enumerate, joined, name, phrase, said, strong, words, type Phrase } from '../phrase.ts'
import { firstBreaking, story } from '../story.ts'
import { costHeadline } from './cost.ts'
import { marks, uncheckedReaders } from '../survey.ts'
import { most } from '../fit.ts'
import { placeOf } from '../links.ts'
import { brokenDeclarations } from '../../contract/expectations.ts'
import { brokenTally, tally } from '../../contract/headline.ts'

/** How many models are told of before the table. */
const first = 4

/** The verdict, in one line. */
export function verdictHeading(survey: Survey): Markdown {
  return heading(phrase`${words(marks[survey.worst])} ${headingPhrase(survey)}`)
}

/** The verdict without its mark. */
export function headingPhrase({ run }: Survey): Phrase {
  const counts = [
    ...brokenTally(brokenDeclarations(run.expectations)),
    ...tally(run.models, run.plan_only === undefined ? 'measured' : 'plan-only'),
  ].map(words)
  const stopped = run.failures.length > 0 ? [words('The run did not finish')] : []
  const plan = run.plan_only === undefined ? [] : [words('Plan only, no data compared')]
  const none = counts.length === 0 && stopped.length === 0 && plan.length === 0 ? [words('No model is affected')] : []
  return joined([...stopped, ...plan, ...none, ...counts, ...costHeadline(run.cost)], ' · ')
}

/** What went wrong, why there are no data, and what to look at first. */
export function opening(survey: Survey, links: Links, room: number): readonly Markdown[] {
  const { run } = survey
  const failures = run.failures.slice(0, first)
  const stopped = most(failures.length, room, (n) => runFailures(failures.slice(0, n), links))
  const fixed = [...stopped, ...planOnly(survey)]
  const told = toldFirst(survey)
  return most(told.length, room, (shown) => [...fixed, ...lookAt(survey, told.slice(0, shown), links)])
}

function runFailures(failures: RunDocument['failures'], links: Links): readonly Markdown[] {
  if (failures.length === 0) return []
  const shown = failures.map((failure) => {
    const place = placeOf(failure, links)
    return phrase`🔴 ${said(failure.message)}${place.length === 0 ? [] : phrase` (${place})`} → ${said(failure.hint)}`
  })
  return [bullets(shown)]
}

function planOnly({ run: { plan_only: plan } }: Survey): readonly Markdown[] {
  if (plan === undefined) return []
  const remedy = plan.remedy.slice(0, 3).map(said)
  const because = phrase`No data were compared: ${said(plan.because)}`
  return [quote([phrase`${strong(because)}`, ...remedy])]
}

/** The worst models that have something to tell; of those that are left unchecked or fail alike the first. */
export function toldFirst({ touched }: Survey): readonly Touched[] {
  return distinctFaults(
    touched.filter(({ mark }) => mark === 'broken' || mark === 'differs' || mark === 'unsure'),
  ).slice(0, first)
}

function distinctFaults(models: readonly Touched[]): readonly Touched[] {
  const seen = new Set<string>()
  return models.filter((model) => {
    const fault = faultOf(model)
    if (fault === undefined) return true
    const isNew = !seen.has(fault)
    seen.add(fault)
    return isNew
  })
}

/** Why a model does not build, or could not be checked. Undefined for one that was. */
function faultOf({ row }: Touched): string | undefined {
  if (row.verdict === 'not_checked') return `not checked: ${row.evidence.detail}`
  return row.verdict === 'failed' ? firstBreaking(row)?.message : undefined
}

/** The models of which the same is said. */
function alike({ touched }: Survey, model: Touched): readonly Touched[] {
  const fault = faultOf(model)
  return fault === undefined ? [] : touched.filter((other) => other !== model && faultOf(other) === fault)
}

function lookAt(survey: Survey, told: readonly Touched[], links: Links): readonly Markdown[] {
  const stirring = survey.touched.filter(({ mark }) => mark === 'broken' || mark === 'differs')
  const known = new Set(told.flatMap((model) => [model, ...alike(survey, model)]))
  const left = stirring.filter((model) => !known.has(model)).length
  const [only] = told
  if (only === undefined) return []
  if (survey.run.plan_only !== undefined && only.mark === 'unsure') return []
  if (told.length === 1 && left === 0)
    return [quote([phrase`${strong(words('Look at'))} ${tell(survey, only, links)}`])]
  const more = left > 0 ? [phrase`and ${count(left)} more below`] : []
  return [
    paragraph(strong(words('Look at first'))),
    bullets([...told.map((model) => phrase`${words(marks[model.mark])} ${tell(survey, model, links)}`), ...more]),
  ]
}

/** A model's name and story; of a failure also the place, what to do, and who could not be checked. */
export function tell(survey: Survey, model: Touched, links: Links): Phrase {
  const { row } = model
  const told = phrase`${strong(name(row.model_name))} ${row.verdict === 'failed' ? [] : words('— ')}${story(row)}`
  const same = alike(survey, model).map((other) => name(other.row.model_name))
  if (row.verdict !== 'failed') return same.length === 0 ? told : phrase`${told} · the same: ${enumerate(same, 3)}`
  const finding = firstBreaking(row)
  const place = placeOf({ path: finding?.path ?? row.path, line: finding?.line }, links)
  const readers = uncheckedReaders(survey, row.model_name).map((reader) => name(reader))
  const hint = finding?.hint === undefined ? [] : phrase` → ${said(finding.hint)}`
  const unread = readers.length === 0 ? [] : phrase` · not checked because of it: ${enumerate(readers, 3)}`
  const others =
    same.length === 0 ? [] : phrase` · ${words(same.length === 1 ? 'fails' : 'fail')} alike: ${enumerate(same, 3)}`
  return phrase`${told}${place.length === 0 ? [] : phrase` (${place})`}${hint}${others}${unread}`
}

/** Failures and breaking changes that the opening had no room for. */
export function attention(survey: Survey, links: Links, room: number): readonly Markdown[] {
  const shown = new Set(toldFirst(survey).flatMap((model) => [model, ...alike(survey, model)]))
  const rest = distinctFaults(
    survey.touched.filter(
      (model) => !shown.has(model) && (model.mark === 'broken' || model.row.severity === 'breaking'),
    ),
  )
  if (rest.length === 0) return []
  return most(rest.length, room, (n) => [
    paragraph(strong(words('Also needs attention'))),
    bullets([
      ...rest.slice(0, n).map((model) => phrase`${words(marks[model.mark])} ${tell(survey, model, links)}`),
      ...(n < rest.length ? [phrase`and ${count(rest.length - n)} more`] : []),
    ]),
  ])
}
