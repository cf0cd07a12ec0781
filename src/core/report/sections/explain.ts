import { grouped } from '../../base/grouped.ts'
import type { Markdown, TableColumn } from '../markdown.ts'
import type { ModelRow } from '../../contract/model.ts'
import { paragraph, table } from '../markdown.ts'
import { count, counted, share } from '../figures.ts'
import { enumerate, joined, name, phrase, said, words, type Phrase } from '../phrase.ts'

type Explained = NonNullable<ModelRow['explained']>
type Column = NonNullable<ModelRow['columns']>[number]

/** Columns whose facts are listed, at most. */
const widest = 12
/** Longest value, in characters. */
const widestValue = 60

/** A sentence each: where the rows live that differ, which join multiplied them, how totals moved, which values came and went. */
export function explainedFacts({ explained }: Pick<ModelRow, 'explained'>): readonly Phrase[] {
  if (explained === undefined) return []
  const { where = [], fan_out = [], bridges = [], top_values = [], left_out } = explained
  return [
    ...fan_out.map(fanOutLine),
    ...where.map(whereLine),
    ...bridges.map(bridgeLine),
    ...top_values.map(topLine),
    ...(left_out === undefined ? [] : [phrase`Not looked at more closely: ${said(left_out)}.`]),
  ]
}

/** `, all with currency = CAD`, where that is so of every row of the kind. */
export function allWith({ explained }: Pick<ModelRow, 'explained'>, kind: 'added' | 'removed' | 'changed'): Phrase {
  const found = explained?.where?.find(
    (where) => where.kind === kind && String(where.rows) === String(where.rows_meeting),
  )
  return found === undefined ? [] : phrase`, all with ${conditionPhrase(found.column, found.condition)}`
}

/** `sum of net_amount −1.2 %`: of the first total that moved. */
export function sumStory({ explained }: Pick<ModelRow, 'explained'>): readonly Phrase[] {
  const [bridge] = explained?.bridges ?? []
  if (bridge?.shares === undefined) return []
  const { added, removed, changed } = bridge.shares
  const net = added - removed + changed
  return net === 0 ? [] : [phrase`sum of ${name(bridge.column, widestValue)} ${percent(net)}`]
}

function whereLine({
  kind,
  column,
  condition,
  rows,
  rows_meeting,
  meeting,
}: NonNullable<Explained['where']>[number]): Phrase {
  const isAll = String(rows) === String(rows_meeting)
  const subject = isAll
    ? phrase`All ${count(rows)} ${words(kind)} rows`
    : phrase`${count(rows_meeting)} of ${count(rows)} ${words(kind)} rows (${share(rows_meeting, rows)})`
  const had = kind === 'removed' ? words('had') : words('have')
  const others =
    String(meeting) === String(rows_meeting)
      ? phrase`, and every such row was ${words(kind)}`
      : phrase`, as do ${count(String(BigInt(meeting) - BigInt(rows_meeting)))} other rows (${share(rows_meeting, meeting)} of such rows ${words(kind)})`
  return phrase`${subject} ${had} ${conditionPhrase(column, condition)}${others}.`
}

/** A value that may not be shown is named by what it is. */
function conditionPhrase(
  column: string,
  { kind, value, from, to }: NonNullable<Explained['where']>[number]['condition'],
): Phrase {
  const of = name(column, widestValue)
  switch (kind) {
    case 'null':
      return phrase`NULL in ${of}`
    case 'not_null':
      return phrase`a value in ${of}`
    case 'value':
      return value === undefined ? phrase`one value of ${of}` : phrase`${of} = ${valuePhrase(value)}`
    case 'other_than':
      return value === undefined ? phrase`any value of ${of} but one` : phrase`${of} other than ${valuePhrase(value)}`
    case 'range':
      if (from === undefined && to === undefined) return phrase`one range of ${of}`
      if (from === undefined) return phrase`${of} up to ${valuePhrase(to ?? '')}`
      return to === undefined
        ? phrase`${of} from ${valuePhrase(from)} on`
        : phrase`${of} from ${valuePhrase(from)} to ${valuePhrase(to)}`
  }
}

function fanOutLine({ relation, columns, keys, rows, examples }: NonNullable<Explained['fan_out']>[number]): Phrase {
  const shown = examples.flatMap(({ key, rows: times }) =>
    key.some(({ value }) => value === undefined)
      ? []
      : [
          phrase`${joined(
            key.map(({ value }) => valuePhrase(value ?? null)),
            ', ',
          )} (${counted(times, 'row')})`,
        ],
  )
  const such = shown.length === 0 ? [] : phrase`, such as ${enumerate(shown)}`
  return phrase`The join with ${name(relation, widestValue)} multiplies rows: ${counted(keys, 'key')} of ${enumerate(columns.map((column) => name(column, widestValue)))} ${words(BigInt(keys) === 1n ? 'occurs' : 'occur')} more than once there, in ${counted(rows, 'row')}${such}.`
}

function bridgeLine({ column, exact, amounts, shares }: NonNullable<Explained['bridges']>[number]): Phrase {
  const net = shares === undefined ? [] : percent(shares.added - shares.removed + shares.changed)
  const title = phrase`Sum of ${name(column, widestValue)}`
  if (amounts === undefined) {
    if (shares === undefined) return phrase`${title} moved.`
    const parts = steps.flatMap(([step, sign]) =>
      shares[step] === 0 ? [] : [phrase`${percent(sign * shares[step])} from ${words(step)} rows`],
    )
    return phrase`${title}: ${net} (${enumerate(parts)}).`
  }
  const moves = steps.flatMap(([step, sign]) => {
    if (Number(amounts[step]) === 0) return []
    const isUp = sign * Number(amounts[step]) > 0
    return [phrase` ${words(isUp ? '+' : '−')} ${amount(amounts[step].replace('-', ''))} (${words(step)})`]
  })
  const sum = phrase`${amount(amounts.before)}${joined(moves, '')} = ${amount(amounts.after)}`
  const change = shares === undefined ? [] : phrase`, ${net}`
  return phrase`${title}: ${sum}${change}${words(exact ? '' : ', rounded')}.`
}

const steps = [
  ['removed', -1],
  ['added', 1],
  ['changed', 1],
] as const

/** `+1.2 %`; never 0 % of what moved. */
function percent(share: number): Phrase {
  const digits = Math.abs(share * 100)
  const text = digits === 0 ? '0' : digits < 0.01 ? '< 0.01' : String(Number(digits.toFixed(2)))
  return words(`${share > 0 ? '+' : share < 0 ? '−' : ''}${text} %`)
}

/** A decimal of ours, its thousands apart. */
function amount(text: string): Phrase {
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return name(text, widestValue)
  const [whole = '', fraction] = text.replace('-', '').split('.')
  return words(`${text.startsWith('-') ? '−' : ''}${grouped(whole)}${fraction === undefined ? '' : `.${fraction}`}`)
}

function topLine({ column, values }: NonNullable<Explained['top_values']>[number]): Phrase {
  const parts = values.map(({ value, base, head }) => {
    const counts = phrase`${count(base)} → ${count(head)}`
    return value === undefined ? counts : phrase`${valuePhrase(value)} ${counts}`
  })
  const what = values.every(({ value }) => value === undefined) ? phrase`Rows by value of` : phrase`Values of`
  return phrase`${what} ${name(column, widestValue)}: ${enumerate(parts)}.`
}

/** NULL and the empty text are words of ours, so that no value can look like them. */
function valuePhrase(value: string | null): Phrase {
  if (value === null) return words('NULL')
  return value === '' ? words('(empty)') : name(value, widestValue)
}

/** Of each column whose facts moved what it held before and after. */
export function factsTable({ columns = [], rows }: Pick<ModelRow, 'columns' | 'rows'>): readonly Markdown[] {
  const moved = columns.filter(
    ({ facts }) => facts !== undefined && JSON.stringify(facts.base) !== JSON.stringify(facts.head),
  )
  if (moved.length === 0 || rows === undefined) return []
  const lines = moved
    .slice(0, widest)
    .map(({ name: column, facts }) => [
      name(column, widestValue),
      ...(facts === undefined ? [] : factCells(facts, rows)),
    ])
  const left = moved.length - Math.min(moved.length, widest)
  return [
    table(factColumns, lines),
    ...(left === 0 ? [] : [paragraph(phrase`And ${counted(left, 'more column')} whose facts moved.`)]),
  ]
}

const factColumns: readonly TableColumn[] = [
  { title: words('Column') },
  ...['NULL', 'Distinct', 'Range', 'Mean'].map((title): TableColumn => ({
    title: words(title),
    align: 'right',
  })),
]

function factCells(
  { base, head }: NonNullable<Column['facts']>,
  rows: NonNullable<ModelRow['rows']>,
): readonly Phrase[] {
  const range = ({ min, max }: typeof base): Phrase =>
    min === undefined || max === undefined ? words('–') : phrase`${valuePhrase(min)} … ${valuePhrase(max)}`
  const mean = (facts: typeof base): Phrase =>
    facts.mean === undefined ? words('–') : amount(String(Number(Number(facts.mean).toPrecision(8))))
  const distinct = (facts: typeof base): Phrase =>
    facts.distinct_is_about === true ? phrase`about ${count(facts.distinct)}` : count(facts.distinct)
  return [
    moving(share(base.nulls, rows.base), share(head.nulls, rows.head)),
    moving(distinct(base), distinct(head)),
    moving(range(base), range(head)),
    moving(mean(base), mean(head)),
  ]
}

function moving(base: Phrase, head: Phrase): Phrase {
  return JSON.stringify(base) === JSON.stringify(head) ? base : phrase`${base} → ${head}`
}
