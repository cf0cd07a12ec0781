import type { ModelRow } from '../../contract/model.ts'
import { count } from '../figures.ts'
import { plain } from '../text.ts'
import { codeHtml, markup, joinedHtml, text, type Html } from './html.ts'

type TestRow = NonNullable<ModelRow['tests']>[number]

const MOST_TESTS = 40
const MOST_KEYS = 5

/** Every test of a model, those that fail first. */
export function testSection({ tests = [] }: ModelRow): readonly Html[] {
  if (tests.length === 0) return []
  const shown = [...tests].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status)).slice(0, MOST_TESTS)
  const left = tests.length - shown.length
  return [
    markup`<section><h3>Tests</h3><div class="scroll" tabindex="0" role="group" aria-label="Tests"><table><thead><tr><th>Test</th><th>Result</th><th class="n">Base</th><th class="n">Pull request</th></tr></thead><tbody>${shown.map(line)}</tbody></table></div>${left > 0 ? [markup`<p class="note">${left} more are not shown.</p>`] : []}</section>`,
  ]
}

const order: readonly TestRow['status'][] = ['newly_failing', 'not_run', 'still_failing', 'fixed', 'passing']

const results = {
  newly_failing: ['broken', 'newly fails'],
  still_failing: ['differs', 'still fails'],
  fixed: ['same', 'fixed'],
  passing: ['same', 'passes'],
  not_run: ['unsure', 'not run'],
} as const satisfies Record<TestRow['status'], readonly [string, string]>

function line(test: TestRow): Html {
  const [mark, word] = results[test.status]
  const told =
    test.status === 'not_run' ? markup`${text(test.reason ?? '')}` : figure(test.failing_rows_head, test.observed_head)
  return markup`<tr><th scope="row">${codeHtml(test.name)}${keysHtml(test)}</th><td><span class="mark ${text(mark)}">${text(word)}</span></td><td class="n">${figure(test.failing_rows_base, test.observed_base)}</td><td class="n">${told}</td></tr>`
}

function figure(failing: TestRow['failing_rows_head'], observed: string | undefined): Html {
  if (observed !== undefined) return codeHtml(observed, 60)
  return markup`${text(failing === undefined ? '–' : plain(count(failing)))}`
}

function keysHtml({ keys = [], missing = [], unexpected = [] }: TestRow): readonly Html[] {
  const rows = [...keys, ...missing, ...unexpected].slice(0, MOST_KEYS)
  return rows.map((row) => {
    const cells = row.map(
      ({ column, value, is_null: isNull }, index) =>
        markup`${text(index === 0 ? '' : ', ')}${codeHtml(column)} = ${isNull === true ? markup`<i>NULL</i>` : codeHtml(value, 60)}`,
    )
    return markup`<small class="key">${joinedHtml(cells)}</small>`
  })
}
