import type { RenamedColumn } from '../plan/plan.ts'
import type { Column } from '../ports/warehouse.ts'
import type { ColumnDiff } from './result.ts'

/** Whether two relations have one and the same columns: names without case, types, and order. */
export function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  const signature = (columns: readonly Column[]): string =>
    JSON.stringify(columns.map(({ name, type }) => [name.toLowerCase(), type]))
  return signature(a) === signature(b)
}

/** Joins the columns of both sides by name, without case: head's order, removed columns last. `renamed` are one column each. */
export function columnDiffs(
  base: readonly Column[],
  head: readonly Column[],
  renamed: readonly RenamedColumn[] = [],
): readonly ColumnDiff[] {
  const baseByName = new Map(base.map((column) => [column.name.toLowerCase(), column]))
  const fromByName = new Map(renamed.map(({ from, to }) => [to.toLowerCase(), from.toLowerCase()]))
  const paired = new Set(head.map(({ name }) => fromByName.get(name.toLowerCase()) ?? name.toLowerCase()))
  return [
    ...head.map(({ name, type }): ColumnDiff => {
      const from = fromByName.get(name.toLowerCase())
      const before = baseByName.get(from ?? name.toLowerCase())
      if (before === undefined) return { name, change: 'added', typeHead: type }
      const types = { typeBase: before.type, typeHead: type }
      if (from !== undefined) return { name, change: 'renamed', renamedFrom: before.name, ...types }
      return { name, change: before.type === type ? 'same' : 'retyped', ...types }
    }),
    ...base
      .filter(({ name }) => !paired.has(name.toLowerCase()))
      .map(({ name, type }): ColumnDiff => ({ name, change: 'removed', typeBase: type })),
  ]
}
