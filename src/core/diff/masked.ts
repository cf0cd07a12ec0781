import { maskedExplanation } from './explain/masked.ts'
import type { MaskValue } from './mask-value.ts'
import type { ColumnDiff, ColumnFacts, Comparison, RowSample } from './result.ts'

/**
 * The comparison with its values as they may be shown; counts, shares and types are as they were. `samples` are rows,
 * where a stand-in still shows what is equal; `figures` (ranges, totals, frequent values) say nothing through one.
 */
export function maskedComparison(comparison: Comparison, samples: MaskValue, figures = samples): Comparison {
  if (comparison.kind === 'not-compared') return comparison
  return {
    ...comparison,
    columns: comparison.columns.map((column) => maskedColumn(column, figures)),
    samples: comparison.samples.map((sample) => maskedSample(sample, samples)),
    ...(comparison.explained !== undefined && { explained: maskedExplanation(comparison.explained, figures) }),
  }
}

function maskedColumn(column: ColumnDiff, mask: MaskValue): ColumnDiff {
  const { facts, name } = column
  if (facts === undefined) return column
  const { base, head } = facts
  return { ...column, facts: { base: maskedFacts(base, name, mask), head: maskedFacts(head, name, mask) } }
}

/** A value that is not shown as it is is not shown at all: half of a least value says nothing. */
function maskedFacts(facts: ColumnFacts, column: string, mask: MaskValue): ColumnFacts {
  const { nulls, distinct, isDistinctAbout, ...values } = facts
  const shown = Object.entries(values).filter(([, value]) => mask(column, value) === value)
  return { nulls, distinct, ...(isDistinctAbout === true && { isDistinctAbout }), ...Object.fromEntries(shown) }
}

function maskedSample({ kind, key, changes }: RowSample, mask: MaskValue): RowSample {
  return {
    kind,
    key: Object.fromEntries(Object.entries(key).map(([column, value]) => [column, mask(column, value)])),
    changes: changes.map(({ column, base, head }) => ({
      column,
      base: mask(column, base),
      head: mask(column, head),
    })),
  }
}
