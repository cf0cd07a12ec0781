import type { Phrase, Piece } from './phrase.ts'
import type { RunDocument, Survey } from './survey.ts'
import { breachLines, costLine, expectedLine } from './sections/cost.ts'
import { seedLines, seedSummary } from './sections/seed-change.ts'
import { expectationLines } from './sections/expectations.ts'
import { firstBreaking, story } from './story.ts'
import { formatLocation } from '../base/location.ts'
import { survey, type Mark } from './survey.ts'
import { visible } from './escape.ts'
import { unreachable } from '../base/unreachable.ts'

/** The run document for a terminal: plain text, in which nothing that came from outside can move the cursor. */
export function renderText(run: RunDocument): string {
  const view = survey(run)
  const blocks = [
    [plain([{ kind: 'said', text: run.headline }])],
    run.failures.map(
      ({ message, hint, path, line }) => `✗ ${shown(message)}${inBrackets(path, line)}\n  ${shown(hint)}`,
    ),
    run.plan_only === undefined
      ? []
      : [
          `No data were compared: ${shown(run.plan_only.because)}`,
          ...run.plan_only.remedy.map((line) => `  ${shown(line)}`),
        ],
    explanationLines(run),
    expectationLines(run, shown),
    modelLines(view),
    stepLines(run),
    testLines(run),
    seedChangeLines(run),
    breachLines(run.cost).map(plain),
    run.plan_only !== undefined || run.cost.per_model.length === 0 ? [] : [`Cost: ${plain(costLine(run.cost))}`],
    expectedLines(run),
    run.notices.map(({ message }) => `Note: ${shown(message)}`),
    view.untouched.length === 0 ? [] : [`${String(view.untouched.length)} not affected.`],
    [
      `Compared ${run.refs.merge_base.slice(0, 7)} (merge base) with ${run.refs.head.slice(0, 7)}; environment ${shown(run.create.branch_name)}.`,
    ],
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function expectedLines({ plan_only: plan, cost }: RunDocument): readonly string[] {
  const line = plan === undefined ? undefined : expectedLine(cost)
  return line === undefined ? [] : [`${plain(line)}.`]
}

function explanationLines({ explanation }: RunDocument): readonly string[] {
  if (explanation === undefined) return []
  const { model_name: name, because, path } = explanation
  return [
    `${visible(name, 60)}: ${shown(because)}`,
    ...path.map((step, index) => `${'  '.repeat(index + 1)}${shown(step)}`),
  ]
}

function stepLines({ steps = [] }: RunDocument): readonly string[] {
  return steps.map(({ model_name: name, side, sql }, index) => {
    const text = sql.split('\n').map((line) => `    ${visible(line, 1_000)}`)
    return [`${String(index + 1)}. ${visible(name, 60)}, ${side}`, ...text].join('\n')
  })
}

const signs = { broken: '✗', differs: '≠', unsure: '?', same: '=', untouched: '·' } as const satisfies Record<
  Mark,
  string
>

function modelLines({ touched }: Survey): readonly string[] {
  const width = Math.min(40, Math.max(0, ...touched.map(({ row }) => row.model_name.length)))
  return touched.map(({ row, mark }) => {
    const finding = firstBreaking(row)
    const place = row.verdict === 'failed' ? inBrackets(finding?.path, finding?.line) : ''
    const hint = row.verdict === 'failed' && finding?.hint !== undefined ? `\n  ${shown(finding.hint)}` : ''
    return `${signs[mark]} ${visible(row.model_name, 60).padEnd(width)}  ${plain(story(row))}${place}${hint}`
  })
}

/** Tests that fail newly, one a line. */
function testLines({ models }: RunDocument): readonly string[] {
  return models.flatMap(({ model_name, tests = [] }) =>
    tests
      .filter(({ status }) => status === 'newly_failing')
      .map(({ name, path, line }) => {
        return `✗ ${visible(model_name, 60)}: ${visible(name, 60)} newly fails${inBrackets(path, line)}`
      }),
  )
}

function seedChangeLines({ seed_change: change }: RunDocument): readonly string[] {
  if (change === undefined) return []
  return [
    `Because the seed changed, apart from the code: ${plain(seedSummary(change))}`,
    ...seedLines(change).map((line) => `  ${plain(line)}`),
  ]
}

/** ` (models/m.sql:3)`; nothing where there is no place. */
function inBrackets(path: string | undefined, line: number | undefined): string {
  return path === undefined ? '' : ` (${shown(formatLocation({ path, ...(line !== undefined && { line }) }))})`
}

/** Words without marks, for a terminal. */
export function plain(text: Phrase): string {
  return text.map(plainPiece).join('')
}

function plainPiece(piece: Piece): string {
  switch (piece.kind) {
    case 'words':
      return piece.text
    case 'name':
      return visible(piece.text, piece.cap)
    case 'said':
      return shown(piece.text)
    case 'strong':
    case 'link':
      return plain(piece.phrase)
    default:
      return unreachable(piece)
  }
}

export const shown = (text: string): string => visible(text, 1_000)
