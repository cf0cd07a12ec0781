import type { Clause, Subject } from './declaration.ts'
import type { ColumnFact, ModelFacts, Range } from './facts.ts'
import { countText } from './check.ts'

/** A clause that holds, of one model. */
export interface Held {
  readonly subject: Subject
  readonly clause: Clause
}

export interface Cover {
  /** What changed and is in no declaration. */
  readonly undeclared: readonly string[]
  /** What may have changed besides, and was not looked at to the last. */
  readonly open: readonly string[]
}

/** What of a model's change the declarations that hold say nothing about. */
export function coverOf(facts: ModelFacts, held: readonly Held[]): Cover {
  if (facts.unmoved) return NOTHING
  const says = (...kinds: readonly Clause['kind'][]): boolean =>
    held.some(({ subject, clause }) => subject.kind !== 'column' && kinds.includes(clause.kind))
  if (facts.presence === 'new') return says('new model') ? NOTHING : { undeclared: ['it is new'], open: [] }
  if (facts.presence === 'removed') return says('removed model') ? NOTHING : { undeclared: ['it is removed'], open: [] }
  const { rows, columns } = facts
  if (rows === undefined || columns === undefined) return { undeclared: [], open: [facts.gap] }
  const saysOf = (name: string, kind: Clause['kind']): boolean =>
    held.some(({ subject, clause }) => isColumn(subject, name) && clause.kind === kind)
  const moving = columns.filter((column) => !isStill(column))
  const byColumn = moving.length > 0 && moving.every(({ name }) => saysOf(name, 'changed'))
  const parts = [
    partOf('rows added', rows.added, says('rows added'), facts),
    partOf('rows removed', rows.removed, says('rows removed'), facts),
    partOf('rows changed', rows.changed, says('rows changed') || byColumn, facts),
  ]
  const structure = columns
    .filter(({ name, change }) => change !== 'same' && !says(WHOLE[change]) && !saysOf(name, change))
    .map(({ name, change }) => `column \`${name.replaceAll('`', "'")}\` ${change}`)
  return {
    undeclared: [...parts.flatMap(({ undeclared }) => undeclared), ...structure],
    open: parts.flatMap(({ open }) => open),
  }
}

const NOTHING: Cover = { undeclared: [], open: [] }

/** The clause about a whole model that a column's change falls under. */
const WHOLE = {
  added: 'columns added',
  removed: 'columns removed',
  retyped: 'columns changed',
  renamed: 'columns changed',
} as const satisfies Record<Exclude<ColumnFact['change'], 'same'>, Clause['kind']>

/** Whether no value of a column that both sides have can differ. A column of one side has no values to compare. */
function isStill({ change, changed }: ColumnFact): boolean {
  return change === 'added' || change === 'removed' || changed?.most === 0n
}

function partOf(
  of: 'rows added' | 'rows removed' | 'rows changed',
  range: Range,
  declared: boolean,
  { base, gap }: ModelFacts,
): Cover {
  if (declared || range.most === 0n) return NOTHING
  return range.least > 0n ? { undeclared: [countText(of, range, base)], open: [] } : { undeclared: [], open: [gap] }
}

function isColumn(subject: Subject, name: string): boolean {
  return subject.kind === 'column' && subject.column.toLowerCase() === name.toLowerCase()
}
