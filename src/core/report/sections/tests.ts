import type { Markdown, TableColumn } from '../markdown.ts'
import type { ModelRow } from '../../contract/model.ts'
import { bullets, paragraph, table } from '../markdown.ts'
import { count } from '../figures.ts'
import { enumerate, joined, name, phrase, said, strong, words, type Phrase } from '../phrase.ts'

type TestRow = NonNullable<ModelRow['tests']>[number]

/** Tests listed for a model, and rows shown of each. */
const testsShown = 12
const rowsShown = 3
const widestValue = 60

/** All tests of a run in one line; nothing where none were asked for. */
export function testsLine(models: readonly ModelRow[]): readonly Markdown[] {
  const tests = models.flatMap((row) => row.tests ?? [])
  if (tests.length === 0) return []
  const parts = statuses.flatMap(([status, one, many]) => {
    const n = tests.filter((test) => test.status === status).length
    return n === 0 ? [] : [phrase`${count(n)} ${words(n === 1 ? one : many)}`]
  })
  return [paragraph(phrase`${strong(words('Tests:'))} ${joined(parts, ', ')}`)]
}

const statuses = [
  ['newly_failing', 'newly fails', 'newly fail'],
  ['not_run', 'not run', 'not run'],
  ['still_failing', 'still fails', 'still fail'],
  ['fixed', 'fixed', 'fixed'],
  ['passing', 'passes', 'pass'],
] as const satisfies readonly (readonly [TestRow['status'], string, string])[]

/** What of a model's tests and contract must be told beside its name. */
export function checksStory({ findings }: ModelRow): readonly Phrase[] {
  const told = findings.filter(({ code, severity }) => tellCodes.includes(code) && severity !== 'info')
  return told.length === 0
    ? []
    : [
        enumerate(
          told.map(({ message }) => said(message)),
          2,
        ),
      ]
}

const tellCodes = ['test.failed', 'test.not-run', 'contract.broken']

/** Whether a test of the model has something to tell. That none ran because the model was not built is told of the model. */
export function hasTestNews({ tests = [], findings, verdict }: ModelRow): boolean {
  const failed = tests.some(({ status }) => status !== 'passing' && status !== 'not_run')
  const unable = findings.some(({ code }) => code === 'test.not-run')
  return failed || unable || (verdict === 'not_affected' && tests.some(({ status }) => status === 'not_run'))
}

/** The tests of a model that do not simply pass, worst first, and the rows that tell why. */
export function testTable(row: ModelRow): readonly Markdown[] {
  const { tests = [] } = row
  const order = statuses.map(([status]) => status)
  const news = tests
    .filter(({ status }) => status !== 'passing')
    .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
  if (!hasTestNews(row)) return []
  const shown = news.slice(0, testsShown)
  const passing = tests.length - news.length
  const left = [
    ...(news.length > shown.length ? [phrase`${count(news.length - shown.length)} more like these`] : []),
    ...(passing > 0 ? [phrase`${count(passing)} more ${words(passing === 1 ? 'passes' : 'pass')}`] : []),
  ]
  const examples = shown.flatMap(exampleLines)
  return [
    table(columns, shown.map(testLine)),
    ...(examples.length === 0 ? [] : [bullets(examples)]),
    ...(left.length === 0 ? [] : [paragraph(phrase`${joined(left, ', ')}.`)]),
  ]
}

const columns: readonly TableColumn[] = [
  { title: words('Test') },
  { title: words('Result') },
  { title: words('Base'), align: 'right' },
  { title: words('PR'), align: 'right' },
]

function testLine(test: TestRow): readonly Phrase[] {
  const severity = test.severity === 'warning' ? words(', a warning') : []
  const stored = test.on_stored_rows === true ? words(', on what the warehouse holds') : []
  return [
    name(test.name, widestValue),
    phrase`${words(results[test.status])}${severity}${stored}`,
    figure(test.failing_rows_base, test.observed_base),
    test.status === 'not_run' ? said(test.reason ?? '') : figure(test.failing_rows_head, test.observed_head),
  ]
}

const results = {
  newly_failing: 'newly fails',
  still_failing: 'still fails',
  fixed: 'fixed',
  passing: 'passes',
  not_run: 'not run',
} as const satisfies Record<TestRow['status'], string>

function figure(failing: TestRow['failing_rows_head'], observed: string | undefined): Phrase {
  if (observed !== undefined) return name(observed, widestValue)
  return failing === undefined ? words('–') : count(failing)
}

function exampleLines({ name: test, keys = [], missing = [], unexpected = [] }: TestRow): readonly Phrase[] {
  const groups = [
    { title: 'for example', rows: keys },
    { title: 'missing', rows: missing },
    { title: 'not expected', rows: unexpected },
  ].filter(({ rows }) => rows.length > 0)
  return groups.map(
    ({ title, rows }) =>
      phrase`${name(test, widestValue)} ${words(title)}: ${joined(rows.slice(0, rowsShown).map(rowPhrase), '; ')}`,
  )
}

function rowPhrase(row: NonNullable<TestRow['keys']>[number]): Phrase {
  return enumerate(
    row.map(({ column, value, is_null }) => {
      const shown = is_null === true ? words('NULL') : value === '' ? words('(empty)') : name(value, widestValue)
      return phrase`${name(column, widestValue)} = ${shown}`
    }),
    6,
  )
}
