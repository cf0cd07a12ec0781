import type { RunDocument } from '../survey.ts'
import { seedLines, seedSummary } from '../sections/seed-change.ts'
import { markup, phraseHtml, type Html } from './html.ts'

/** What the pull request's seed does without its code. */
export function seedChangeSection({ seed_change: change }: RunDocument): readonly Html[] {
  if (change === undefined) return []
  const lines = seedLines(change).map((line) => markup`<li>${phraseHtml(line)}</li>`)
  return [
    markup`<section aria-labelledby="seed"><h2 id="seed">Because the seed changed</h2><p>${phraseHtml(seedSummary(change))}. No verdict above counts any of this.</p><ul>${lines}</ul></section>`,
  ]
}
