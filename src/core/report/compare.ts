import type { CompareOutput } from '../contract/compare.ts'
import type { ModelRow } from '../contract/model.ts'
import { descending, story } from './story.ts'
import { comparisonBlocks, comparisonFacts } from './sections/details.ts'
import { count } from './figures.ts'
import { document, heading, paragraph } from './markdown.ts'
import { name, phrase, said, words } from './phrase.ts'
import { plain, shown } from './text.ts'

/** The document of `compare` for a pull request or a page. */
export function renderCompareMarkdown(output: CompareOutput): string {
  const row = rowOf(output)
  const title = phrase`${name(output.base)} → ${name(output.head)}: ${words(verdicts[output.verdict])}`
  return document([
    heading(title),
    paragraph(story(row).length === 0 ? said(evidenceOf(output)) : phrase`${story(row)}. ${said(evidenceOf(output))}`),
    ...comparisonBlocks(row, output.samples ?? [], {}),
  ])
}

/** The same for a terminal. */
export function renderCompareText(output: CompareOutput): string {
  const row = rowOf(output)
  const columns = [...(output.columns ?? [])]
    .filter(({ change, rows_changed }) => change !== 'same' || (rows_changed ?? 0) !== 0)
    .sort((a, b) => descending(a.rows_changed ?? 0, b.rows_changed ?? 0))
  const lines = [
    `${signs[output.verdict]} ${shown(output.base)} → ${shown(output.head)}: ${verdicts[output.verdict]}`,
    ...(story(row).length === 0 ? [] : [`  ${plain(story(row))}`]),
    `  ${shown(evidenceOf(output))}`,
    ...comparisonFacts(row, {}).map((fact) => `  ${plain(fact)}`),
    ...columns.slice(0, COLUMNS).map((column) => `  ${columnLine(column)}`),
    ...(columns.length > COLUMNS ? [`  and ${String(columns.length - COLUMNS)} more columns that differ`] : []),
    ...(output.samples ?? []).slice(0, SAMPLES).map((sample) => `  ${sampleLine(sample)}`),
  ]
  return `${lines.join('\n')}\n`
}

const COLUMNS = 20
const SAMPLES = 10
const CHANGES = 4

const verdicts = { changed: 'differs', identical: 'identical', not_checked: 'not checked' } as const
const signs = { changed: '≠', identical: '=', not_checked: '?' } as const

function columnLine({
  name: column,
  change,
  type_base = '',
  type_head = '',
  rows_changed,
  facts,
}: NonNullable<CompareOutput['columns']>[number]): string {
  const type = change === 'retyped' ? `${type_base} → ${type_head}` : type_base === '' ? type_head : type_base
  const rows = rows_changed === undefined ? '' : `, ${plain(count(rows_changed))} rows differ`
  return `${shown(column)}: ${change === 'same' ? '' : `${change}, `}${shown(type)}${rows}${factsOf(facts)}`
}

/** What moved, before → after. */
function factsOf(facts: NonNullable<CompareOutput['columns']>[number]['facts']): string {
  if (facts === undefined) return ''
  const moved = (['nulls', 'distinct', 'min', 'max', 'mean', 'sum'] as const).flatMap((name) => {
    const [was, is] = [String(facts.base[name] ?? ''), String(facts.head[name] ?? '')]
    const isAbout = [facts.base, facts.head].some((each) => each.distinct_is_about === true)
    return was === is
      ? []
      : [`${name === 'distinct' && isAbout ? 'about distinct' : name} ${shown(was)} → ${shown(is)}`]
  })
  return moved.map((fact) => `; ${fact}`).join('')
}

function sampleLine({ kind, primary_key, changes }: NonNullable<CompareOutput['samples']>[number]): string {
  const value = (text: string, isNull: true | undefined): string =>
    isNull === true ? 'NULL' : shown(text).slice(0, 60)
  const told = changes.slice(0, CHANGES).map(({ column, base_value, branch_value, base_is_null, branch_is_null }) => {
    const [was, is] = [value(base_value, base_is_null), value(branch_value, branch_is_null)]
    return `${shown(column)} ${kind === 'added' ? is : kind === 'removed' ? was : `${was} → ${is}`}`
  })
  const more = changes.length > CHANGES ? `, and ${String(changes.length - CHANGES)} more` : ''
  return `${kind} ${shown(primary_key).slice(0, 60)}: ${told.join(', ')}${more}`
}

function evidenceOf({ evidence, method }: CompareOutput): string {
  const how = method === undefined ? '' : ` (${method.name}: ${method.because})`
  const detail = `${evidence.detail.slice(0, 1).toUpperCase()}${evidence.detail.slice(1)}`
  return `${detail}${evidence.kind === 'measured' ? how : ''}.`
}

/** A comparison as the report knows it: a model that was edited. */
function rowOf(output: CompareOutput): ModelRow {
  const { verdict, evidence, columns, rows, key, method, severity, findings } = output
  const { unchecked_columns, sample, rows_within_tolerance, explained } = output
  return {
    model_name: output.head,
    inputs: [],
    change: 'edited',
    reason: 'changed',
    ...{ verdict, evidence, columns, rows, key, method, severity, findings },
    ...{ unchecked_columns, sample, rows_within_tolerance, explained },
  }
}
