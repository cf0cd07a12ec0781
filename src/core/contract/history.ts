import { grouped } from '../base/grouped.ts'
import { NO_ROWS, type Comparison, type RowCounts } from '../diff/result.ts'
import { named } from './shared.ts'
import type { ModelFacts, PlacedFinding } from './facts.ts'

/** What the model's own edit does to rows that the next run does not write: what only a full refresh would show. */
export function historyFindings(
  { planned, outcome, history }: ModelFacts,
  { scope, columns }: Exclude<Comparison, { readonly kind: 'not-compared' }>,
): readonly PlacedFinding[] {
  if (scope !== 'delta' || !(planned.effect?.own ?? planned.change.kind === 'edited')) return []
  const added = columns.filter(({ change }) => change === 'added').map(({ name }) => named(name))
  const refresh = refreshOf(history, outcome?.history)
  const code = `history.${added.length > 0 ? 'column' : refresh.kind}`
  const what =
    added.length > 0
      ? `rows that the table holds get no value in ${added.join(', ')} before a full refresh`
      : 'rows that the next run does not write stay as they are'
  return [
    {
      code,
      severity: added.length > 0 || refresh.kind === 'changed' ? 'warning' : 'info',
      message: `${what}; ${refresh.told}`,
      ...(refresh.kind === 'unchecked' && { hint: HINT }),
    },
  ]
}

const HINT = 'Compare a full refresh with --full-refresh (input `full-refresh`).'

interface Refresh {
  readonly kind: 'changed' | 'same' | 'unchecked'
  readonly told: string
}

function refreshOf(history: Comparison | undefined, built: NonNullable<ModelFacts['outcome']>['history']): Refresh {
  const unchecked = (because?: string): Refresh => ({
    kind: 'unchecked',
    told: `what a full refresh would change was not checked${because === undefined ? '' : `: ${because}`}`,
  })
  if (built?.kind === 'not-built') return unchecked(built.because)
  if (history === undefined) return unchecked()
  if (history.kind === 'not-compared')
    return unchecked(history.because === NO_ROWS ? 'from nothing both sides come out empty' : history.because)
  const { rows, columns, unchecked: blind } = history
  const moved = movedRows(rows)
  if (moved !== '') {
    const of = history.kind === 'sampled' ? 'in a sample of its keys ' : ''
    return { kind: 'changed', told: `a full refresh of both sides differs: ${of}${moved}` }
  }
  if (history.kind === 'sampled') return unchecked('a sample of its keys shows no difference')
  if (blind.length > 0) return unchecked(`column ${named(blind[0]?.name ?? '')} could not be checked`)
  if (columns.some(({ change }) => change !== 'same'))
    return { kind: 'changed', told: 'a full refresh of both sides differs in columns alone' }
  return { kind: 'same', told: 'a full refresh of both sides comes out equal, every row compared' }
}

/** `12 of 3,000 rows changed, 4 added`; empty where none moved. */
function movedRows({ base, changed, removed, added }: RowCounts): string {
  const kinds = [
    [changed, 'changed'],
    [removed, 'removed'],
    [added, 'added'],
  ] as const
  return kinds
    .filter(([n]) => n > 0n)
    .map(([n, verb], index) =>
      index === 0 ? `${grouped(n)} of ${grouped(base)} rows ${verb}` : `${grouped(n)} ${verb}`,
    )
    .join(', ')
}
