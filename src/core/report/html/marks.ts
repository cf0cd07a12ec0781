import type { ModelRow } from '../../contract/model.ts'
import type { Mark } from '../survey.ts'
import { markup, text, type Html } from './html.ts'

/** What a mark is called where there is no room for more. */
export const markWords = {
  broken: 'broken',
  differs: 'differs',
  unsure: 'not checked',
  same: 'identical or new',
  untouched: 'not affected',
} as const satisfies Record<Mark, string>

/** A mark with its word; of a model that came, that word. */
export function marked(mark: Mark, { verdict, change }: Pick<ModelRow, 'verdict' | 'change'>): Html {
  const word =
    verdict === 'added'
      ? 'new'
      : verdict === 'removed'
        ? 'removed'
        : verdict === 'identical'
          ? 'identical'
          : change === 'metadata' && mark === 'untouched'
            ? 'settings only'
            : markWords[mark]
  return markup`<span class="mark ${text(mark)}">${text(word)}</span>`
}
