import type { Links } from '../links.ts'
import type { Mark, Survey } from '../survey.ts'
import { count, counted, duration } from '../figures.ts'
import { headingPhrase, toldFirst, tell } from '../sections/top.ts'
import { joined, link, phrase, said, words } from '../phrase.ts'
import { marks } from '../survey.ts'
import { markWords } from './marks.ts'
import { placeOf } from '../links.ts'
import { plain } from '../text.ts'
import { provenance } from '../sections/rest.ts'
import { stackedBar } from './charts.ts'
import { markup, phraseHtml, text, type Html } from './html.ts'

/** The verdict, what went wrong outside any model, and what to look at first. */
export function topSection(survey: Survey, links: Links): Html {
  const { run, worst } = survey
  const failures = run.failures.map((failure) => {
    const place = placeOf(failure, links)
    return markup`<li>${phraseHtml(said(failure.message))} ${phraseHtml(place)} <span class="hint">${phraseHtml(said(failure.hint))}</span></li>`
  })
  const plan = run.plan_only
  const noData =
    plan === undefined
      ? []
      : [
          markup`<div class="card unsure"><b>No data were compared:</b> ${phraseHtml(said(plan.because))}<ul>${plan.remedy.map((line) => markup`<li>${phraseHtml(said(line))}</li>`)}</ul></div>`,
        ]
  return markup`<header class="top ${text(worst)}"><p class="kind">Data preview</p><h1>${text(marks[worst])} ${phraseHtml(headingPhrase(survey))}</h1><p class="provenance">${phraseHtml(provenance(survey))}${runLink(links)}</p></header>${
    failures.length === 0 ? [] : [markup`<div class="card broken"><b>What went wrong</b><ul>${failures}</ul></div>`]
  }${noData}${lookFirst(survey, links)}`
}

function runLink({ runUrl }: Links): Html {
  return runUrl === undefined ? markup`` : phraseHtml(phrase` · ${link(runUrl, words('this run'))}`)
}

function lookFirst(survey: Survey, links: Links): readonly Html[] {
  const told = toldFirst(survey)
  if (told.length === 0) return []
  const lines = told.map(
    (model) =>
      markup`<li><a class="mark ${text(model.mark)}" href="#${text(model.anchor)}">${text(markWords[model.mark])}</a> <span>${phraseHtml(tell(survey, model, links))}</span></li>`,
  )
  return [
    markup`<section class="card first" aria-labelledby="first"><h2 id="first">Look at first</h2><ul>${lines}</ul></section>`,
  ]
}

/** How many models have which mark: a bar, and the buttons that show only those. */
export function filterBar({ run, touched, untouched }: Survey): Html {
  const all = Math.max(1, run.models.length)
  const counts = (Object.keys(markWords) as Mark[]).map((mark) => ({
    mark,
    n: touched.filter((model) => model.mark === mark).length + (mark === 'untouched' ? untouched.length : 0),
  }))
  const drawn = stackedBar(
    plain(
      joined(
        counts.map(({ mark, n }) => phrase`${count(n)} ${words(markWords[mark])}`),
        ', ',
      ),
    ),
    counts.map(({ mark, n }) => ({ kind: mark, share: n / all })),
  )
  const chips = counts
    .filter(({ n }) => n > 0)
    .map(
      ({ mark, n }) =>
        markup`<button type="button" class="chip ${text(mark)}" data-filter="${text(mark)}" aria-pressed="false"><b>${text(plain(count(n)))}</b> ${text(markWords[mark])}</button>`,
    )
  return markup`<div class="spread">${drawn}</div><div class="tools" role="search"><label><span class="unseen">Search models, files and columns</span><input type="search" id="search" placeholder="Search models, files, columns  ( / )" autocomplete="off" spellcheck="false"/></label><div class="chips" role="group" aria-label="Show only">${chips}</div><button type="button" id="unfold" aria-pressed="false">Unfold all</button><p id="shown" role="status" aria-live="polite">${phraseHtml(counted(run.models.length, 'model'))}</p></div>`
}

/** When and with what. */
export function bottomSection({ run }: Survey): Html {
  return markup`<footer>Made by rocky-preview ${text(run.version, 40)} in ${phraseHtml(duration(run.duration_ms))}. This file holds everything it shows and loads nothing. Keys: <kbd>/</kbd> search, <kbd>j</kbd> and <kbd>k</kbd> next and previous model, <kbd>Enter</kbd> unfold, <kbd>Esc</kbd> clear.</footer>`
}
