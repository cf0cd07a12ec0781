import type { Links } from '../links.ts'
import { survey, type RunDocument } from '../survey.ts'
import { plain } from '../text.ts'
import { headingPhrase } from '../sections/top.ts'
import { asideSection } from './aside.ts'
import { client } from './client.ts'
import { contentPolicy } from './policy.ts'
import { costSection } from './cost.ts'
import { declaredSection } from './declared.ts'
import { lineageSection } from './lineage.ts'
import { modelTable } from './models.ts'
import { seedChangeSection } from './seed-change.ts'
import { style, styleWithoutScript } from './style.ts'
import { bottomSection, filterBar, topSection } from './top.ts'
import { markup, text, type Html } from './html.ts'

/**
 * The whole run as one HTML file that loads nothing: made from the run document alone, the same bytes for the same document.
 * Without scripts it can be read; with them it can be searched, sorted and filtered.
 */
export function renderHtml(run: RunDocument, links: Links = {}): string {
  const view = survey(run)
  const script = `(${String(client)})(document,window)`
  const policy = contentPolicy({ scripts: [script], styles: [style, styleWithoutScript] })
  const title = plain(headingPhrase(view))
  const models =
    run.models.length === 0
      ? markup`<p>The project has no models.</p>`
      : markup`<section aria-labelledby="models"><h2 id="models">Models</h2>${filterBar(view)}<div class="scroll wide" tabindex="0" role="region" aria-label="Table of models">${modelTable(view, links)}</div><p id="nothing" hidden>No model is like that.</p></section>`
  const cost = run.plan_only === undefined ? costSection(run.cost) : []
  const body = markup`<main>${topSection(view, links)}${declaredSection(run, links)}${lineageSection(view)}${models}${cost}${seedChangeSection(run)}${asideSection(view, links)}</main>${bottomSection(view)}`
  return `<!doctype html>\n${markup`<html lang="en"><head><meta charset="utf-8" /><meta http-equiv="Content-Security-Policy" content="${policyText(policy)}" /><meta name="viewport" content="width=device-width,initial-scale=1" /><meta name="color-scheme" content="light dark" /><meta name="referrer" content="no-referrer" /><title>${text(title)}</title><style>${own(style)}</style><noscript><style>${own(styleWithoutScript)}</style></noscript></head><body>${body}<script>${own(script)}</script></body></html>`}\n`
}

/** Ours, and read by the browser as it stands: it must not be escaped. */
const own = (source: string): Html => source as Html
const policyText = (policy: string): Html => policy.replaceAll('"', '&quot;') as Html
