import { modelIdentity } from '../../src/core/lineage/columns.ts'
import type { BoundPair, BoundSide } from '../../src/core/plan/own.ts'
import type { ColumnRead, Shape } from '../../src/core/ports/shape.ts'

/** `model.column` of a model, `source:table.column` of a source. */
function readOf(text: string): ColumnRead {
  const at = text.lastIndexOf('.')
  const relation = text.slice(0, at)
  return {
    relation: relation.startsWith('source:') ? relation.slice('source:'.length) : modelIdentity(relation),
    column: text.slice(at + 1),
  }
}

/** A shape by what it reads: `outputs` maps a column to its reads; a test names only what it is about. */
export function aShape({
  outputs,
  rows = [],
  scans = [],
  version = '',
  rowsVersion = '',
  ...rest
}: {
  readonly outputs: Readonly<Record<string, readonly string[]>>
  readonly rows?: readonly string[]
  /** Models that are scanned, those of the reads included. */
  readonly scans?: readonly string[]
  /** Changes the fingerprint of every column that it is given for: `{ net: '2' }`. */
  readonly version?: string | Readonly<Record<string, string>>
  readonly rowsVersion?: string
} & Partial<Pick<Shape, 'evaluations' | 'sites' | 'orderSensitive' | 'volatile' | 'unknown'>>): Shape {
  const versionOf = (column: string): string => (typeof version === 'string' ? version : (version[column] ?? ''))
  const reads = [...Object.values(outputs).flat(), ...rows].map(readOf)
  return {
    outputs: Object.entries(outputs).map(([name, read]) => ({
      name,
      type: 'INTEGER',
      reads: read.map(readOf),
      fingerprint: JSON.stringify([name, read, versionOf(name)]),
    })),
    rows: {
      relations: [...new Set([...reads.map(({ relation }) => relation), ...scans.map(modelIdentity)])].sort(),
      reads: rows.map(readOf),
      fingerprint: JSON.stringify([rows, rowsVersion]),
    },
    literals: '',
    plan: JSON.stringify([outputs, rows, version, rowsVersion]),
    evaluations: '',
    sites: [],
    orderSensitive: undefined,
    volatile: undefined,
    unknown: [],
    ...rest,
  }
}

/** One binding that stands for both sides. */
export function same(shape: Shape | undefined): BoundPair {
  const side: BoundSide = { shape }
  return { base: side, head: side }
}

export function both(base: Shape | undefined, head: Shape | undefined): BoundPair {
  return { base: { shape: base }, head: { shape: head } }
}
