import type { Expectations } from '../../contract/expectations.ts'
import type { Links } from '../links.ts'
import type { RunDocument } from '../survey.ts'
import { placeOf } from '../links.ts'
import { said } from '../phrase.ts'
import { codeHtml, markup, phraseHtml, text, type Html } from './html.ts'

type Status = Expectations['declarations'][number]['status']

/** What the pull request declares, and what was measured; what cannot be read of it first. */
export function declaredSection({ expectations }: RunDocument, links: Links): readonly Html[] {
  if (expectations === undefined) return []
  const faults = expectations.faults.map(
    (fault) =>
      markup`<li><span class="mark broken">cannot be read</span> ${phraseHtml(said(fault.message))} ${phraseHtml(placeOf(fault, links))}</li>`,
  )
  const order: readonly Status[] = ['broken', 'not_checked', 'as_declared']
  const lines = [...expectations.declarations]
    .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
    .map(({ status, text: declared, detail, path, line }) => {
      const [mark, word] = marks[status]
      return markup`<li><span class="mark ${text(mark)}">${text(word)}</span> ${codeHtml(declared)} — ${phraseHtml(said(detail))} ${phraseHtml(placeOf({ path, line }, links))}</li>`
    })
  return [
    markup`<section class="card" aria-labelledby="declared"><h2 id="declared">Declared in this pull request</h2><ul>${faults}${lines}</ul></section>`,
  ]
}

const marks = {
  broken: ['broken', 'broken'],
  not_checked: ['unsure', 'not checked'],
  as_declared: ['same', 'as declared'],
} as const satisfies Record<Status, readonly [string, string]>
