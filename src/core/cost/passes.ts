import { by } from '../base/compare.ts'
import type { PlanProfile, ScanProfile } from '../ports/profile.ts'

/** All passes over one relation together. */
export interface Passes {
  readonly relation: string
  readonly count: number
  /** Read by any of them; sorted. */
  readonly columns: readonly string[]
  /** Columns that a filter of any of them looks at; sorted. */
  readonly filtered: readonly string[]
  readonly rowsScanned: number
  readonly rows: number
}

/** By relation. */
export function passesOf({ scans }: PlanProfile): readonly Passes[] {
  const groups = new Map<string, ScanProfile[]>()
  for (const scan of scans) {
    const group = groups.get(scan.relation) ?? []
    group.push(scan)
    groups.set(scan.relation, group)
  }
  return [...groups]
    .map(([relation, group]) => ({
      relation,
      count: group.length,
      columns: union(group.map(({ columns }) => columns)),
      filtered: union(group.map(({ filtered }) => filtered)),
      rowsScanned: group.reduce((sum, { rowsScanned }) => sum + rowsScanned, 0),
      rows: group.reduce((sum, { rows }) => sum + rows, 0),
    }))
    .sort(by(({ relation }) => relation))
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort(by((name) => name))
}
