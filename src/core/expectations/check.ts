import type { Clause, Counted, Subject } from './declaration.ts'
import type { ColumnFact, Finding, ModelFacts, Range } from './facts.ts'
import { grouped } from '../base/grouped.ts'
import { suggest } from '../base/suggest.ts'
import { keeps } from './bound.ts'
import { NONE } from './facts.ts'

/** What one clause comes to on one model's facts. It holds only where what was measured shows it. */
export function checkClause(subject: Subject, clause: Clause, facts: ModelFacts): Finding {
  return subject.kind === 'column' ? checkColumn(subject.column, clause, facts) : checkModel(clause, facts)
}

function checkModel(clause: Clause, facts: ModelFacts): Finding {
  if (facts.presence === 'unknown') return { status: 'not_checked', told: facts.gap }
  switch (clause.kind) {
    case 'new model':
      return found(facts.presence === 'new', PRESENCE[facts.presence])
    case 'removed model':
      return found(facts.presence === 'removed', PRESENCE[facts.presence])
    case 'identical':
      if (facts.presence !== 'both') return { status: 'broken', told: PRESENCE[facts.presence] }
      return all([...ROWS.map((of) => none(of, facts)), ...COLUMNS.map((of) => none(of, facts))])
    case 'rows unchanged':
      return all(ROWS.map((of) => none(of, facts)))
    case 'columns unchanged':
      return all(COLUMNS.map((of) => none(of, facts)))
    default:
      return 'bound' in clause ? counted(clause.kind, clause.bound, facts) : unsaid
  }
}

const PRESENCE = { both: 'both sides have it', new: 'it is new', removed: 'it is removed' } as const
const ROWS = ['rows added', 'rows removed', 'rows changed'] as const
const COLUMNS = ['columns added', 'columns removed', 'columns changed'] as const

/** The parser gives no clause of a column to a model, nor the other way round. */
const unsaid: Finding = { status: 'not_checked', told: 'it does not say anything of this' }

function none(of: Counted, facts: ModelFacts): Finding {
  return counted(of, { operator: '=', digits: 0n, scale: 0, unit: 'count' }, facts)
}

function counted(of: Counted, bound: Extract<Clause, { bound: unknown }>['bound'], facts: ModelFacts): Finding {
  const range = rangeOf(of, facts)
  if (range === undefined) return { status: 'not_checked', told: facts.gap }
  const kept = keeps(bound, range, facts.base)
  if (kept === undefined) return { status: 'not_checked', told: `${countText(of, range, facts.base)}; ${facts.gap}` }
  return found(kept, countText(of, range, facts.base))
}

/** How many of a thing there are; undefined where nothing is known of it. */
export function rangeOf(of: Counted, { unmoved, rows, columns }: ModelFacts): Range | undefined {
  if (unmoved) return NONE
  switch (of) {
    case 'rows added':
      return rows?.added
    case 'rows removed':
      return rows?.removed
    case 'rows changed':
      return rows?.changed
    case 'columns added':
      return numberOf(columns, ['added'])
    case 'columns removed':
      return numberOf(columns, ['removed'])
    case 'columns changed':
      return numberOf(columns, ['retyped', 'renamed'])
    case 'changed':
      return undefined
  }
}

function numberOf(
  columns: readonly ColumnFact[] | undefined,
  changes: readonly ColumnFact['change'][],
): Range | undefined {
  if (columns === undefined) return undefined
  const n = BigInt(columns.filter(({ change }) => changes.includes(change)).length)
  return { least: n, most: n }
}

function checkColumn(name: string, clause: Clause, facts: ModelFacts): Finding {
  const column = columnOf(name, facts)
  if (column === undefined) return missing(name, facts)
  switch (clause.kind) {
    case 'added':
    case 'removed':
    case 'retyped':
    case 'renamed':
      return found(column.change === clause.kind, columnText(column))
    case 'identical':
      if (column.change !== 'same') return { status: 'broken', told: columnText(column) }
      return values(column, { operator: '=', digits: 0n, scale: 0, unit: 'count' }, facts)
    case 'changed':
      if (column.change === 'added' || column.change === 'removed')
        return { status: 'broken', told: columnText(column) }
      return values(column, clause.bound, facts)
    default:
      return unsaid
  }
}

function values(
  { changed }: ColumnFact,
  bound: Extract<Clause, { bound: unknown }>['bound'],
  facts: ModelFacts,
): Finding {
  if (changed === undefined) return { status: 'not_checked', told: facts.gap }
  const told = countText('changed', changed, facts.base)
  const kept = keeps(bound, changed, facts.base)
  return kept === undefined ? { status: 'not_checked', told: `${told}; ${facts.gap}` } : found(kept, told)
}

/** The column as it was found. Of a model that is as it was, every column is, whether it was listed or not. */
function columnOf(name: string, { columns = [], unmoved }: ModelFacts): ColumnFact | undefined {
  const wanted = name.toLowerCase()
  const listed = columns.find((column) => column.name.toLowerCase() === wanted)
  if (listed !== undefined) return unmoved ? { ...listed, changed: NONE } : listed
  return unmoved && columns.length === 0 ? { name, change: 'same', changed: NONE } : undefined
}

function missing(name: string, { columns, gap }: ModelFacts): Finding {
  if (columns === undefined) return { status: 'not_checked', told: gap }
  const meant = suggest(
    name,
    columns.map((column) => column.name),
  )
  return {
    status: 'broken',
    told: `neither side has the column${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
  }
}

function all(findings: readonly Finding[]): Finding {
  const broken = findings.filter(({ status }) => status === 'broken')
  if (broken.length > 0) return { status: 'broken', told: broken.map(({ told }) => told).join(', ') }
  const [open] = findings.filter(({ status }) => status === 'not_checked')
  return open ?? { status: 'holds', told: 'nothing differs' }
}

function found(holds: boolean, told: string): Finding {
  return { status: holds ? 'holds' : 'broken', told }
}

function columnText({ change }: ColumnFact): string {
  return change === 'same' ? 'the column is on both sides, with its name and type' : `the column is ${change}`
}

/** `98,110 of 10,002,400 rows changed (0.98%)`, `2 columns added`, `at least 12 of 80 rows removed (15%)`. */
export function countText(of: Counted, { least, most }: Range, base: bigint | undefined): string {
  const [noun = '', verb = ''] = of === 'changed' ? ['values', 'changed'] : of.split(' ')
  const things = least === 1n ? noun.slice(0, -1) : noun
  if (least === 0n) return most === 0n ? `no ${noun} ${verb}` : `possibly no ${noun} ${verb}`
  const about = least === most ? '' : 'at least '
  if (noun === 'columns' || base === undefined || base === 0n) return `${about}${grouped(least)} ${things} ${verb}`
  return `${about}${grouped(least)} of ${grouped(base)} ${noun} ${verb} (${percentText(least, base)})`
}

/** With up to two digits behind the point; never 0 % of what is not none. */
function percentText(part: bigint, whole: bigint): string {
  const hundredths = (part * 10_000n) / whole
  if (hundredths === 0n) return 'less than 0.01%'
  const digits = String(hundredths).padStart(3, '0')
  return `${grouped(BigInt(digits.slice(0, -2)))}.${digits.slice(-2)}`.replace(/\.?0+$/, '') + '%'
}
