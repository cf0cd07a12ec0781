import type { ColumnDiff, Comparison } from '../diff/result.ts'
import type { ColumnFact, ModelFacts, Range } from '../expectations/facts.ts'
import type { Judged } from './judge.ts'
import { NONE } from '../expectations/facts.ts'
import { CHECK_FAILURES } from './checks.ts'

type Rows = NonNullable<ModelFacts['rows']>
type Measured = Extract<Comparison, { kind: 'measured' }>
type Sampled = Extract<Comparison, { kind: 'sampled' }>

/** What was found out about a model, with what was not looked at as the width of each count. */
export function factsOf(judged: Judged): ModelFacts {
  const { name, verdict, change, evidence, comparison, findings } = judged
  const failing = findings.some(
    ({ code, severity }) =>
      code === 'key.duplicated' || code === 'key.null' || (severity !== 'info' && CHECK_FAILURES.includes(code)),
  )
  const known = { model: name, gap: evidence.detail, failing: failing || verdict === 'failed' }
  const nothing = { base: undefined, rows: undefined, columns: undefined }
  if (verdict === 'failed') return { ...known, ...nothing, presence: 'unknown', unmoved: false }
  const presence = change === 'added' ? 'new' : change === 'removed' ? 'removed' : 'both'
  const unmoved = presence === 'both' && (verdict === 'identical' || verdict === 'not_affected')
  return { ...known, presence, unmoved, ...(comparison === undefined ? nothing : compared(comparison)) }
}

function compared(comparison: Comparison): Pick<ModelFacts, 'base' | 'rows' | 'columns'> {
  switch (comparison.kind) {
    case 'measured':
      return measured(comparison)
    case 'sampled':
      return sampled(comparison)
    case 'not-compared':
      return { base: undefined, rows: undefined, columns: comparison.columns?.map(uncounted) }
  }
}

/** Exact, but for columns that could not be checked: what differs in them is real, and more may. */
function measured({ rows, columns, unchecked, key }: Measured): Pick<ModelFacts, 'base' | 'rows' | 'columns'> {
  const blind = new Set(unchecked.map(({ name }) => name.toLowerCase()))
  const keyed = key.columns.length > 0 && !key.columns.some((column) => blind.has(column.toLowerCase()))
  const range = (least: bigint, most: bigint, exact: boolean): Range => ({ least, most: exact ? least : most })
  const counts: Rows = {
    added: range(rows.added, rows.head, blind.size === 0 || keyed),
    removed: range(rows.removed, rows.base, blind.size === 0 || keyed),
    changed: range(rows.changed, rows.base, blind.size === 0),
  }
  const still = rows.added + rows.removed + rows.changed === 0n
  return {
    base: rows.base,
    rows: counts,
    columns: columns.map((column): ColumnFact => {
      const { name, change, rowsChanged = still ? 0n : undefined } = column
      if (rowsChanged === undefined) return { name, change, changed: { least: 0n, most: undefined } }
      return { name, change, changed: range(rowsChanged, rows.base, !blind.has(name.toLowerCase())) }
    }),
  }
}

/** What a sample shows is so; how much more there is, it does not prove. The sizes of both sides are exact. */
function sampled({ rows, columns, totals }: Sampled): Pick<ModelFacts, 'base' | 'rows' | 'columns'> {
  const { base, head } = totals
  return {
    base,
    rows: {
      added: { least: greater(rows.added, head - base), most: head },
      removed: { least: greater(rows.removed, base - head), most: base },
      changed: { least: rows.changed, most: base },
    },
    columns: columns.map(({ name, change, rowsChanged = 0n }) => ({
      name,
      change,
      changed: base === 0n ? NONE : { least: rowsChanged, most: base },
    })),
  }
}

function uncounted({ name, change }: ColumnDiff): ColumnFact {
  return { name, change, changed: undefined }
}

function greater(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
