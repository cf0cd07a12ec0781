import type { Comparison, RowSample } from './result.ts'

/** Shows a value of a column as it may be shown. */
export type MaskValue = (column: string, value: string | null) => string | null

/** The comparison with the values of its samples as they may be shown; counts, shares and types are as they were. */
export function maskedComparison(comparison: Comparison, mask: MaskValue): Comparison {
  if (comparison.kind === 'not-compared') return comparison
  return { ...comparison, samples: comparison.samples.map((sample) => maskedSample(sample, mask)) }
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
