import type { Links } from '../links.ts'
import type { SourceRow } from '../../contract/sources.ts'
import type { Touched } from '../survey.ts'
import { columnSection } from './columns.ts'
import { comparisonFacts } from '../sections/details.ts'
import { explainSection } from './explain.ts'
import { firstBreaking, story } from '../story.ts'
import { markup, phraseHtml, type Html } from './html.ts'
import { placeOf } from '../links.ts'
import { said } from '../phrase.ts'
import { sampleSection } from './samples.ts'
import { sourceDiff } from './source.ts'
import { testSection } from './tests.ts'

/** How much of a model is told: where there is less room, first its SQL goes, then its rows. */
export type Depth = 'all' | 'without-sql' | 'short'

/** All that is known of one model. */
export function modelDetails(model: Touched, source: SourceRow | undefined, links: Links, depth: Depth): Html {
  const { row, samples } = model
  const facts = comparisonFacts(row, links)
  const tale = story(row)
  const breaking = row.verdict === 'failed' ? firstBreaking(row) : undefined
  const place = breaking === undefined ? [] : placeOf({ path: breaking.path ?? row.path, line: breaking.line }, links)
  const hint =
    breaking?.hint === undefined
      ? []
      : [markup`<p class="hint">${phraseHtml(said(breaking.hint))} ${phraseHtml(place)}</p>`]
  const short = [
    markup`<p class="story">${phraseHtml(tale)}</p>`,
    ...hint,
    markup`<ul class="facts">${facts.map((fact) => markup`<li>${phraseHtml(fact)}</li>`)}</ul>`,
  ]
  if (depth === 'short') {
    return markup`${short}<p class="note">Columns, rows and SQL were left out of this file for its size; they are in the JSON document.</p>`
  }
  const sql =
    depth === 'all' ? sourceDiff(source) : [markup`<p class="note">The SQL was left out of this file for its size.</p>`]
  return markup`${short}${explainSection(row)}${columnSection(row)}${sampleSection(samples)}${testSection(row)}${sql}`
}
