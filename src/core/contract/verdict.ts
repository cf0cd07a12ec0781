import { NO_ROWS, type ColumnDiff, type Comparison } from '../diff/result.ts'
import type { CutOff, Instability, ModelOutcome, TwinOutcome } from '../environment/outcome.ts'
import type { Proof } from '../plan/plan.ts'
import { findingsOf } from '../plan/severity.ts'
import type { ModelFacts, PlacedFinding } from './facts.ts'
import { historyFindings } from './history.ts'
import { named, type Fault } from './shared.ts'

export interface Judgement {
  readonly verdict: 'changed' | 'identical' | 'added' | 'removed' | 'not_affected' | 'failed' | 'not_checked'
  /** How we know; of `none`, `detail` says why we do not. */
  readonly evidence: { readonly kind: 'proven' | 'measured' | 'sampled' | 'none'; readonly detail: string }
  readonly findings: readonly PlacedFinding[]
  /** What may be shown of the comparison. Counts that prove nothing are left out of it. */
  readonly comparison?: Comparison
}

/** The verdict on one model. A failure comes before all else, and "identical" only after rows were compared. */
export function verdictOf(facts: ModelFacts): Judgement {
  const { planned, headFault, outcome } = facts
  if (headFault !== undefined) return failed(facts, headFault.error)
  // One that is built for tests alone is the same on both sides, and fails on both.
  if (outcome?.head.kind === 'failed' && planned.forTests !== true) return failed(facts, outcome.head.failure)
  // It reads nothing that changes, and after this change there is nothing for it to read.
  const isSpared = outcome?.cutOff !== undefined || planned.placement !== 'prune'
  if (isSpared && facts.fallen !== undefined) return notChecked(facts, `upstream ${named(facts.fallen)} failed`)
  if (outcome?.cutOff !== undefined) return cutOff(facts, outcome.cutOff)
  if (planned.placement !== 'prune') return planned.change.kind === 'edited' ? provenSame(facts) : aside(facts)
  if (planned.change.kind === 'removed') return removed(facts)
  const gap = gapOf(facts)
  if (gap !== undefined) return notChecked(facts, gap)
  if (planned.change.kind === 'added') return added(facts)
  return compared(facts)
}

function failed(facts: ModelFacts, fault: Fault): Judgement {
  const { code, message, hint, location } = fault
  const failure: PlacedFinding = {
    code,
    severity: 'breaking',
    message,
    hint,
    ...(location !== undefined && { location }),
  }
  const old = facts.baseFault !== undefined || facts.outcome?.base.kind === 'failed'
  const also: PlacedFinding = {
    code: 'failure.old',
    severity: 'info',
    message: 'it fails on base too, so the fault is not new',
  }
  return {
    verdict: 'failed',
    evidence: { kind: 'none', detail: 'it does not build' },
    findings: [failure, ...(old ? [also] : []), ...findingsOf(facts.planned)],
  }
}

/** Its inputs were rebuilt and compared, and nothing that it reads of them differs. */
function cutOff(facts: ModelFacts, { inputs }: CutOff): Judgement {
  const [verb, which] = inputs.length === 1 ? ['is', inputs.map(named)[0]] : ['are', inputs.map(named).join(', ')]
  return {
    verdict: 'identical',
    evidence: {
      kind: 'measured',
      detail: `stopped here: what it reads of ${which ?? ''} ${verb} identical, every row compared`,
    },
    findings: [...fixedFindings(facts), ...findingsOf(facts.planned)],
  }
}

const PROOFS = {
  same_syntax: 'proven: same syntax tree',
  same_plan: 'proven: same bound plan',
  reads_nothing_changed: 'proven: reads nothing that changes',
} as const satisfies Record<Proof, string>

/** Edited, and known to yield the same rows without being built. */
function provenSame(facts: ModelFacts): Judgement {
  const { proof } = facts.planned
  return {
    verdict: 'identical',
    evidence: { kind: 'proven', detail: PROOFS[proof ?? 'same_plan'] },
    findings: [...fixedFindings(facts), ...findingsOf(facts.planned)],
  }
}

/** Copied, shared or skipped: nothing that this change does can reach it. */
function aside(facts: ModelFacts): Judgement {
  if (facts.planned.proof !== undefined) {
    return {
      verdict: 'not_affected',
      evidence: { kind: 'proven', detail: PROOFS[facts.planned.proof] },
      findings: [...fixedFindings(facts), ...findingsOf(facts.planned)],
    }
  }
  const how = { copy: 'read where it is', skipped: 'not read', shared: 'built once, for both sides', prune: '' }[
    facts.planned.placement
  ]
  return {
    verdict: 'not_affected',
    evidence: { kind: 'none', detail: `not affected by this change: ${how}` },
    findings: [...fixedFindings(facts), ...findingsOf(facts.planned)],
  }
}

function removed(facts: ModelFacts): Judgement {
  return { verdict: 'removed', ...counted(facts) }
}

function added(facts: ModelFacts): Judgement {
  return { verdict: 'added', ...counted(facts) }
}

/** For a model of one side only: its rows are counted, there is nothing to compare them with. */
function counted(facts: ModelFacts): Omit<Judgement, 'verdict'> {
  const { comparison } = facts
  const findings = [...fixedFindings(facts), ...findingsOf(facts.planned)]
  if (comparison?.kind === 'measured') {
    return { evidence: { kind: 'measured', detail: 'every row counted' }, findings, comparison }
  }
  const detail = comparison?.because ?? 'only one side has it'
  return { evidence: { kind: 'none', detail }, findings, ...(comparison !== undefined && { comparison }) }
}

const FIXED_HERE = 'fixed here: base does not build, so there is nothing to compare with'

/** Why the twins of a model could not be compared; undefined when they could. */
function gapOf({ planned, outcome, comparison, baseFault, notBuilt }: ModelFacts): string | undefined {
  if (outcome === undefined) return notBuilt
  const headGap = twinGap(outcome.head, 'head')
  if (headGap !== undefined) return headGap
  if (planned.change.kind === 'added') return undefined
  if (baseFault !== undefined) return FIXED_HERE
  const baseGap = twinGap(outcome.base, 'base')
  if (baseGap !== undefined) return baseGap
  if (outcome.instability?.kind === 'rows') return outcome.instability.because
  if (comparison === undefined) return 'the twins were not compared'
  if (comparison.kind === 'not-compared') return comparison.because
  if (comparison.kind === 'sampled') return undefined
  return countGap(comparison.rows) ?? uncheckedGap(comparison) ?? chanceGap(comparison, outcome.instability)
}

/** A column that could not be checked keeps all the others from being called identical. */
function uncheckedGap({ unchecked, rows, columns }: Measured): string | undefined {
  const [first] = unchecked
  if (first === undefined || differ(rows, columns)) return undefined
  const names = unchecked.slice(0, 3).map(({ name }) => named(name))
  const more = unchecked.length > 3 ? ` and ${String(unchecked.length - 3)} more` : ''
  return `${unchecked.length === 1 ? 'column' : 'columns'} ${names.join(', ')}${more} could not be checked: ${first.because}; all else is equal`
}

/** Twins that came out equal although there is chance in them may differ the next time. */
function chanceGap({ rows, columns }: Measured, instability: Instability | undefined): string | undefined {
  if (instability === undefined || differ(rows, columns)) return undefined
  return `${instability.because}; this time all is equal`
}

function twinGap(twin: TwinOutcome, side: 'base' | 'head'): string | undefined {
  if (twin.kind === 'failed')
    return side === 'base' ? FIXED_HERE : 'head does not build, so there is nothing to compare with'
  if (twin.kind === 'upstream-failed') return `upstream ${named(twin.model)} failed${side === 'base' ? ' on base' : ''}`
  if (twin.kind === 'not-built') return twin.because
  return undefined
}

/** Counts that show nothing (no row reached the code) or that contradict themselves. */
function countGap(rows: Measured['rows']): string | undefined {
  if (rows.base === 0n && rows.head === 0n) return NO_ROWS
  const reconciled =
    rows.base - rows.removed + rows.added === rows.head && rows.identical + rows.changed + rows.removed === rows.base
  return reconciled ? undefined : 'its row counts do not add up; this is a bug of rocky-preview, please report it'
}

function notChecked(facts: ModelFacts, detail: string): Judgement {
  const { comparison, planned } = facts
  const columns = comparison?.columns?.map(uncounted)
  return {
    verdict: 'not_checked',
    evidence: { kind: 'none', detail },
    findings: [...fixedFindings(facts), ...findingsOf(planned, columns && { columns })],
    ...(columns !== undefined && { comparison: { kind: 'not-compared', because: detail, columns } }),
  }
}

/** A column without its count, which proves nothing here. */
function uncounted({ name, change, renamedFrom, typeBase, typeHead, moved }: ColumnDiff): ColumnDiff {
  const before = renamedFrom === undefined ? {} : { renamedFrom }
  return {
    name,
    change,
    ...before,
    ...(typeBase !== undefined && { typeBase }),
    ...(typeHead !== undefined && { typeHead }),
    ...(moved !== undefined && { moved }),
  }
}

function compared(facts: ModelFacts): Judgement {
  const { planned, comparison } = facts
  if (comparison === undefined || comparison.kind === 'not-compared') {
    return notChecked(facts, 'the twins were not compared')
  }
  return {
    ...judgeRows(comparison, facts.outcome?.refresh === undefined ? undefined : REFRESHED),
    findings: [
      ...fixedFindings(facts),
      ...historyFindings(facts, comparison),
      ...chanceFindings(facts),
      ...findingsOf(planned, comparison),
    ],
    comparison,
  }
}

/** What the rows alone say. Of a sample that shows nothing no more is said than that: it proves no equality. */
export function judgeRows(
  comparison: Exclude<Comparison, { kind: 'not-compared' }>,
  compared?: string,
): Pick<Judgement, 'evidence'> & {
  readonly verdict: 'changed' | 'identical' | 'not_checked'
} {
  const { rows, columns, scope, unchecked, within } = comparison
  const differs = differ(rows, columns)
  if (comparison.kind === 'sampled') {
    return { verdict: differs ? 'changed' : 'not_checked', evidence: { kind: 'sampled', detail: boundOf(comparison) } }
  }
  if (!differs && unchecked.length > 0) {
    return { verdict: 'not_checked', evidence: { kind: 'none', detail: uncheckedGap(comparison) ?? '' } }
  }
  if (comparison.method === 'proven') {
    return { verdict: differs ? 'changed' : 'identical', evidence: { kind: 'proven', detail: PROVEN_BUT_ADDED } }
  }
  const what = compared ?? SCOPES[scope]
  const but = unchecked.length === 0 ? '' : `, but not all of ${unchecked.map(({ name }) => named(name)).join(', ')}`
  const near = within === 0n ? '' : `, ${String(within)} of them equal within the tolerance only`
  return { verdict: differs ? 'changed' : 'identical', evidence: { kind: 'measured', detail: `${what}${but}${near}` } }
}

/** What a sample proves of the whole. */
export function boundOf({ rows, keys, totals, atMost, because }: Extract<Comparison, { kind: 'sampled' }>): string {
  const seen = rows.added + rows.removed + rows.changed
  const share = `${(atMost * 100).toPrecision(2)} %`
  const larger = totals.base > totals.head ? totals.base : totals.head
  return `sampled: ${String(seen)} of ${String(keys)} keys differ (of ${String(larger)} rows), so at most about ${share} of all do, at 95 %; ${because}`
}

const REFRESHED = 'a full refresh of both sides; the next run adds no rows'

const PROVEN_BUT_ADDED = 'proven: same bound plan but for new columns; every row counted'

const SCOPES = {
  whole: 'every row compared',
  delta: 'every row of the next run compared',
  full_refresh: 'every row of a full refresh compared',
} as const

/** Chance that no column could be found for; one that was found is told as a column that was not checked. */
function chanceFindings({ outcome }: ModelFacts): readonly PlacedFinding[] {
  const { instability } = outcome ?? {}
  if (instability?.kind !== 'columns' || instability.columns.length > 0) return []
  return [{ code: 'chance.run', severity: 'info', message: `the counts are those of one run: ${instability.because}` }]
}

type Measured = Extract<Comparison, { kind: 'measured' }>

function differ(rows: Measured['rows'], columns: readonly ColumnDiff[]): boolean {
  return rows.added > 0n || rows.removed > 0n || rows.changed > 0n || columns.some(({ change }) => change !== 'same')
}

function fixedFindings({ baseFault, outcome }: ModelFacts): readonly PlacedFinding[] {
  const message = baseFault?.fixed === true ? baseFault.error.message : baseFailure(outcome)
  if (message === undefined) return []
  return [{ code: 'failure.fixed', severity: 'info', message: `fixed here; on base: ${message}` }]
}

function baseFailure(outcome: ModelOutcome | undefined): string | undefined {
  return outcome?.base.kind === 'failed' && outcome.head.kind === 'built' ? outcome.base.failure.message : undefined
}
