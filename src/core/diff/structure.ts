import type { Column } from '../ports/warehouse.ts'
import type { ColumnDiff } from './result.ts'

/** Joins the columns of both sides by name, without case: head's order, removed columns last. */
export function columnDiffs(base: readonly Column[], head: readonly Column[]): readonly ColumnDiff[] {
  const baseByName = new Map(base.map((column) => [column.name.toLowerCase(), column]))
  const headNames = new Set(head.map(({ name }) => name.toLowerCase()))
  return [
    ...head.map(({ name, type }): ColumnDiff => {
      const before = baseByName.get(name.toLowerCase())
      if (before === undefined) return { name, change: 'added', typeHead: type }
      return { name, change: before.type === type ? 'same' : 'retyped', typeBase: before.type, typeHead: type }
    }),
    ...base
      .filter(({ name }) => !headNames.has(name.toLowerCase()))
      .map(({ name, type }): ColumnDiff => ({ name, change: 'removed', typeBase: type })),
  ]
}
